import { describe, expect, it } from 'vitest'
import { clockOf, leastMinutesBehind, summerTimeFrom, universalMinute } from './time-zones.ts'

const minute = (...parts: [number, number, number, number, number]): number => Date.UTC(...parts) / 60_000

describe('clockOf(airport, state)', () => {
  it('knows states, and airports that differ from theirs', () => {
    expect(clockOf('JFK', 'NY')).toEqual({ minutesBehind: 300, hasSummerTime: true })
    expect(clockOf('ELP', 'TX')).toEqual({ minutesBehind: 420, hasSummerTime: true })
    expect(clockOf('MQT', 'NA')).toEqual({ minutesBehind: 300, hasSummerTime: true })
    expect(clockOf('XXX', 'ZZ')).toBeNull()
  })

  it('leaves Arizona, Hawaii and most of Indiana on winter time', () => {
    expect([clockOf('PHX', 'AZ'), clockOf('HNL', 'HI'), clockOf('IND', 'IN')].map((c) => c?.hasSummerTime))
      .toEqual([false, false, false])
    expect(clockOf('EVV', 'IN')).toEqual({ minutesBehind: 360, hasSummerTime: true })
  })
})

describe('universalMinute(localMinute, clock)', () => {
  it('agrees with the time zone data of JavaScript, before and after the change', () => {
    const zones = [
      ['JFK', 'NY', 'America/New_York'], ['ORD', 'IL', 'America/Chicago'], ['DEN', 'CO', 'America/Denver'],
      ['PHX', 'AZ', 'America/Phoenix'], ['LAX', 'CA', 'America/Los_Angeles'], ['ANC', 'AK', 'America/Anchorage'],
      ['HNL', 'HI', 'Pacific/Honolulu'], ['SJU', 'PR', 'America/Puerto_Rico'], ['IND', 'IN', 'America/Indianapolis'],
      ['EVV', 'IN', 'America/Chicago'], ['TYS', 'TN', 'America/New_York'], ['PNS', 'FL', 'America/Chicago'],
    ] as const
    for (const [airport, state, timeZone] of zones) {
      for (const local of [minute(2001, 0, 1, 6, 30), minute(2001, 2, 31, 23, 59), minute(2001, 5, 30, 12, 0)]) {
        const universal = new Date(universalMinute(local, clockOf(airport, state)!) * 60_000)
        const parts = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'short', timeStyle: 'short' })
        const shown = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', dateStyle: 'short', timeStyle: 'short' })
        expect(`${airport} ${parts.format(universal)}`).toBe(`${airport} ${shown.format(new Date(local * 60_000))}`)
      }
    }
  })

  it('never runs backwards at one airport, and never is closer than the least offset', () => {
    const clock = clockOf('SJU', 'PR')!
    const newYork = clockOf('JFK', 'NY')!
    expect(universalMinute(summerTimeFrom + 60, newYork)).toBe(universalMinute(summerTimeFrom - 1, newYork) + 1)
    expect(universalMinute(summerTimeFrom, clock) - summerTimeFrom).toBe(leastMinutesBehind)
    expect(universalMinute(summerTimeFrom, newYork) - summerTimeFrom).toBe(leastMinutesBehind)
  })
})
