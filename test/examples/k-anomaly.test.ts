import { describe, expect, it, vi } from 'vitest'
import { main } from './k-anomaly.ts'

describe('example K, anomalies', () => {
  const { events, called, right, leaks, median, counters } = main()

  it('calls as many as it was told, far more leaks among them than chance would', () => {
    expect(called / events).toBeGreaterThan(0.005)
    expect(called / events).toBeLessThan(0.02)
    expect(right / called).toBeGreaterThan(10 * leaks / events)
  })

  it('half of the leaks are among the most unusual hundredth', () => {
    expect(leaks).toBeGreaterThan(30)
    expect(median).toBeGreaterThan(0.98)
  })

  it('a failing sensor rejects nothing', () => {
    expect(counters).toMatchObject({ seen: 8000, learned: 8000, rejected: 0, names: 5 })
  })

  it('shows two lines when it is the program, and returns the same data every time', () => {
    const show = vi.fn()
    expect(main(show)).toEqual(main())
    expect(show).toHaveBeenCalledTimes(2)
  })
})
