import { describe, expect, it } from 'vitest'
import { LossCurve } from './loss-curve.ts'

describe('LossCurve.add(loss)', () => {
  it('shows the mean of all losses at first, then of about the latest', () => {
    const curve = new LossCurve(4, 100)
    for (const loss of [8, 4, 0]) curve.add(loss)
    expect(curve.values).toEqual([8, 6, 4])
    for (let k = 0; k < 60; k++) curve.add(1)
    expect(curve.values.at(-1)).toBeCloseTo(1, 6)
  })

  it('drops every other point when it is full, and takes points half as often', () => {
    const curve = new LossCurve(1, 4)
    for (let loss = 1; loss <= 11; loss++) curve.add(loss)
    expect(curve.values).toEqual([4, 8])
    curve.add(12)
    expect(curve.values).toEqual([4, 8, 12])
  })
})
