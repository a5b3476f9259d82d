/**
 * `pnpm crash [--full] [--only kill,tear,flip,...] [--seed N] [--runs N]`: does anything get lost, learned twice, or
 * loaded although it is damaged; does anything that comes in do harm? Prints one line for each promise and every
 * violation with what shows it again. Exit code 1: a violation; 2: misuse.
 */
import { parseArgs } from 'node:util'
import { explode } from './bombs.ts'
import { clock } from './clock.ts'
import { failIo } from './fail-io.ts'
import { flip } from './flip.ts'
import { forget } from './forget.ts'
import { hostile } from './hostile.ts'
import { kill } from './kill.ts'
import { late } from './late.ts'
import { mutate } from './mutate.ts'
import { pollution } from './pollution.ts'
import { tear } from './tear.ts'
import type { Finding } from './trouble.ts'

interface Plan {
  /** Runs in the short and in the full form. */
  readonly short: number
  readonly full: number
  readonly run: (runs: number, seed: number) => Promise<Finding>
}

const plans: Readonly<Record<string, Plan>> = {
  kill: { short: 20, full: 500, run: kill },
  tear: { short: 300, full: 5000, run: tear },
  flip: { short: 120, full: 1200, run: (runs, seed) => flip(Math.round(runs * 5 / 6), Math.round(runs / 6), seed) },
  io: { short: 20, full: 1, run: (stride, seed) => failIo(seed, stride) },
  mutate: { short: 10_000, full: 1_000_000, run: mutate },
  clock: { short: 40, full: 1000, run: clock },
  late: { short: 5000, full: 1_000_000, run: late },
  forget: { short: 2000, full: 20_000, run: forget },
  // Some mutated events are two, or none: of so many more than 10^7 arrive.
  hostile: { short: 20_000, full: 10_300_000, run: (events, seed) => hostile(events, seed, console.log) },
  bombs: { short: 0.02, full: 1, run: (scale, seed) => explode(scale, seed, console.log) },
  pollution: { short: 2000, full: 100_000, run: pollution },
}

function told({ promise, what, runs, ends, violations, seconds }: Finding): string {
  const list = Object.entries(ends).map(([end, count]) => `${count.toLocaleString('en-US')} ${end}`).join(', ')
  return `${promise} ${what}: ${runs.toLocaleString('en-US')} runs in ${seconds.toFixed(1)} s (${list}); `
    + `${violations.length === 0 ? 'no' : violations.length} violations`
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      full: { type: 'boolean' }, only: { type: 'string' }, seed: { type: 'string' }, runs: { type: 'string' },
    },
  })
  const names = values.only?.split(',') ?? Object.keys(plans)
  const seed = Number(values.seed ?? 1)
  const unknown = names.find((name) => !Object.hasOwn(plans, name))
  if (unknown !== undefined || !Number.isInteger(seed)) {
    process.stderr.write(`crash: wanted --only ${Object.keys(plans).join(',')} and a whole --seed\n`)
    return 2
  }
  let count = 0
  for (const name of names) {
    const { short, full, run } = plans[name]!
    const finding = await run(Number(values.runs ?? (values.full === true ? full : short)), seed)
    console.log(told(finding))
    for (const violation of finding.violations.slice(0, 20)) {
      console.log(`  ${violation.split('\n').slice(0, 3).join(' ')}`)
    }
    count += finding.violations.length
  }
  console.log(`seed ${seed}: ${count === 0 ? 'no violation' : `${count} violations`}`)
  return count === 0 ? 0 : 1
}

process.exitCode = await main()
