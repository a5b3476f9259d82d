import { minimize } from '@eddy/graph'
import { Subject } from 'rxjs'
import { trips, type Trip } from '../bench/flights/flights.ts'
import { tripLearner } from '../bench/flights/trip-model.ts'
import { type Point, w1Model } from '../bench/workloads/w1.ts'

/** A model that learns from an endless stream. */
export interface Endless {
  /** Learns from the next `count` events. */
  learn(count: number): void
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

export const streams: Readonly<Record<string, () => Endless | Promise<Endless>>> = { W1: graph, W6: learner }
