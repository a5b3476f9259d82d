import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AgeHeap, isOlder, type Waiting } from './age-heap.ts'

const item = (time: number | null, number: number): Waiting => ({ time, number, position: -1 })

describe('AgeHeap', () => {
  it('gives out the oldest first, whatever was taken out in between', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('add', 'oldest', 'any'), fc.nat(9), fc.nat(99)), { maxLength: 80 })
    fc.assert(fc.property(steps, (all) => {
      const heap = new AgeHeap<Waiting>()
      let plain: Waiting[] = []
      all.forEach(([what, time, which], number) => {
        plain.sort((a, b) => (isOlder(a, b) ? -1 : 1))
        if (what === 'add') {
          const one = item(time === 0 ? null : time, number)
          heap.add(one)
          plain.push(one)
        } else if (plain.length > 0) {
          const one = what === 'oldest' ? heap.oldest! : plain[which % plain.length]!
          if (what === 'oldest') expect(one).toBe(plain[0])
          heap.remove(one)
          expect(one.position).toBe(-1)
          plain = plain.filter((other) => other !== one)
        }
        expect(heap.size).toBe(plain.length)
      })
      plain.sort((a, b) => (isOlder(a, b) ? -1 : 1))
      for (const one of plain) {
        expect(heap.oldest).toBe(one)
        heap.remove(one)
      }
    }), { numRuns: 300 })
  })

  it('is empty after clear()', () => {
    const heap = new AgeHeap<Waiting>()
    const one = item(1, 1)
    heap.add(one)
    heap.clear()
    expect([heap.size, heap.oldest, one.position]).toEqual([0, undefined, -1])
  })
})
