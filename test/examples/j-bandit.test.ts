import { describe, expect, it, vi } from 'vitest'
import { main } from './j-bandit.ts'

describe('example J, a bandit', () => {
  const { late, best, news, estimated, error, greedy, counters } = main()

  it('comes near the best choice for everybody, which is far better than any one arm', () => {
    expect(best).toBeGreaterThan(news + 0.08)
    expect(late).toBeGreaterThan(news + 0.6 * (best - news))
  })

  it('knows from its log what another policy would bring', () => {
    expect(Math.abs(estimated - news)).toBeLessThan(3 * error)
    expect(greedy).toBeGreaterThan(news)
  })

  it('learns from clicks and from silence, each decision once', () => {
    const { decisions, learned, expired, pending, unknown, duplicate } = counters
    expect([decisions, unknown, duplicate]).toEqual([6000, 0, 0])
    expect(learned + expired + pending).toBe(6000)
    expect(pending).toBeLessThan(40)
  })

  it('shows two lines when it is the program, and returns the same data every time', () => {
    const show = vi.fn()
    expect(main(show)).toEqual(main())
    expect(show).toHaveBeenCalledTimes(2)
  })
})
