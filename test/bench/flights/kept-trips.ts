import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Medium, memoryMedium, nodeFiles, openStore, persist } from '@eddy/store'
import { Subject } from 'rxjs'
import { tripLearner } from './trip-model.ts'
import type { Trip } from './flights.ts'

/** How a learner is kept. Without `every`, checkpoints take a share of the time. */
const ways = {
  'not kept': null,
  'kept, no checkpoint': { medium: memoryMedium, every: 2 ** 40 },
  'in memory': { medium: memoryMedium, every: 1000 },
  'in files': { medium: scratchFiles, every: 1000 },
  'in files, as usual': { medium: scratchFiles, every: undefined },
} satisfies Record<string, { medium: () => Medium; every: number | undefined } | null>

export type Way = keyof typeof ways
export const wayNames = Object.keys(ways) as readonly Way[]

/** W6's learner, taught one trip at a time through a stream; `learn` gives the loss. */
export interface KeptTrips {
  learn(trip: Trip): number
  close(): Promise<void>
}

export function keptTrips(way: Way): KeptTrips {
  const model = tripLearner('usual')
  const how = ways[way]
  const kept = how === null ? null
    : persist(model, openStore(how.medium()), how.every === undefined ? {} : { every: how.every })
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

/** Files in a folder that is gone when the process is. */
function scratchFiles(): Medium {
  const folder = mkdtempSync(join(tmpdir(), 'eddy-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return nodeFiles(folder)
}
