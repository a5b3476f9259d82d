/** One workload, in a process of its own: `run-workload.ts ID ROUNDS json|table`. Started by `main.ts`. */
import { disagreement } from './agreement.ts'
import { resultsOf } from './result.ts'
import { timeRounds } from './rounds.ts'
import { table } from './table.ts'
import { Toolchain } from './toolchain.ts'
import { variantsOf } from './variants/index.ts'
import type { Workload } from './workload.ts'
import { workloads } from './workloads/index.ts'

/** Events whose losses are compared before anything is timed. */
const verified = 1000

function run(workload: Workload, rounds: number, format: string, toolchain: Toolchain | null): number {
  const variants = variantsOf(workload, toolchain)
  const problem = disagreement(variants, verified)
  if (problem !== null) {
    process.stderr.write(`${workload.id}: not timed, the variants disagree. ${problem}\n`)
    return 1
  }
  const results = resultsOf(workload.id, timeRounds(variants, rounds, workload.eventsPerRound))
  if (format === 'json') for (const result of results) console.log(JSON.stringify(result))
  else console.log(`\n${table(`${workload.id}: ${workload.title}`, results)}`)
  return 0
}

const [id, rounds, format] = process.argv.slice(2)
const toolchain = Toolchain.find()
try {
  process.exitCode = run(workloads.find((workload) => workload.id === id)!, Number(rounds), format!, toolchain)
} finally {
  toolchain?.close()
}
