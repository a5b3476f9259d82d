import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { rng } from 'eddy'

/** A handwritten digit: 28 x 28 brightnesses from 0 to 1, row by row, and what it is. */
export interface Digit {
  readonly pixels: Float32Array
  readonly label: number
}

export const digitSide = 28
const pixelCount = digitSide * digitSide

/** Reads the ten thousand digits of the mnist package: a file for each class, all its pixels in one list. */
export async function readDigits(): Promise<Digit[]> {
  const { resolve } = createRequire(import.meta.url)
  const classes = await Promise.all(Array.from({ length: 10 }, async (_, label) => {
    const { data } = JSON.parse(await readFile(resolve(`mnist/src/digits/${label}.json`), 'utf8')) as { data: number[] }
    return splitDigits(Float32Array.from(data), label)
  }))
  return classes.flat()
}

/** Cuts a list of pixels into its digits. */
export function splitDigits(pixels: Float32Array, label: number): Digit[] {
  return Array.from({ length: Math.floor(pixels.length / pixelCount) }, (_, k) => (
    { pixels: pixels.subarray(k * pixelCount, (k + 1) * pixelCount), label }
  ))
}

/** The same values in an order that only the seed decides. Source: Fisher and Yates 1938. */
export function shuffled<T>(values: readonly T[], seed: number): T[] {
  const order = [...values]
  const draws = rng(seed, 'shuffle')
  for (let k = order.length - 1; k > 0; k--) {
    const other = draws.integer(k, k + 1)
    const value = order[k]!
    order[k] = order[other]!
    order[other] = value
  }
  return order
}
