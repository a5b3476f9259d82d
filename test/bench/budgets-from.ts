/** Prints budgets from the lines of `pnpm bench --json`, with slack: `tsx test/bench/budgets-from.ts < lines`. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Budget } from './budgets.ts'
import type { Result } from './result.ts'

type Line = Pick<Result, 'workload' | 'variant' | 'nsPerEvent' | 'ratio' | 'baseline'>

/** The machine is shared and noisy: only what is this much slower counts. */
const slack = 1.5

/** Of the baseline: a difference below is none. */
const noise = 0.25

/** Who pays by the event for being observed, and not in proportion to the model. */
const byExtra = /^W[89]/

/** Budgets of whatever is Eddy's in the results. */
export function budgetsFrom(lines: readonly string[]): readonly Budget[] {
  const results = lines.map((line) => JSON.parse(line) as Line)
  return results.flatMap((result): Budget[] => {
    const { workload, variant, baseline, nsPerEvent, ratio } = result
    const mine = results.filter((other) => other.workload === workload)
    if (byExtra.test(workload)) {
      if (variant === baseline) return []
      const base = mine.find((other) => other.variant === baseline)!.nsPerEvent
      return [{ workload, variant, extraNs: rounded(Math.max(100, base * noise, (nsPerEvent - base) * slack)) }]
    }
    if (!variant.startsWith('eddy')) return []
    const plain = mine.find((other) => other.variant === 'plain')
    return [{
      workload, variant,
      ratio: {
        [baseline]: rounded(ratio * slack),
        ...(plain === undefined ? {} : { plain: rounded(nsPerEvent / plain.nsPerEvent * slack) }),
      },
    }]
  })
}

/** Two significant digits, upwards. */
function rounded(value: number): number {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1)
  return Number((Math.ceil(value / unit) * unit).toPrecision(2))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const budgets = budgetsFrom(readFileSync(0, 'utf8').trim().split('\n'))
  console.log(`[\n${budgets.map((budget) => `  ${JSON.stringify(budget)}`).join(',\n')}\n]`)
}
