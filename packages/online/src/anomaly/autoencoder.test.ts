import { input, minimize } from '@eddy/graph'
import { adam, sgd } from '@eddy/optim'
import { rng, standardNormal } from '@eddy/tensor'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { categorical } from '../encoders/categorical.ts'
import { numeric } from '../encoders/numeric.ts'
import { features } from '../features.ts'
import { anomaly } from './anomaly.ts'
import { autoencoder } from './autoencoder.ts'

/** Runs a dense autoencoder over rows; everything it has shown. */
function shown(rows: readonly (readonly number[])[], hidden: number | readonly number[]) {
  const rows$ = new Subject<readonly number[]>()
  const x = input(rows$, { shape: [rows[0]!.length], select: (row) => row })
  const { code, decoded, error } = autoencoder(x, { hidden })
  const seen = { code: [] as number[][], decoded: [] as number[][], error: [] as number[], gradient: [] as number[][] }
  code.subscribe(({ data }) => seen.code.push([...data]))
  decoded.subscribe(({ data }) => seen.decoded.push([...data]))
  decoded.gradient$.subscribe(({ data }) => seen.gradient.push([...data]))
  error.subscribe(({ data }) => seen.error.push(data[0]!))
  error.pipe(minimize(adam({ learningRate: 0.01 }), { dtype: 'f64', seed: 1 })).subscribe()
  for (const row of rows) rows$.next(row)
  return seen
}

describe('autoencoder(x) of dense values', () => {
  const random = rng(1, 'rows')
  const rows = Array.from({ length: 3000 }, (_, k) => {
    const [a, b] = [standardNormal(random, 2 * k), standardNormal(random, 2 * k + 1)]
    return [a, b, a + b, a - b, 0.5 * a]
  })

  it('error is the mean square of what was lost, its gradient that of the mathematics', () => {
    const { code, decoded, error, gradient } = shown(rows.slice(0, 200), [3, 2])
    expect(code.every((each) => each.length === 2)).toBe(true)
    decoded.forEach((row, k) => {
      const lost = row.map((value, i) => rows[k]![i]! - value)
      expect(error[k]).toBeCloseTo(lost.reduce((sum, each) => sum + each * each, 0) / 5, 12)
      lost.forEach((each, i) => expect(gradient[k]![i]).toBeCloseTo(-2 * each / 5, 12))
    })
    expect(decoded[0]).toEqual([0, 0, 0, 0, 0])
  })

  it('learns what hangs together: two numbers carry five, one cannot', () => {
    const late = (hidden: number): number => (
      shown(rows, hidden).error.slice(-500).reduce((sum, each) => sum + each, 0) / 500
    )
    expect(late(2)).toBeLessThan(0.05)
    expect(late(1)).toBeGreaterThan(5 * late(2))
  })

  it.each([
    [{ hidden: 1.5 }, /hidden is out of range/], [{ width: 7 }, /the values do not fit, in autoencoder: got \[5\]/],
  ])('%j says what does not fit', (options, message) => {
    const x = input(new Subject<number[]>(), { shape: [5], select: (row) => row })
    expect(() => autoencoder(x, options)).toThrow(message)
  })

  it('refuses matrices', () => {
    const x = input(new Subject<number[]>(), { shape: [5, 2], select: (row) => row })
    expect(() => autoencoder(x)).toThrow(/the values do not fit/)
  })
})

describe('autoencoder(x) of pairs', () => {
  const fields = features({ heat: numeric(), load: numeric(), mode: categorical() })
  const events = [
    { heat: 1, load: 2, mode: 'on' }, { heat: 4, mode: 'on' }, { load: 5, mode: 'off' }, { heat: 2, load: 9 },
    { mode: 'off' }, { heat: 7, load: 1, mode: 'idle' }, {},
  ]

  it('judges the numbers that are there: by hand, from running statistics, while nothing is reproduced', () => {
    // The layers stay as they begin, so that what is decoded stays 0.
    const detector = anomaly({ features: fields, dtype: 'f64', optimizer: sgd({ learningRate: 1e-300 }) })
    const before = { heat: [] as number[], load: [] as number[] }
    for (const event of events) {
      const squares = (['heat', 'load'] as const).flatMap((name) => {
        const x = event[name]
        if (x === undefined) return []
        const seen = before[name]
        const mean = seen.reduce((sum, value) => sum + value, 0) / seen.length
        const variance = seen.reduce((sum, value) => sum + (value - mean) ** 2, 0) / seen.length
        return [variance > 0 ? (x - mean) ** 2 / variance : 0]
      })
      if (event.mode !== undefined) squares.push(1)
      const wanted = squares.reduce((sum, square) => sum + square, 0) / Math.max(1, squares.length)
      expect(detector.learnOne(event).error).toBeCloseTo(wanted, 9)
      for (const name of ['heat', 'load'] as const) if (event[name] !== undefined) before[name].push(event[name])
    }
  })

  it('a number that is missing has no gradient, a category that is missing has; later slots begin at 0', () => {
    const detector = anomaly({ features: fields, dtype: 'f64', influence: 'full', hidden: 2 })
    const gradients: number[][] = []
    const decoded: number[][] = []
    detector.nodes.decoded.gradient$.subscribe(({ data }) => gradients.push([...data]))
    detector.nodes.decoded.subscribe(({ data }) => decoded.push([...data]))
    for (let k = 0; k < 40; k++) detector.learnOne(events[k % 4]!)
    // Slots in order of first sight: heat, load, mode on, mode off.
    const last = gradients.length
    detector.learnOne({ heat: 3, mode: 'on' })
    const [heat, load, on, off, ...rest] = gradients[last]!
    expect([heat, on, off].every((slope) => slope !== 0)).toBe(true)
    expect(off).toBeCloseTo(2 * decoded[last]![3]! / 2, 12)
    expect(load).toBeCloseTo(0, 300)
    expect(rest.every((slope) => Math.abs(slope) === 0)).toBe(true)
    expect(decoded.every((row) => row.slice(4).every((value) => value === 0))).toBe(true)
  })
})
