import { rng } from '@eddy/tensor'
import type { Random } from './torn-medium.ts'

/** Seeded numbers from 0 to below 1. */
export function randomOf(seed: number, name: string): Random {
  const numbers = rng(seed, name)
  let at = 0
  return () => numbers.uniform(at++)
}

/** What a test of faults found. */
export interface Finding {
  /** The promise, by its number. */
  readonly promise: string
  readonly what: string
  readonly runs: number
  /** How many of them ended in which way. */
  readonly ends: Readonly<Record<string, number>>
  /** What must not be; each with the seed that shows it again. */
  readonly violations: readonly string[]
  readonly seconds: number
}

/** Counts ends and violations of many runs. */
export class Tally {
  readonly #ends: Record<string, number> = {}
  readonly #violations: string[] = []
  readonly #promise: string
  readonly #what: string
  readonly #began = performance.now()
  #runs = 0

  constructor(promise: string, what: string) {
    this.#promise = promise
    this.#what = what
  }

  ended(how: string, count = 1): void {
    this.#runs += count
    this.#ends[how] = (this.#ends[how] ?? 0) + count
  }

  violated(what: string): void {
    this.#violations.push(what)
  }

  get finding(): Finding {
    return {
      promise: this.#promise, what: this.#what, runs: this.#runs, ends: this.#ends, violations: this.#violations,
      seconds: (performance.now() - this.#began) / 1000,
    }
  }
}
