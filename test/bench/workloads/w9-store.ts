import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Timing } from '../clock.ts'
import { type Trip, trips } from '../flights/flights.ts'
import { keptTrips, type Way, wayNames } from '../flights/kept-trips.ts'
import type { Variant } from '../variant.ts'
import type { Workload } from '../workload.ts'

const eventsPerRound = 400_000
const verified = 1000
const program = fileURLToPath(new URL('../flights/time-kept-trips.ts', import.meta.url))
const run = promisify(execFile)

/**
 * Each round is a process of its own, as programs are: where memory lies and in which order functions were compiled
 * makes one up to 4 % faster than another, more than is to be measured, and two ways in one process slow each other.
 */
function variant(way: Way, events: readonly Trip[]): Variant {
  return {
    name: way,
    prepare() {},
    async run(n) {
      const { stdout } = await run(process.execPath, [...process.execArgv, program, way, String(n)])
      return JSON.parse(stdout) as Timing
    },
    async verify(n) {
      const own = keptTrips(way)
      const answers = Float64Array.from({ length: n }, (_, k) => own.learn(events[k]!))
      await own.close()
      return answers
    },
    dispose() {},
  }
}

/** What it costs that nothing is lost: W6's learner, kept. CPU times include those of the threads that write. */
export const w9Store: Workload = {
  id: 'W9-store', title: 'W6\'s learner, kept in a store: checkpoints every 1,000 events, or as usual', eventsPerRound,
  async variants() {
    const events = await trips(verified)
    return wayNames.map((way) => variant(way, events))
  },
  remarks: (results) => results.slice(1).map(({ variant: name, ratio, wallNsPerEvent }) => (
    `${name}: ${percent(ratio)} more CPU time, ${percent(wallNsPerEvent / results[0]!.wallNsPerEvent)} more time`
  )),
}

function percent(ratio: number): string {
  return `${(100 * (ratio - 1)).toFixed(1)} %`
}
