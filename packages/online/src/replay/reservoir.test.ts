import { ValueError } from '@eddy/tensor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Remembered } from './remembered.ts'
import { Reservoir, reservoir, type ReservoirState } from './reservoir.ts'

const itself = (label: number): number => label
const event = (place: number, label = 0): Remembered => ({ indices: [place], values: [1], label })
const placesIn = ({ items }: ReservoirState): number[] => items.map(({ indices }) => indices[0]!)

function fill(memory: Reservoir, count: number, labelOf: (place: number) => number = () => 0): Reservoir {
  for (let i = 0; i < count; i++) memory.add(event(i, labelOf(i)))
  return memory
}

describe('reservoir({ size })', () => {
  it('keeps every event while there is room, then as many as there is room for, none twice', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 30 }), fc.nat(120), fc.nat(), (size, count, seed) => {
      const { state } = fill(new Reservoir(reservoir({ size }), seed, itself), count)
      expect(state).toMatchObject({ seen: count })
      expect(new Set(placesIn(state)).size).toBe(Math.min(size, count))
      if (count <= size) expect(placesIn(state)).toEqual(Array.from({ length: count }, (_, i) => i))
    }))
  })

  it('keeps every event with the same probability, size / seen', () => {
    const kept = Array.from({ length: 50 }, () => 0)
    const runs = 6000
    for (let seed = 0; seed < runs; seed++) {
      for (const place of placesIn(fill(new Reservoir(reservoir({ size: 10 }), seed, itself), 50).state)) kept[place]!++
    }
    // Binomial with p = 0.2: six deviations are 0.031.
    for (const count of kept) expect(Math.abs(count / runs - 0.2)).toBeLessThan(0.031)
  })

  it('draws every kept event equally often', () => {
    const memory = fill(new Reservoir(reservoir({ size: 5 }), 3, itself), 5)
    const drawn = Array.from({ length: 5 }, () => 0)
    for (let i = 0; i < 20_000; i++) drawn[memory.draw().indices[0]!]!++
    for (const count of drawn) expect(Math.abs(count / 20_000 - 0.2)).toBeLessThan(0.017)
  })

  it.each([false, true])('stop anywhere, restore elsewhere: as if never stopped; balanced %s', (balanced) => {
    fc.assert(fc.property(fc.nat(80), fc.nat(80), fc.nat(), (stop, ahead, seed) => {
      const labelOf = (place: number): number => (place * place) % 3
      const one = fill(new Reservoir(reservoir({ size: 9, balanced }), seed, itself), stop, labelOf)
      const two = fill(new Reservoir(reservoir({ size: 9, balanced }), seed + 1, itself), 30, labelOf)
      const state = JSON.parse(JSON.stringify(one.state)) as ReservoirState
      two.check(state)
      two.restore(state, 0)
      for (let i = stop; i < stop + ahead; i++) {
        for (const memory of [one, two]) memory.add(event(i, labelOf(i)))
        expect(two.draw()).toEqual(one.draw())
      }
      expect(two.state).toEqual(one.state)
    }))
  })

  it('refuses sizes out of range, and states that are none', () => {
    for (const size of [0, 2.5, 1e9, NaN]) expect(() => reservoir({ size })).toThrow(ValueError)
    expect(() => reservoir({ per: 0 })).toThrow(/per is out of range.*got 0/)
    const memory = fill(new Reservoir(reservoir({ size: 5, balanced: true }), 1, itself), 8)
    const { state } = memory
    for (const broken of [
      undefined, {}, { ...state, items: [...state.items, event(9)] }, { ...state, draws: -1 },
      { ...state, classes: [] },
      { ...state, items: [{ indices: [-1], values: [1], label: 0 }] }, { ...state, seed: NaN },
    ]) expect(() => memory.check(broken)).toThrow(/no state of such a memory/)
    expect(memory.state).toEqual(state)
  })
})

describe('reservoir({ size, balanced: true })', () => {
  const countsOf = ({ items }: ReservoirState): number[] => [0, 1, 2].map((own) => (
    items.filter(({ label }) => label === own).length
  ))

  it('gives rare classes their room, and all of what there is when that is less', () => {
    // Of 2000 events 3 are of class 2, and 1 in 50 of class 1.
    const labelOf = (place: number): number => (place % 700 === 600 ? 2 : place % 50 === 7 ? 1 : 0)
    for (let seed = 0; seed < 20; seed++) {
      const { state } = fill(new Reservoir(reservoir({ size: 30, balanced: true }), seed, itself), 2000, labelOf)
      const counts = countsOf(state)
      expect(counts[2]).toBe(2)
      expect(Math.abs(counts[0]! - counts[1]!)).toBeLessThanOrEqual(1)
      expect(new Set(placesIn(state)).size).toBe(30)
    }
  })

  it('keeps a fair sample of each class that fills its room', () => {
    const kept = Array.from({ length: 60 }, () => 0)
    const runs = 5000
    for (let seed = 0; seed < runs; seed++) {
      const memory = new Reservoir(reservoir({ size: 12, balanced: true }), seed, itself)
      for (const place of placesIn(fill(memory, 60, (i) => i % 2).state)) kept[place]!++
    }
    // 6 of 30 of each class: p = 0.2; six deviations are 0.034.
    for (const count of kept) expect(Math.abs(count / runs - 0.2)).toBeLessThan(0.034)
  })
})
