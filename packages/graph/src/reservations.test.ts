import { Arena } from '@eddy/kernels'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Reservation, Reservations } from './reservations.ts'

const page = 65_536

describe('Reservations', () => {
  it('gives out zeroed address space that overlaps nothing, and takes it back', () => {
    const plan = fc.array(fc.tuple(fc.integer({ min: 1, max: 10 * page }), fc.nat(20)), { maxLength: 40 })
    fc.assert(fc.property(plan, (steps) => {
      const arena = Arena.create()
      const reservations = new Reservations(arena)
      const held: Reservation[] = []
      for (const [bytes, k] of steps) {
        if (k % 3 === 0 && held.length > 0) {
          const [old] = held.splice(k % held.length, 1)
          expect(reservations.release(old!.at)).toBe(true)
          expect(reservations.release(old!.at)).toBe(false)
          continue
        }
        const taken = reservations.take(bytes, 2 * bytes)!
        expect(taken.bytes).toBeGreaterThanOrEqual(2 * bytes)
        expect(arena.u8.subarray(taken.at, taken.at + taken.bytes).every((byte) => byte === 0)).toBe(true)
        for (const { at, bytes: size } of held) expect(at + size <= taken.at || taken.at + taken.bytes <= at).toBe(true)
        taken.used = bytes
        arena.u8.fill(255, taken.at, taken.at + bytes)
        held.push(taken)
      }
    }), { numRuns: 30 })
  })

  it('joins what was given back', () => {
    const reservations = new Reservations(Arena.create())
    const parts = Array.from({ length: 4 }, () => reservations.take(page, page)!)
    for (const k of [1, 3, 0, 2]) reservations.release(parts[k]!.at)
    expect(reservations.take(4 * page, 4 * page)).toMatchObject({ at: parts[0]!.at, bytes: 4 * page })
  })

  it('gives at most half of what is left, and null when that is not enough', () => {
    const reservations = new Reservations(Arena.create())
    expect(reservations.take(page, 2 ** 32)!.bytes).toBe(2 ** 30)
    expect(reservations.take(page, 2 ** 32)!.bytes).toBe(2 ** 29)
    expect(reservations.take(2 ** 29, 2 ** 30)).toBe(null)
    expect(reservations.take(page, page)!.bytes).toBe(page)
  })
})
