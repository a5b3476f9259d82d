/** One workload, in a process of its own: `run-workload.ts ID ROUNDS [peers]`. Started by `main.ts`, for which it
 * prints one line of JSON for each variant. */
import '@eddy/kernels/specialize'
import { disagreement } from './agreement.ts'
import { findPeers } from './peers/peers.ts'
import { resultsOf } from './result.ts'
import { timeRounds } from './rounds.ts'
import { Toolchain } from './toolchain.ts'
import type { Variant } from './variant.ts'
import type { Tools, Workload } from './workload.ts'
import { workloads } from './workloads/index.ts'

/** Events whose losses are compared before anything is timed. */
const verified = 1000

/** Without the optional ones that cannot do it. */
async function usable(variants: readonly Variant[]): Promise<readonly Variant[]> {
  const left: Variant[] = []
  for (const variant of variants) {
    try {
      if (variant.optional === true) await variant.verify(1)
      left.push(variant)
    } catch (error) {
      process.stderr.write(`${variant.name} is left out: ${(error as Error).message.split('\n')[0]}\n`)
    }
  }
  return left
}

async function run(workload: Workload, rounds: number, tools: Tools): Promise<number> {
  const variants = await usable(await workload.variants(tools))
  const problem = await disagreement(variants, verified)
  if (problem !== null) {
    process.stderr.write(`${workload.id}: not timed, the variants disagree. ${problem}\n`)
    return 1
  }
  const results = resultsOf(workload.id, await timeRounds(variants, rounds, workload.eventsPerRound))
  for (const result of results) console.log(JSON.stringify(result))
  return 0
}

const [id, rounds, withPeers] = process.argv.slice(2)
const toolchain = Toolchain.find()
try {
  const peers = withPeers === 'peers' ? await findPeers() : null
  process.exitCode = await run(workloads.find((workload) => workload.id === id)!, Number(rounds), { toolchain, peers })
} finally {
  toolchain?.close()
}
