import { describe, expect, it } from 'vitest'
import { days, hours, minutes, seconds } from './durations.ts'

describe('durations', () => {
  it('are milliseconds', () => {
    expect([seconds(1.5), minutes(30), hours(2), days(1)]).toEqual([1500, 1_800_000, 7_200_000, 86_400_000])
    expect(new Date(days(3) + hours(4)).toISOString()).toBe('1970-01-04T04:00:00.000Z')
  })
})
