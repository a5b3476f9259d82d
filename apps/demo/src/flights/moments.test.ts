import { describe, expect, it } from 'vitest'
import type { Flight } from './flight.ts'
import { type Moment, moments } from './moments.ts'

function flight(row: number, takeOffMinute: number, landedMinute: number): Flight {
  return {
    row, takeOffMinute, landedMinute, localMinute: takeOffMinute, origin: 'A', destination: 'B', miles: 1,
    delayMinutes: 0,
  }
}

async function play(flights: readonly Flight[], limit?: number): Promise<string[]> {
  async function* takeOffs(): AsyncGenerator<{ minute: number; flights: Flight[] }> {
    for (const minute of new Set(flights.map((f) => f.takeOffMinute))) {
      yield { minute, flights: flights.filter((f) => f.takeOffMinute === minute) }
    }
  }
  const all: Moment[] = []
  for await (const moment of moments(takeOffs(), limit)) all.push(moment)
  return all.map(({ minute, landed, takingOff }) =>
    `${minute}: ${landed.map((f) => `-${f.row}`).join('')}${takingOff.map((f) => `+${f.row}`).join('')}`)
}

describe('moments(takeOffs, limit)', () => {
  it('puts every landing into its minute, before the take-offs of that minute', async () => {
    expect(await play([flight(0, 10, 60), flight(1, 10, 55), flight(2, 60, 100), flight(3, 60, 100)]))
      .toEqual(['10: +0+1', '55: -1', '60: -0+2+3', '100: -2-3'])
  })

  it('orders landings of one minute by take-off', async () => {
    expect(await play([flight(0, 10, 70), flight(1, 20, 70), flight(2, 30, 65)]))
      .toEqual(['10: +0', '20: +1', '30: +2', '65: -2', '70: -0-1'])
  })

  it('stops take-offs at the limit, inside a minute too, and lets the others land', async () => {
    expect(await play([flight(0, 10, 60), flight(1, 10, 55), flight(2, 20, 70)], 1)).toEqual(['10: +0', '60: -0'])
    expect(await play([flight(0, 10, 60), flight(1, 20, 55)], 2)).toEqual(['10: +0', '20: +1', '55: -1', '60: -0'])
  })

  it('finds landings again after the air was empty', async () => {
    expect(await play([flight(0, 10, 50), flight(1, 5000, 5040)]))
      .toEqual(['10: +0', '50: -0', '5000: +1', '5040: -1'])
  })

  it('gives nothing for no flights', async () => {
    expect(await play([])).toEqual([])
  })
})
