import { describe, expect, it } from 'vitest'
import type { FlightColumns } from './flight-columns.ts'
import { inTakeOffOrder, type TakeOffs } from './in-take-off-order.ts'
import { clockOf } from './time-zones.ts'

const clocks = new Map([['SJU', clockOf('SJU', 'PR')!], ['JFK', clockOf('JFK', 'NY')!], ['HNL', clockOf('HNL', 'HI')!]])

function stretch(firstRow: number, flights: readonly (readonly [string, number])[]): FlightColumns {
  return {
    count: flights.length, firstRow, origin: flights.map((f) => f[0]), localMinute: flights.map((f) => f[1]),
    destination: flights.map(() => 'JFK'), miles: flights.map(() => 150), delayMinutes: flights.map(() => 5),
  }
}

async function* streamOf<T>(values: readonly T[], onPull: () => void = () => {}): AsyncGenerator<T> {
  for (const value of values) {
    onPull()
    yield value
  }
}

const rows = (all: readonly TakeOffs[]): number[] => all.flatMap((t) => t.flights.map((flight) => flight.row))

async function collect(source: AsyncIterable<TakeOffs>): Promise<TakeOffs[]> {
  const all: TakeOffs[] = []
  for await (const takeOffs of source) all.push(takeOffs)
  return all
}

describe('inTakeOffOrder(stretches, clocks)', () => {
  it('orders by universal minute, then by row, across stretches', async () => {
    // Universal: 1000 + 600, 1000 + 240, 1300 + 300, 1360 + 240, 1361 + 240.
    const first = stretch(0, [['HNL', 1000], ['SJU', 1000]])
    const second = stretch(2, [['JFK', 1300], ['SJU', 1360], ['SJU', 1361]])
    const all = await collect(inTakeOffOrder(streamOf([first, second]), clocks))
    expect(all.map((t) => t.minute)).toEqual([1240, 1600, 1601])
    expect(rows(all)).toEqual([1, 0, 2, 3, 4])
  })

  it('gives out a minute as soon as nothing earlier can come, and no sooner', async () => {
    const pulls: number[] = []
    const stretches = [stretch(0, [['SJU', 999], ['SJU', 1000]]), stretch(2, [['SJU', 1000], ['SJU', 1001]])]
    const order = inTakeOffOrder(streamOf(stretches, () => pulls.push(1)), clocks)
    expect((await order.next()).value?.minute).toBe(1239)
    expect(pulls).toHaveLength(1)
    const second = (await order.next()).value as TakeOffs
    expect(pulls).toHaveLength(2)
    expect(rows([second])).toEqual([1, 2])
  })

  it('fails for an airport without a clock, and names it', async () => {
    await expect(collect(inTakeOffOrder(streamOf([stretch(0, [['ZZZ', 1]])]), clocks))).rejects.toThrow(/ZZZ/)
  })

  it('fails for rows that are out of order', async () => {
    const stretches = [stretch(0, [['SJU', 1000]]), stretch(1, [['SJU', 900]])]
    await expect(collect(inTakeOffOrder(streamOf(stretches), clocks))).rejects.toThrow(/row 1 comes too late/)
  })

  it('gives nothing for no stretches or empty ones', async () => {
    expect(await collect(inTakeOffOrder(streamOf([]), clocks))).toEqual([])
    expect(await collect(inTakeOffOrder(streamOf([stretch(0, [])]), clocks))).toEqual([])
  })
})
