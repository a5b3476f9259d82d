import { describe, expect, it } from 'vitest'
import { rng } from '@eddy/tensor'
import { EncodedEvent } from './encoded-event.ts'
import { Neighbours } from './neighbours.ts'

const random = rng(3, 'neighbours')

/** An event of so many standardised numbers. */
function eventOf(values: readonly number[]): EncodedEvent {
  const event = new EncodedEvent()
  values.forEach((value, column) => event.number(column, value))
  return event
}

function rows(count: number, width: number): readonly (readonly number[])[] {
  return Array.from({ length: count }, (_, n) => (
    Array.from({ length: width }, (_, j) => 6 * random.uniform(100 * n + j) - 3)
  ))
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.sqrt(b.reduce((sum, value, j) => sum + ((a[j] ?? 0) - value) ** 2, 0))
}

describe('Neighbours', () => {
  it.each([[1, 3], [6, 1], [7, 8], [12, 9], [333, 12], [499, 5], [500, 17], [760, 40], [501, 64]])(
    '%s events of %s numbers: the nearest 7 of the latest 500', (count, width) => {
      const neighbours = new Neighbours()
      const all = rows(count + 1, width)
      const query = all[count]!
      all.slice(0, count).forEach((row, label) => {
        neighbours.ask(eventOf(row), width)
        neighbours.learn(label)
      })
      neighbours.ask(eventOf(query), width)
      neighbours.find()
      const nearest = all.slice(0, count).map((row, label) => ({ label, apart: distance(row, query) }))
        .slice(-500).sort((a, b) => a.apart - b.apart).slice(0, 7)
      expect(neighbours.found).toBe(nearest.length)
      nearest.forEach(({ label, apart }, k) => {
        expect(neighbours.label(k)).toBe(label)
        expect(1 / neighbours.weight(k) - 1e-3).toBeCloseTo(apart, 6)
      })
    },
  )

  it('numbers that come later are 0 in the events before', () => {
    const neighbours = new Neighbours()
    const all = rows(40, 20)
    all.forEach((row, k) => {
      neighbours.ask(eventOf(row.slice(0, k < 20 ? 6 : 20)), k < 20 ? 6 : 20)
      neighbours.learn(k)
    })
    const stored = all.map((row, k) => row.slice(0, k < 20 ? 6 : 20))
    neighbours.ask(eventOf(all[7]!), 20)
    neighbours.find()
    const nearest = stored.map((row, label) => ({ label, apart: distance(row, all[7]!) }))
      .sort((a, b) => a.apart - b.apart)
    expect([0, 1, 2, 3, 4, 5, 6].map((k) => neighbours.label(k))).toEqual(nearest.slice(0, 7).map(({ label }) => label))
  })

  it('restore(state) continues bit for bit; a state that would reach beyond its memory is refused', () => {
    const [one, copy] = [new Neighbours(), new Neighbours()]
    const all = rows(700, 11)
    for (const [label, row] of all.slice(0, 600).entries()) {
      one.ask(eventOf(row), 11)
      one.learn(label)
    }
    copy.restore(one.state)
    for (const [label, row] of all.slice(600).entries()) {
      for (const each of [one, copy]) {
        each.ask(eventOf(row), 11)
        each.find()
      }
      for (let k = 0; k < 7; k++) expect([copy.label(k), copy.weight(k)]).toEqual([one.label(k), one.weight(k)])
      one.learn(label)
      copy.learn(label)
    }
    expect(copy.state).toEqual(one.state)
    const states = [{ seen: -1 }, { seen: 0.5 }, { stride: 6 }, { stride: 4 }, { stride: 68 }, { stride: '8x' }]
    for (const broken of states) {
      expect(() => copy.restore({ ...one.state as object, ...broken })).toThrow(/neighbours.* does not fit this model/)
    }
    expect(copy.state).toEqual(one.state)
  })
})
