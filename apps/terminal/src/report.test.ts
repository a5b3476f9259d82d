import { describe, expect, it } from 'vitest'
import { reportLine } from './report.ts'

describe('reportLine(report)', () => {
  it('is one line of JSON with the names of the contract', () => {
    const line = reportLine({
      events: 3, learned: 2, rejected: 0, expired: 1, metrics: { mae: 1 / 3, r2: NaN }, baselines: { mean: { mae: 2 } },
      digest: 'ab', eventsPerSecond: 1234.56, seconds: 0.123456,
    })
    expect(line).not.toMatch(/\n/)
    expect(JSON.parse(line)).toEqual({
      events: 3, learned: 2, rejected: 0, expired: 1, metrics: { mae: 0.333333, r2: null },
      baselines: { mean: { mae: 2 } }, digest: 'ab', eventsPerSecond: 1235, seconds: 0.123,
    })
  })
})
