import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RecentErrors } from './recent-errors.ts'

const error = fc.oneof(fc.constantFrom(0, 1, 2.5), fc.double({ min: 0, max: 1e30, noNaN: true }))
const list = fc.array(error, { maxLength: 60 })
const size = fc.integer({ min: 1, max: 20 })

describe('RecentErrors', () => {
  it('threshold(rate) is the order statistic of the last errors, counted by hand', () => {
    fc.assert(fc.property(list, size, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (errors, most, rate) => {
      const recent = new RecentErrors(most)
      for (const each of errors) recent.add(each)
      const last = errors.slice(-most).sort((a, b) => a - b)
      const at = Math.ceil((1 - rate) * (last.length + 1)) - 1
      expect(recent.threshold(rate)).toBe(at < last.length ? last[at] : Infinity)
      expect(recent.length).toBe(last.length)
    }), { numRuns: 300 })
  })

  it('rankOf(error) lies between the shares of those below and those not above, and increases', () => {
    fc.assert(fc.property(list, size, fc.array(error, { minLength: 2, maxLength: 10 }), (errors, most, asked) => {
      const recent = new RecentErrors(most)
      for (const each of errors) recent.add(each)
      const last = errors.slice(-most)
      const ranks = [...asked].sort((a, b) => a - b).map((each) => {
        const rank = recent.rankOf(each)
        const below = last.filter((other) => other < each).length
        if (last.length > 0) {
          expect(rank).toBeGreaterThanOrEqual(below / (last.length + 1))
          expect(rank).toBeLessThan((below + 1) / (last.length + 1))
        } else expect(rank).toBe(0.5)
        return rank
      })
      ranks.slice(1).forEach((rank, k) => expect(rank).toBeGreaterThanOrEqual(ranks[k]!))
    }), { numRuns: 300 })
  })

  it('tells errors apart that are all larger than any before', () => {
    const recent = new RecentErrors(10)
    for (const each of [1, 2, 3]) recent.add(each)
    expect(recent.rankOf(6)).toBe((3 + 0.5) / 4)
    expect(recent.rankOf(60)).toBeGreaterThan(recent.rankOf(6))
    expect(recent.rankOf(2.5)).toBe((2 + 0.5) / 4)
  })

  it('a restored state goes on alike, and others are not accepted', () => {
    fc.assert(fc.property(list, list, size, (before, after, most) => {
      const [one, other] = [new RecentErrors(most), new RecentErrors(most)]
      for (const each of before) one.add(each)
      const { state } = one
      expect(other.accepts(state)).toBe(true)
      other.restore(state)
      for (const each of after) for (const recent of [one, other]) recent.add(each)
      expect(other.state).toEqual(one.state)
      expect(Array.from(one.state.data)).toEqual([...before, ...after].slice(-most))
    }), { numRuns: 100 })
    const small = new RecentErrors(1)
    const large = new RecentErrors(2)
    for (const each of [1, 2]) large.add(each)
    expect(small.accepts(large.state)).toBe(false)
    expect(small.accepts(undefined)).toBe(false)
  })
})
