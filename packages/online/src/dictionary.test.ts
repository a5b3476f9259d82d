import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Dictionary, shardOf } from './dictionary.ts'

const command = fc.tuple(fc.constantFrom('add', 'delete', 'get'), fc.integer({ min: 0, max: 4000 }))
const awkward = ['', '__proto__', 'constructor', '\u0000', '😀']
const nameOf = (k: number): string => awkward[k] ?? `name ${k}`

describe('Dictionary', () => {
  it('is a Map, before and after its names are spread', () => {
    fc.assert(fc.property(fc.integer({ min: 900, max: 3000 }), fc.array(command, { maxLength: 200 }), (count, plan) => {
      const dictionary = new Dictionary<number>()
      const model = new Map<string, number>()
      const add = (name: string, value: number): void => {
        if (model.has(name)) return
        dictionary.add(name, value)
        model.set(name, value)
      }
      for (let k = 0; k < count; k++) add(nameOf(k), k)
      for (const [what, k] of plan) {
        if (what === 'add') add(nameOf(k), -k)
        else if (what === 'delete') {
          dictionary.delete(nameOf(k))
          model.delete(nameOf(k))
        }
        expect(dictionary.get(nameOf(k))).toBe(model.get(nameOf(k)))
      }
      expect(dictionary.size).toBe(model.size)
      for (let k = 0; k <= 4000; k++) expect(dictionary.get(nameOf(k))).toBe(model.get(nameOf(k)))
    }), { numRuns: 20 })
  })
})

describe('shardOf(name)', () => {
  it.each([
    ['numbered', (k: number) => `user${k}`], ['padded', (k: number) => `${k}`.padStart(12, '0')],
    ['paths', (k: number) => `https://example.org/shop/articles/${k}/reviews.html`],
    ['dates', (k: number) => new Date(k * 60_000).toISOString()], ['one letter', (k: number) => String.fromCharCode(k)],
  ])('spreads %s names: no Map gets more than twice its part', (_, nameFor) => {
    const counts = new Array<number>(64).fill(0)
    for (let k = 0; k < 65_536; k++) counts[shardOf(nameFor(k))]!++
    expect(counts).toHaveLength(64)
    expect(Math.max(...counts)).toBeLessThan(2 * 1024)
  })
})
