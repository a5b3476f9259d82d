import { type Rng, sizeOf, standardNormal } from '@eddy/tensor'
import type { Sample, SampleInput } from '../record.ts'
import type { IsolatedInput } from './isolated.ts'

/** How far values stay from kinks and, where asked, from each other. */
const distance = 0.05

/**
 * Draws the inputs of a sample.
 * @throws Error when no draw keeps clear of the kinks: the sample asks for too much.
 */
export function drawInputs(sample: Sample<unknown>, key: Rng): IsolatedInput[] {
  for (let attempt = 0; attempt < 2000; attempt++) {
    const inputs = sample.inputs.map((input, port) => drawInput(input, key.split(attempt).split(port)))
    if (isClear(sample, inputs)) return inputs
  }
  throw new Error('no draw keeps clear of the kinks; widen the range or make the sample smaller')
}

/** Normal numbers, for cotangents and directions. */
export function drawNormal(size: number, key: Rng): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => standardNormal(key, i))
}

function drawInput(input: SampleInput, key: Rng): IsolatedInput {
  const { shape, buffer = false, pairs } = input
  if (pairs !== undefined) return { shape, buffer, pairs }
  const data = input.data ?? Float64Array.from({ length: sizeOf(shape) }, (_, i) => drawElement(input, key.split(i)))
  return { shape, buffer, data }
}

function drawElement({ below, range = [-2, 2], away = [] }: SampleInput, key: Rng): number {
  if (below !== undefined) return key.integer(0, below)
  for (let attempt = 0; ; attempt++) {
    // A multiple of 2^-20, so that f32 and f64 runs see the same number.
    const value = Math.round((range[0] + (range[1] - range[0]) * key.uniform(attempt)) * 2 ** 20) / 2 ** 20
    if (away.every((kink) => Math.abs(value - kink) > distance)) return value
  }
}

function isClear({ apart, awayBetween = [] }: Sample<unknown>, inputs: readonly IsolatedInput[]): boolean {
  const values = inputs.map((input) => Array.from(input.data ?? []))
  const [a = [], b = []] = values
  const clear = a.every((x, i) =>
    b[i] === undefined || awayBetween.every((kink) => Math.abs(Math.abs(x - b[i]!) - kink) > distance))
  if (!clear || apart !== true) return clear
  const sorted = values.flat().sort((x, y) => x - y)
  return sorted.every((x, i) => i === 0 || x - sorted[i - 1]! > distance / 4)
}
