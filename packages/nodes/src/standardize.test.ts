import { rng, standardNormal } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import { sparseStandardizeRecord, standardizeRecord } from './standardize.ts'
import { Isolated } from './testing/isolated.ts'

/** A far-off mean and a small deviation: where the textbook formula E[x^2] - E[x]^2 loses every digit. */
const events = Array.from({ length: 200 }, (_, i) => 1e6 + standardNormal(rng(9), i))

function batch(xs: readonly number[]): { readonly mean: number; readonly deviation: number } {
  const mean = xs.reduce((sum, x) => sum + (x - xs[0]!), 0) / xs.length + xs[0]!
  return { mean, deviation: Math.sqrt(xs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / xs.length) }
}

describe('standardize()', () => {
  it('after each commit equals the batch statistics of the events before', () => {
    const cell = { shape: [1], buffer: true, data: [0] }
    const run = new Isolated(standardizeRecord, [{ shape: [1], data: [0] }, cell, cell, cell], { limit: 1e3 }, 'f64')
    events.forEach((x, i) => {
      const [y] = run.forward([[x]])
      const { mean, deviation } = batch(events.slice(0, i))
      expect(Math.abs(y! - (i < 2 ? 0 : (x - mean) / deviation))).toBeLessThan(1e-6)
      run.commit()
    })
    expect(run.value(run.inputs[3]!)[0]).toBe(events.length)
  })

  it('in a run of f32 keeps its statistics in f64', () => {
    const cell = { shape: [1], buffer: true, data: [0] }
    const run = new Isolated(standardizeRecord, [{ shape: [1], data: [0] }, cell, cell, cell], { limit: 1e3 }, 'f32')
    for (let i = 0; i < 3; i++) {
      run.forward([[i]])
      run.commit()
    }
    expect(run.inputs.map((slot) => slot.dtype)).toEqual(['f32', 'f64', 'f64', 'f64'])
    expect(Array.from(run.value(run.inputs[1]!))).toEqual([1])
  })

  it('of sparse pairs learns only from the columns that an event has, and that are flagged', () => {
    const run = new Isolated(sparseStandardizeRecord, [
      { shape: [3], pairs: { capacity: 4, entries: [[0, 4], [2, 8]] } },
      { shape: [3, 4], buffer: true, data: [1, 1, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0] },
    ], { limit: 1e3 }, 'f64')
    run.forward()
    run.commit()
    expect(Array.from(run.value(run.inputs[1]!))).toEqual([1, 2, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0])
    expect(Array.from(run.forward())).toEqual([1, 0, 8])
  })
})
