import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { minimize } from '@eddy/graph'
import type { Learner } from '@eddy/online'
import { type Medium, memoryMedium, nodeFiles, openStore, persist } from '@eddy/store'
import { Subject } from 'rxjs'
import { trips, type Trip } from '../bench/flights/flights.ts'
import { tripLearner } from '../bench/flights/trip-model.ts'
import { type Point, w1Model } from '../bench/workloads/w1.ts'

/** A model that learns from an endless stream. */
export interface Endless {
  /** Learns from the next `count` events. */
  learn(count: number): void | Promise<void>
  /** How many files there are. */
  files?(): number
  close?(): Promise<void>
  /** Events learned so far, and the sum of their losses. */
  readonly total: { learned: number; loss: number }
}

function endless<E>(events: readonly E[], source: Subject<E>, total: Endless['total']): Endless {
  let next = 0
  return {
    learn(count) {
      const end = next + count
      for (; next < end; next++) source.next(events[next % events.length]!)
    },
    total,
  }
}

/** The bench's W1: a tiny graph. */
function graph(): Endless {
  const source = new Subject<Point>()
  const total = { learned: 0, loss: 0 }
  const { events, weights } = w1Model.data()
  w1Model.graph(source, weights).pipe(minimize(w1Model.optimizer())).subscribe(({ loss }) => {
    total.learned++
    total.loss += loss
  })
  return endless(events, source, total)
}

/** The bench's W6: a learner with named features and all usual metrics, which are read now and then. */
async function learner(): Promise<Endless> {
  const source = new Subject<Trip>()
  const total = { learned: 0, loss: 0 }
  source.pipe(tripLearner('usual').train()).subscribe((learned) => {
    total.learned++
    total.loss += learned.loss
    if (total.learned % 1000 === 0 && !(learned.metrics.mae > 0)) throw new Error('the metrics are no numbers')
  })
  return endless(await trips(16_384), source, total)
}

/** The same with a checkpoint after every thousand events; after as many the event loop has a turn. */
async function kept(medium: Medium, close: () => void): Promise<Endless> {
  const total = { learned: 0, loss: 0 }
  const model = tripLearner('usual') as unknown as Learner<Trip, number>
  const store = openStore(medium, { keep: 2 })
  const durable = persist(model, store, { every: 1000, share: 1 })
  const events = await trips(16_384)
  let next = 0
  return {
    async learn(count) {
      for (const end = next + count; next < end; next++) {
        const { loss } = durable.learnOne(events[next % events.length]!)
        total.learned++
        total.loss += loss
        if (next % 1000 === 0) await new Promise((resume) => setImmediate(resume))
      }
      // Two new files, so that memory is looked at with the same ones each time and not while one grows.
      for (let k = 0; k < 2; k++) {
        store.rotate()
        durable.checkpoint()
      }
      await durable.flush()
    },
    files: () => medium.list().length,
    async close() {
      await durable.close()
      close()
    },
    total,
  }
}

async function inFiles(): Promise<Endless> {
  const folder = mkdtempSync(join(tmpdir(), 'eddy-soak-'))
  return kept(nodeFiles(folder), () => rmSync(folder, { recursive: true }))
}

export const streams: Readonly<Record<string, () => Endless | Promise<Endless>>> = {
  'W1': graph, 'W6': learner, 'W6 kept in memory': () => kept(memoryMedium(), () => {}), 'W6 kept in files': inFiles,
}
