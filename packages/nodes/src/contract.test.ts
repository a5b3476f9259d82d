import { rng, sizeOf } from '@eddy/tensor'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NodeRecord, Sample } from './record.ts'
import { records } from './records.ts'
import { drawInputs, drawNormal } from './testing/draw.ts'
import { Isolated } from './testing/isolated.ts'

const seed = 2026
/** Points drawn for each operation: its samples in turn, each time with other numbers. */
const draws = Number(process.env['EDDY_CONTRACT_DRAWS'] ?? 100)

/** One sample of one record, drawn, in both element types. */
interface Case {
  readonly f64: Isolated
  readonly f32: Isolated
  readonly inputs: ReturnType<typeof drawInputs>
  /** Differentiable ports. */
  readonly ports: readonly number[]
  /** A random cotangent, and a random direction for each port. */
  readonly cotangent: Float64Array
  readonly directions: readonly Float64Array[]
}

function caseOf(record: NodeRecord, sample: Sample<unknown>, index: number): Case {
  const key = rng(seed, record.name, index)
  const inputs = drawInputs(sample, key.split('inputs'))
  const f64 = new Isolated(record, inputs, sample.options, 'f64')
  const f32 = new Isolated(record, inputs, sample.options, 'f32')
  return {
    f64, f32, inputs,
    ports: f64.differentiable.flatMap((yes, port) => (yes ? [port] : [])),
    cotangent: drawNormal(sizeOf(f64.output.shape), key.split('cotangent')),
    directions: inputs.map((input, port) => drawNormal(sizeOf(input.shape), key.split('direction').split(port))),
  }
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a).reduce((s, x, i) => s + x * b[i]!, 0)

/** d<cotangent, f(inputs + t direction)>/dt at 0 by the five-point rule; its error is of order h^4. */
function slope(
  { f64, inputs, cotangent }: Case, directions: readonly (ArrayLike<number> | undefined)[], h: number,
): number {
  const at = (t: number): number => dot(cotangent, f64.forward(inputs.map(({ data }, port) => {
    const direction = directions[port]
    return data === undefined || direction === undefined
      ? undefined
      : Float64Array.from(data, (x, i) => x + t * direction[i]!)
  })))
  const result = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)
  f64.forward(inputs.map(({ data }) => data))
  return result
}

function expectClose(got: number, wanted: number, tolerance: number, scale = 1): void {
  const error = Math.abs(got - wanted) / Math.max(scale, Math.abs(got), Math.abs(wanted))
  expect(error, `got ${got}, wanted ${wanted}`).toBeLessThanOrEqual(tolerance)
}

/** Agrees with a difference quotient: of steep functions only a small step is exact, of flat ones only a large one. */
function expectSlope(
  got: number, one: Case, directions: readonly (ArrayLike<number> | undefined)[], scale = 1,
): void {
  const differences: number[] = []
  for (const h of [2 ** -10, 2 ** -13, 2 ** -16]) {
    const difference = slope(one, directions, h)
    if (Math.abs(got - difference) <= 1e-8 * Math.max(scale, Math.abs(got), Math.abs(difference))) return
    differences.push(difference)
  }
  expect.fail(`got ${got}, but differences are ${differences}`)
}

