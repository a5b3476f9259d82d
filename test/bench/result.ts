import type { Timing } from './clock.ts'
import { median, quantile } from './statistics.ts'
import type { Variant } from './variant.ts'

/** One variant of one workload, over all rounds. Times are CPU times unless they say otherwise. */
export interface Result {
  readonly workload: string
  readonly variant: string
  /** Median. */
  readonly nsPerEvent: number
  /** To the baseline, in the same round; the median of all rounds. */
  readonly ratio: number
  readonly baseline: string
  readonly quartiles: readonly [number, number]
  readonly wallNsPerEvent: number
}

/** As one line of JSON: what other programs read, and nothing else. */
export function jsonLine({ workload, variant, nsPerEvent, ratio, baseline, quartiles }: Result): string {
  return JSON.stringify({ workload, variant, nsPerEvent, ratio, baseline, quartiles })
}

/** The result of a variant, by name. */
export function resultOf(results: readonly Result[], variant: string): Result | undefined {
  return results.find((result) => result.variant === variant)
}

/** The first variant is the baseline. */
export function resultsOf(workload: string, timings: ReadonlyMap<Variant, readonly Timing[]>): readonly Result[] {
  const [baseline, base] = [...timings][0]!
  return [...timings].map(([{ name }, of]) => {
    const cpu = of.map((timing) => timing.cpu)
    return {
      workload, variant: name, nsPerEvent: round(median(cpu)),
      ratio: round(median(cpu.map((time, k) => time / base[k]!.cpu))), baseline: baseline.name,
      quartiles: [round(quantile(cpu, 0.25)), round(quantile(cpu, 0.75))],
      wallNsPerEvent: round(median(of.map((timing) => timing.wall))),
    }
  })
}

/** Four significant digits: more would be noise. */
function round(value: number): number {
  return Number(value.toPrecision(4))
}
