import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Medium, memoryMedium, nodeFiles, openStore, persist } from '@eddy/store'
import { Subject } from 'rxjs'
import { type Trip, trips } from '../flights/flights.ts'
import { type TripLearner, tripLearner } from '../flights/trip-model.ts'
import { timed } from '../clock.ts'
import type { Variant } from '../variant.ts'
import type { Workload } from '../workload.ts'

const count = 65_536
const eventsPerRound = 100_000
/** After so many events a program looks after what else happens, as one does that reads a file piece by piece. */
const pieceEvents = 1000
interface Kept {
  learn(trip: Trip): number
  close(): Promise<void>
}

/** A way to teach a learner: kept on a medium; null: directly. Without `every`, checkpoints take a share of time. */
function taught(model: TripLearner, medium: (() => Medium) | null, every: number | null): Kept {
  const kept = medium === null ? null : persist(model, openStore(medium()), every === null ? {} : { every })
  const source = new Subject<Trip>()
  let last = NaN
  const train = (kept?.train() ?? model.train()) as ReturnType<typeof model.train>
  source.pipe(train).subscribe(({ loss }) => (last = loss))
  return {
    learn(trip) {
      source.next(trip)
      return last
    },
    close: async () => kept?.close(),
  }
}

/**
 * All variants teach the same learner, one after the other: where its memory lies makes one up to 4 % faster than
 * another.
 */
function variant(
  model: TripLearner, name: string, events: readonly Trip[], medium: (() => Medium) | null,
  every: number | null = 1000,
): Variant {
  let kept: Kept | null = null
  let next = 0
  let sum = 0
  return {
    name,
    prepare() {
      kept = taught(model, medium, every)
    },
    run: (n) => timed(n, async (slice) => {
      for (let done = 0; done < slice; done += pieceEvents) {
        const end = Math.min(slice - done, pieceEvents)
        for (let k = 0; k < end; k++) sum += kept!.learn(events[next++ % count]!)
        await new Promise<void>((resolve) => void setImmediate(resolve))
      }
    }, () => sum),
    async verify(n) {
      const own = taught(tripLearner('usual'), medium, every)
      const answers = Float64Array.from({ length: n }, (_, k) => own.learn(events[k % count]!))
      await own.close()
      return answers
    },
    dispose() {
      void kept?.close()
    },
  }
}

/** Files in a folder that is gone when the process is. */
function scratchFiles(): Medium {
  const folder = mkdtempSync(join(tmpdir(), 'eddy-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return nodeFiles(folder)
}

/** What it costs that nothing is lost: W6's learner, kept. CPU times include those of the threads that write. */
export const w9Store: Workload = {
  id: 'W9-store', title: 'W6\'s learner, kept in a store: checkpoints every 1,000 events, or as usual', eventsPerRound,
  async variants() {
    const events = await trips(count)
    const model = tripLearner('usual')
    return [
      variant(model, 'not kept', events, null),
      variant(model, 'kept, no checkpoint', events, memoryMedium, 2 ** 40),
      variant(model, 'in memory', events, memoryMedium), variant(model, 'in files', events, scratchFiles),
      variant(model, 'in files, as usual', events, scratchFiles, null),
    ]
  },
  remarks: (results) => results.slice(1).map(({ variant: name, ratio, wallNsPerEvent }) => (
    `${name}: ${percent(ratio)} more CPU time, ${percent(wallNsPerEvent / results[0]!.wallNsPerEvent)} more time`
  )),
}

function percent(ratio: number): string {
  return `${(100 * (ratio - 1)).toFixed(1)} %`
}
