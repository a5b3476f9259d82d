import type { Training } from '@eddy/graph'
import type { Tensor } from '@eddy/tensor'
import type { Observable, Subject } from 'rxjs'

/** A training whose steps, and what streams emit, are written into a log. */
export interface WatchedRun<E> {
  readonly log: unknown[]
  readonly feed: (events: readonly E[]) => void
  readonly stop: () => void
}

/** `bursts`: hands events over together instead of one by one. */
export function watchedRun<E>(
  training: Training, source: Subject<E>, streams: readonly Observable<Tensor>[], bursts: boolean,
): WatchedRun<E> {
  const log: unknown[] = []
  const subscriptions = [
    training.subscribe((step) => log.push(step.step, step.loss)),
    ...streams.map((stream) => stream.subscribe((value) => log.push(value.toArray()))),
  ]
  return {
    log,
    feed: (events) => {
      if (bursts) training.burst(events)
      else for (const event of events) source.next(event)
    },
    stop: () => subscriptions.forEach((subscription) => subscription.unsubscribe()),
  }
}
