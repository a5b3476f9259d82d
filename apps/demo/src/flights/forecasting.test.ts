import { describe, expect, it } from 'vitest'
import { rng } from 'eddy'
import { stateDigest } from '../state-digest.ts'
import type { Flight } from './flight.ts'
import { Forecasting } from './forecasting.ts'
import { moments } from './moments.ts'
import { play } from './play.ts'

const airports = ['ATL', 'BOS', 'DEN', 'SFO']
const noStop = { isStopped: false }

/** Made-up flights, one or two a minute; late when they leave BOS. */
function madeUpFlights(count: number, seed: number): Flight[] {
  const draws = rng(seed, 'flights')
  return Array.from({ length: count }, (_, row) => {
    const origin = airports[draws.integer(4 * row, 4)]!
    const localMinute = 16_300_000 + Math.floor(row / 1.5)
    const takeOffMinute = localMinute + 300
    const delayMinutes = (origin === 'BOS' ? 40 : 0) + draws.integer(4 * row + 1, 10)
    return {
      row, origin, destination: airports[draws.integer(4 * row + 2, 4)]!, miles: 200, localMinute, takeOffMinute,
      delayMinutes, landedMinute: takeOffMinute + 60 + delayMinutes,
    }
  })
}

async function forecast(flights: readonly Flight[], seed = 1) {
  const minutes = [...new Set(flights.map((flight) => flight.takeOffMinute))]
  async function* takeOffs() {
    for (const minute of minutes) yield { minute, flights: flights.filter((f) => f.takeOffMinute === minute) }
  }
  const forecasting = new Forecasting(seed)
  const lines: string[] = []
  forecasting.forecasts$.subscribe(({ flight, delay, late, mean, median, noChange, prior }) => {
    lines.push([flight.row, delay, late, mean, median, noChange, prior].join(' '))
  })
  const { takeOffs$, landings$ } = forecasting
  await play(moments(takeOffs()), { takeOffs$, landings$, clock: () => {}, pause: () => {} }, noStop)
  return { forecasting, lines }
}

describe('Forecasting', () => {
  it('predicts every flight once and learns every one that lands', async () => {
    const { forecasting, lines } = await forecast(madeUpFlights(600, 1))
    expect(lines).toHaveLength(600)
    expect([forecasting.learnedCount, forecasting.rejectedCount, forecasting.scores.count]).toEqual([600, 0, 600])
  })

  it('learns what makes flights late', async () => {
    const { forecasting } = await forecast(madeUpFlights(3000, 2))
    const { metrics, baselines } = forecasting.scores
    expect(metrics.mae!).toBeLessThan(baselines.median!.mae! * 0.8)
    expect(metrics.rocAuc!).toBeGreaterThan(0.8)
  })

  it('[leak] no label of a flight in the air changes a prediction, of the model or of a baseline', async () => {
    const flights = madeUpFlights(600, 3)
    const before = flights[400]!.takeOffMinute
    const altered = flights.map((flight) => (flight.landedMinute > before
      ? { ...flight, delayMinutes: flight.delayMinutes + 137, landedMinute: flight.landedMinute + 137 }
      : flight))
    const [original, changed] = [await forecast(flights), await forecast(altered)]
    const until = flights.filter((flight) => flight.takeOffMinute <= before).length
    expect(changed.lines.slice(0, until)).toEqual(original.lines.slice(0, until))
    expect(changed.lines.slice(until)).not.toEqual(original.lines.slice(until))
  })

  it('gives the same state twice, and another one for another seed', async () => {
    const flights = madeUpFlights(200, 4)
    const digest = async (seed: number) => stateDigest((await forecast(flights, seed)).forecasting.snapshot())
    expect(await digest(1)).toBe(await digest(1))
    expect(await digest(2)).not.toBe(await digest(1))
  })
})
