import { describe, expect, it, vi } from 'vitest'
import { main } from './m-intervals.ts'

describe('example M, prediction intervals', () => {
  const { near, far, below, widths, pinball, ofMean, shares } = main()

  it('a learner of the quantile 0.95 has 94 to 96 % of later labels below it', () => {
    expect(Math.abs(below - 0.95)).toBeLessThan(0.01)
  })

  it('nine trips in ten are inside, of those that go near as of those that go far', () => {
    expect(Math.abs(near - 0.9)).toBeLessThan(0.02)
    expect(Math.abs(far - 0.9)).toBeLessThan(0.02)
  })

  it('the interval is as wide as the trips are uncertain', () => {
    // 2 * 1.645 deviations, which are 0.2 minutes a kilometre, twice that in the rain.
    const wanted = [5, 18, 36].map((km) => 2 * 1.645 * 0.2 * km)
    widths.forEach((width, k) => expect(width / wanted[k]!).toBeGreaterThan(0.6))
    widths.forEach((width, k) => expect(width / wanted[k]!).toBeLessThan(1.6))
  })

  it('by its own measure it is far better than a learner of the mean', () => {
    expect(pinball).toBeLessThan(0.5 * ofMean)
  })

  it('one network with three outputs has as many labels below each as were asked for', () => {
    expect(shares).toHaveLength(3)
    shares.forEach((share, k) => expect(Math.abs(share - [0.1, 0.5, 0.9][k]!)).toBeLessThan(0.02))
  })

  it('shows four lines when it is the program, and returns the same data every time', () => {
    const show = vi.fn()
    expect(main(show)).toEqual(main())
    expect(show).toHaveBeenCalledTimes(4)
  })
})
