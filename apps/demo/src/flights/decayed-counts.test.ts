import { describe, expect, it } from 'vitest'
import { DecayedCounts } from './decayed-counts.ts'

const prior = { mean: 6, rate: 0.2, count: 2 }

describe('DecayedCounts.read(key, minute, prior)', () => {
  it('gives the prior for a key without a past', () => {
    expect(new DecayedCounts(90).read('JFK', 100, prior)).toEqual({ mean: 6, rate: 0.2, weight: 0 })
  })

  it('mixes what was counted now with the prior', () => {
    const counts = new DecayedCounts(90)
    counts.add('JFK', 100, 30, true)
    counts.add('JFK', 100, 0, false)
    counts.add('LAX', 100, 500, true)
    expect(counts.read('JFK', 100, prior)).toEqual({ mean: (30 + 0 + 12) / 4, rate: (1 + 0.4) / 4, weight: 2 })
  })

  it('clips a delay to -30 .. 180 minutes', () => {
    const counts = new DecayedCounts(90)
    counts.add('JFK', 0, 999, true)
    counts.add('LAX', 0, -999, false)
    expect(counts.read('JFK', 0, { mean: 0, rate: 0, count: 0 }).mean).toBe(180)
    expect(counts.read('LAX', 0, { mean: 0, rate: 0, count: 0 }).mean).toBe(-30)
  })

  it('forgets exponentially, as the sum over all flights with their ages does', () => {
    const flights = [[3, 12], [70, 44], [70, -8], [2500, 160], [2611, 0]] as const
    const now = 4000
    const life = 1440
    const counts = new DecayedCounts(life)
    for (const [minute, delay] of flights) counts.add('JFK', minute, delay, delay > 15)
    const weights = flights.map(([minute]) => (life / (life + 1)) ** (now - minute))
    const total = weights.reduce((sum, w) => sum + w, 0)
    const mean = flights.reduce((sum, [, delay], k) => sum + weights[k]! * delay, 0) / total
    const read = counts.read('JFK', now, { mean: 0, rate: 0, count: 0 })
    expect(read.weight).toBeCloseTo(total, 10)
    expect(read.mean).toBeCloseTo(mean, 10)
  })

  it('does not change what it reads', () => {
    const counts = new DecayedCounts(90)
    counts.add('JFK', 100, 30, true)
    const first = counts.read('JFK', 500, prior)
    counts.read('JFK', 9000, prior)
    expect(counts.read('JFK', 500, prior)).toEqual(first)
  })
})
