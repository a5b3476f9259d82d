import type { Training } from '@eddy/graph'
import type { Learning } from '../learning.ts'
import { number } from '../table.ts'
import type { Variant } from '../variant.ts'
import { taught } from '../variants/taught.ts'
import type { Workload } from '../workload.ts'
import { w1Model } from './w1.ts'
import { w2DenseModel } from './w2.ts'

/** Each snapshot replaces the one before it, so that one is always alive. */
let kept: unknown = null

function everyNth<E>(model: Learning<E>, name: string, every: number): Variant {
  return taught<E>(name, {
    events: () => model.data().events,
    graph: (source) => model.graph(source, model.data().weights),
    optimizer: model.optimizer,
    watch: (training: Training) => {
      training.subscribe(({ step }) => {
        if (step % every === 0) kept = training.snapshot()
      })
    },
  })
}

function snapshots<E>(id: string, model: Learning<E>, eventsPerRound: number): Workload {
  return {
    id, title: `snapshots of ${model.title}`, eventsPerRound,
    variants: () => [
      everyNth(model, 'no snapshot', Infinity), everyNth(model, 'every 1,000', 1000), everyNth(model, 'every event', 1),
    ],
    remarks: ([none, , every]) => [`${number(every!.nsPerEvent - none!.nsPerEvent)} ns a snapshot`],
  }
}

/** What immutable states cost those who ask for them: of a tiny model, and of one with 100,000 parameters. */
export const w9Small = snapshots('W9-small', w1Model, 10_000)
export const w9Large = snapshots('W9-large', w2DenseModel, 1000)

/** The last snapshot that was taken. */
export function lastSnapshot(): unknown {
  return kept
}
