/**
 * `pnpm bench [--only W1,W2-adam] [--rounds N] [--json]`: learning from one event at a time, as ratios to what a
 * program written for that one model takes, in the same run on the same machine. Exit code 1: variants disagree;
 * 2: misuse.
 */
import { disagreement, tolerance } from './agreement.ts'
import { type Options, parseOptions } from './options.ts'
import { resultsOf } from './result.ts'
import { timeRounds } from './rounds.ts'
import { table } from './table.ts'
import { Toolchain } from './toolchain.ts'
import { variantsOf } from './variants/index.ts'
import type { Workload } from './workload.ts'
import { workloads } from './workloads/index.ts'

const verified = 1000

function note(text: string): void {
  process.stderr.write(`${text}\n`)
}

function bench(workload: Workload, toolchain: Toolchain | null, { rounds, json }: Options): boolean {
  const variants = variantsOf(workload, toolchain)
  const problem = disagreement(variants, verified)
  if (problem !== null) {
    note(`${workload.id}: not timed, the variants disagree. ${problem}`)
    return false
  }
  const results = resultsOf(workload.id, timeRounds(variants, rounds, workload.eventsPerRound))
  if (json) for (const result of results) console.log(JSON.stringify(result))
  else console.log(`\n${table(`${workload.id}: ${workload.title}`, results)}`)
  return true
}

function main(options: Options): number {
  const toolchain = Toolchain.find()
  note(toolchain === null
    ? 'No C compiler (gcc, cc or clang) was found: the C variants are skipped, and ratios are to the plain loop.'
    : `Ratios are to C: ${toolchain.description}.`)
  note(`CPU time, ${options.rounds} interleaved rounds. The losses of the first ${verified} events agree `
    + `within ${tolerance.each} (1 + loss) each and ${tolerance.mean} of their mean, or nothing is timed.`)
  try {
    const agreed = options.workloads.map((workload) => bench(workload, toolchain, options))
    return agreed.every(Boolean) ? 0 : 1
  } finally {
    toolchain?.close()
  }
}

function optionsOrNull(): Options | null {
  try {
    return parseOptions(process.argv.slice(2), workloads)
  } catch (error) {
    note(`bench: ${(error as Error).message.split('\n')[0]}`)
    return null
  }
}

const options = optionsOrNull()
process.exitCode = options === null ? 2 : main(options)
