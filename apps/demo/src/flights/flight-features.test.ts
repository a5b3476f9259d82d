import { describe, expect, it } from 'vitest'
import type { Flight } from './flight.ts'
import { FlightStatistics, wave } from './flight-features.ts'

/** Friday, 2 February 2001, 14:40 in New York. */
const localMinute = Date.UTC(2001, 1, 2, 14, 40) / 60_000
const flight: Flight = {
  row: 0, origin: 'JFK', destination: 'LAX', miles: 2500, localMinute, takeOffMinute: localMinute + 300,
  landedMinute: localMinute + 700, delayMinutes: 55,
}

describe('FlightStatistics.describe(flight)', () => {
  it('knows only the flight itself before anything has landed', () => {
    expect(new FlightStatistics().describe(flight)).toMatchObject({
      allMean: 6, allRate: 0.2, arrivalsAtOriginMean: 6, departuresFromOriginRate: 0.2, slotMean: 6, slotKnown: 0,
      distance: 50, time: 880 / 1440, origin: 'JFK', destination: 'LAX', route: 'JFK-LAX', hour: '14', weekday: '5',
    })
  })

  it('does not look at the delay of the flight it describes', () => {
    const late = { ...flight, delayMinutes: 400, landedMinute: flight.landedMinute + 345 }
    expect(new FlightStatistics().describe(late)).toEqual(new FlightStatistics().describe(flight))
  })

  it('tells arrivals at an airport from departures of it', () => {
    const statistics = new FlightStatistics()
    statistics.landed({ ...flight, origin: 'BOS', destination: 'JFK', delayMinutes: 90 }, flight.takeOffMinute)
    const { allMean, arrivalsAtOriginMean, departuresFromOriginMean, slotMean } = statistics.describe(flight)
    const usual = (90 + 20 * 6) / 21
    expect(allMean).toBeCloseTo((90 + 20 * usual) / 21, 12)
    expect(arrivalsAtOriginMean).toBeCloseTo((90 + 3 * allMean) / 4, 12)
    expect(departuresFromOriginMean).toBe(allMean)
    expect(slotMean).toBeCloseTo(usual, 12)
  })

  it('remembers the same route at the same time of another day', () => {
    const statistics = new FlightStatistics()
    statistics.landed(flight, flight.landedMinute)
    const tomorrow = { ...flight, localMinute: localMinute + 1440, takeOffMinute: flight.takeOffMinute + 1440 }
    expect(statistics.describe(tomorrow).slotKnown).toBeCloseTo(Math.exp(-(1440 - 400) / 28_800 / 2), 3)
    expect(statistics.describe({ ...tomorrow, localMinute: localMinute + 1470 }).slotKnown).toBe(0)
  })
})

describe('wave(minute)', () => {
  it('goes round like a sine, to within 6 hundredths', () => {
    for (let minute = 0; minute < 2880; minute += 7) {
      expect(Math.abs(wave(minute) - Math.sin((2 * Math.PI * minute) / 1440))).toBeLessThan(0.0561)
    }
    expect([0, 360, 720, 1080].map(wave)).toEqual([0, 1, -0, -1])
  })
})
