import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Result } from './result.ts'

/**
 * What a variant may cost at most: about half more than was measured, so that only a real regression exceeds it. Limits
 * of ratios stand by baseline, since a machine without a compiler has another one.
 */
export interface Budget {
  readonly workload: string
  readonly variant: string
  /** Largest ratio, by the name of the baseline. */
  readonly ratio?: Readonly<Record<string, number>>
  /** Most nanoseconds an event beyond the baseline's. */
  readonly extraNs?: number
}

/** The budgets of this repository. */
export function readBudgets(): readonly Budget[] {
  return JSON.parse(readFileSync(fileURLToPath(new URL('budgets.json', import.meta.url)), 'utf8')) as Budget[]
}

type Measured = Pick<Result, 'workload' | 'variant' | 'nsPerEvent' | 'ratio' | 'baseline'>

/** One line for each budget that is exceeded; budgets of what was not measured are left alone. */
export function exceeded(budgets: readonly Budget[], results: readonly Measured[]): readonly string[] {
  return budgets.flatMap(({ workload, variant, ratio, extraNs }) => {
    const mine = results.filter((result) => result.workload === workload)
    const result = mine.find((one) => one.variant === variant)
    if (result === undefined) return []
    const { baseline } = result
    const base = mine.find((one) => one.variant === baseline)
    const extra = result.nsPerEvent - (base?.nsPerEvent ?? 0)
    const most = ratio?.[baseline]
    const problems: string[] = []
    if (most !== undefined && !(result.ratio <= most)) {
      problems.push(`got ${result.ratio} times ${baseline}, wanted at most ${most}`)
    }
    if (extraNs !== undefined && !(extra <= extraNs)) {
      problems.push(`got ${Math.round(extra)} ns an event more than ${baseline}, wanted at most ${extraNs}`)
    }
    return problems.map((problem) => `budget: ${workload}, ${variant}: ${problem}`)
  })
}
