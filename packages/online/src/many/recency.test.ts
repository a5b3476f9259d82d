import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Recency } from './recency.ts'
import { Vocabulary } from './vocabulary.ts'

describe('Recency', () => {
  it('add, touch and remove keep the order of a list', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('touch', 'remove'), fc.nat(40)), { maxLength: 200 })
    fc.assert(fc.property(steps, (all) => {
      const recency = new Recency()
      let list: number[] = []
      for (const [what, index] of all) {
        const isIn = list.includes(index)
        list = list.filter((other) => other !== index)
        if (what === 'touch') {
          if (isIn) recency.touch(index)
          else recency.add(index)
          list.push(index)
        } else if (isIn) recency.remove(index)
        expect([...recency]).toEqual(list)
        expect(recency.oldest).toBe(list[0] ?? -1)
      }
    }))
  })
})

describe('Vocabulary', () => {
  it('retain(name) gives a name one number as long as somebody holds it, then the number to another', () => {
    const vocabulary = new Vocabulary()
    const [a, b, c] = ['a', 'b', 'c'].map((feature) => ({ feature, part: null, standardize: true }))
    expect([a, b, a].map((name) => vocabulary.retain(name!))).toEqual([0, 1, 0])
    vocabulary.release(0)
    expect([vocabulary.retain(c!), vocabulary.size, vocabulary.name(0)]).toEqual([2, 3, a])
    vocabulary.release(0)
    expect(vocabulary.size).toBe(2)
    const name = { feature: 'd', part: '', standardize: false }
    expect([vocabulary.retain(name), vocabulary.name(0)]).toEqual([0, name])
  })

  it('retain(name) tells apart names that look alike', () => {
    const vocabulary = new Vocabulary()
    const names = [
      ['a', null, true], ['a', null, false], ['a', '', true], ['a', 'b', true], ['ab', '', true], ['1:a', null, true],
      ['', 'ab', true], ['__proto__', null, true],
    ] as const
    const ids = names.map(([feature, part, standardize]) => vocabulary.retain({ feature, part, standardize }))
    expect(new Set(ids).size).toBe(names.length)
  })
})