describe.each(records.map((record) => [record.name, record] as const))('%s', (_, record) => {
  const samples = record.samples()
  let cases: Case[] = []
  beforeAll(() => {
    cases = Array.from({ length: Math.max(draws, samples.length) }, (_case, i) => (
      caseOf(record, samples[i % samples.length]!, i)
    ))
  })
  afterAll(() => {
    cases = []
  })
  const each = (check: (one: Case, index: number) => void): void => cases.forEach((one, i) => {
    try {
      check(one, i)
    } catch (error) {
      throw new Error(`sample ${i} of ${record.name}, seed ${seed}: ${String(error)}`, { cause: error })
    }
  })

  it('forward(inputs) writes every element, the same again when replayed, and nothing else', () => {
    each(({ f64, f32 }) => {
      for (const run of [f64, f32]) {
        const first = run.forward()
        expect(first.some(Number.isNaN)).toBe(false)
        expect(run.forward()).toEqual(first)
      }
    })
  })

  it('backward(dy) writes every element, the same again when replayed, and nothing else', () => {
    each(({ f64, f32, cotangent }) => {
      for (const run of [f64, f32]) {
        run.forward()
        const first = run.backward(cotangent)
        expect(first.some((gradient) => gradient?.some(Number.isNaN))).toBe(false)
        expect(run.backward(cotangent)).toEqual(first)
      }
    })
  })

  it('backward(dy) agrees with finite differences to 1e-8, element by element', () => {
    each((one) => {
      one.f64.forward()
      const gradients = one.f64.backward(one.cotangent)
      for (const port of one.ports) {
        gradients[port]!.forEach((g, i) => {
          const unit = gradients[port]!.map((_x, j) => (i === j ? 1 : 0))
          const directions: (ArrayLike<number> | undefined)[] = []
          directions[port] = unit
          expectSlope(g, one, directions)
        })
      }
    })
  })

  it('<J v, w> = <v, J^T w> for random directions v and cotangents w', () => {
    each((one) => {
      one.f64.forward()
      const gradients = one.f64.backward(one.cotangent)
      const directions = one.directions.map((d, port) => (one.ports.includes(port) ? d : undefined))
      const transposed = one.ports.reduce((sum, port) => sum + dot(one.directions[port]!, gradients[port]!), 0)
      const scale = one.ports.reduce((sum, port) => sum + sizeOf(one.f64.inputs[port]!.shape), 1)
      expectSlope(transposed, one, directions, scale)
    })
  })

  it('backward(a v + b w) = a backward(v) + b backward(w)', () => {
    each(({ f64, cotangent, ports }) => {
      const other = drawNormal(cotangent.length, rng(seed, 'other'))
      f64.forward()
      const [v, w] = [f64.backward(cotangent), f64.backward(other)]
      const both = f64.backward(cotangent.map((x, k) => 1.5 * x - 0.75 * other[k]!))
      for (const port of ports) {
        both[port]!.forEach((g, k) => expectClose(g, 1.5 * v[port]![k]! - 0.75 * w[port]![k]!, 1e-12))
      }
    })
  })

  it('backward(dy) of one port alone equals backward(dy) of all ports, bit for bit', () => {
    each(({ f64, f32, cotangent, ports }) => {
      for (const run of [f64, f32]) {
        run.forward()
        const all = run.backward(cotangent)
        for (const port of ports) expect(run.backward(cotangent, [port])[port]).toEqual(all[port])
      }
    })
  })

  it('a structured gradient written out equals the dense one, bit for bit', () => {
    each(({ f64, f32, cotangent, ports }) => {
      for (const run of [f64, f32]) {
        run.forward()
        const dense = run.backward(cotangent)
        for (const port of ports) {
          const written = run.structured(cotangent, port)
          if (written === null) continue
          expect(Array.from(written, positiveZero)).toEqual(Array.from(dense[port]!, positiveZero))
        }
      }
    })
  })

  it('values and gradients in f32 are close to those in f64', () => {
    // At the record's own samples: other numbers may be badly conditioned, and f32 then says little.
    each(({ f64, f32, cotangent, ports }, i) => {
      if (i >= samples.length) return
      const rounded = Float32Array.from(cotangent)
      const [exact, near] = [f64.forward(), f32.forward()]
      near.forEach((y, i) => expectClose(y, exact[i]!, 4e-6))
      const [gradients, nearby] = [f64.backward(rounded), f32.backward(rounded)]
      for (const port of ports) nearby[port]!.forEach((g, i) => expectClose(g, gradients[port]![i]!, 1e-5))
    })
  })
})

/** A sum that starts from 0 turns -0 into 0; an update cannot tell them apart. */
function positiveZero(x: number): number {
  return x + 0
}

describe('records', () => {
  it('have distinct names, in order within each file, with documentation and samples', () => {
    const names = records.map((record) => record.name)
    expect(new Set(names).size).toBe(names.length)
    for (const { docs, samples } of records) {
      expect(Object.values(docs).every((text) => text.length > 0)).toBe(true)
      expect(samples().length).toBeGreaterThan(1)
    }
  })
})
