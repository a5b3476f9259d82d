import { ValueError } from '@eddy/tensor'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Pace } from './pace.ts'

/** A clock in milliseconds that is set by hand. */
function clock(): { now: number } {
  const hand = { now: 0 }
  vi.spyOn(performance, 'now').mockImplementation(() => hand.now)
  return hand
}

describe('Pace', () => {
  afterEach(() => vi.restoreAllMocks())

  it('is due after as many operations as were asked for, whatever a checkpoint takes', () => {
    const hand = clock()
    const pace = new Pace(7, undefined)
    pace.timed(() => (hand.now += 1000))
    expect([6, 7].map((operations) => pace.isDue(operations))).toEqual([false, true])
  })

  it('waits until the last checkpoint was the stated share of the time', () => {
    const hand = clock()
    const pace = new Pace(16, 0.25)
    expect(pace.timed(() => (hand.now += 10))).toBe(10)
    hand.now += 29.9
    expect(pace.isDue(16)).toBe(false)
    hand.now += 0.2
    expect(pace.isDue(17)).toBe(false) // it is not looked at so soon
    expect(pace.isDue(18)).toBe(true)
    hand.now = -1e12
    expect(pace.isDue(20)).toBe(true) // a clock that was set back delays nothing
  })

  it('looks at the clock a few times while it waits, not at every operation', () => {
    const hand = clock()
    const pace = new Pace(undefined, undefined)
    pace.timed(() => (hand.now += 9000))
    const looks = vi.mocked(performance.now)
    looks.mockClear()
    for (let operations = 1; operations <= 2000; operations++) expect(pace.isDue(operations)).toBe(false)
    expect(looks.mock.calls.length).toBe(15)
  })

  it('says how many operations may come before it is asked again', () => {
    const hand = clock()
    const exact = new Pace(7, undefined)
    expect([0, 5, 7, 9].map((operations) => exact.ahead(operations))).toEqual([7, 2, 1, 1])
    const usual = new Pace(undefined, undefined)
    expect([0, 900, 990].map((operations) => usual.ahead(operations))).toEqual([1000, 100, 67])
    usual.timed(() => (hand.now += 9000))
    expect(usual.isDue(1010)).toBe(false)
    expect(usual.ahead(1010)).toBe(67)
  })

  it('believes no cost that only a clock which was set can show', () => {
    const hand = clock()
    const pace = new Pace(1, 0.5)
    for (const jump of [3e11, -3e11]) {
      pace.timed(() => (hand.now += jump))
      expect(pace.isDue(1)).toBe(true)
    }
  })

  it('refuses other numbers', () => {
    for (const every of [0, 1.5, NaN, '9' as never]) expect(() => new Pace(every, undefined)).toThrow(ValueError)
    for (const share of [0, 1.1, NaN]) expect(() => new Pace(1000, share)).toThrow(/share of the time/)
  })
})
