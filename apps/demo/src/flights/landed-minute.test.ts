import { describe, expect, it } from 'vitest'
import { landedMinute } from './landed-minute.ts'

describe('landedMinute(departure)', () => {
  const noon = { localMinute: 720, takeOffMinute: 1020, miles: 750, delayMinutes: 0 }

  it('adds 40 minutes on the ground and a minute for each 7.5 miles', () => {
    expect(landedMinute(noon)).toBe(1020 + 40 + 100)
    expect(landedMinute({ ...noon, miles: 751 })).toBe(1020 + 40 + 101)
  })

  it('adds a delay and does not subtract an early arrival', () => {
    expect(landedMinute({ ...noon, delayMinutes: 25 })).toBe(1185)
    expect(landedMinute({ ...noon, delayMinutes: -25 })).toBe(1160)
  })

  it('holds back stamps from 00:00 to 03:59 one more day', () => {
    expect(landedMinute({ ...noon, localMinute: 239 })).toBe(1160 + 1440)
    expect(landedMinute({ ...noon, localMinute: 240 })).toBe(1160)
  })
})
