import { Subject } from 'rxjs'
import { deliveries, type Delivery, deliveryLearner } from '../../testing/streams.ts'
import type { LabelReport } from '../delayed-options.ts'
import type { LearnedLater } from '../learned-later.ts'

export type Model = ReturnType<typeof deliveryLearner>

export interface Request extends Omit<Delivery, 'minutes'> {
  readonly id: string
  readonly at?: number
}

export interface Answer {
  readonly id: string
  readonly minutes: unknown
  readonly at?: number
}

export const events = deliveries(60)
export const request = (k: number, at = 0): Request => {
  const { minutes: _, ...rest } = events[k % 60]!
  return { id: `d${k}`, at, ...rest }
}
export const answer = (k: number, at = 0, taken: unknown = events[k % 60]!.minutes): Answer => (
  { id: `d${k}`, at, minutes: taken }
)

/** A learner of deliveries with its two streams, and everything they said. */
export function wired(options: object = {}, timed = true, model: Model = deliveryLearner()) {
  const [requests$, answers$] = [new Subject<Request>(), new Subject<Answer>()]
  const predicted: unknown[] = []
  const learned: LearnedLater<unknown, number>[] = []
  const ends: unknown[] = []
  const reports: LabelReport<unknown, number>[] = []
  const time = timed ? { time: 'at' } : {}
  model.labels$.subscribe((report) => reports.push(report))
  requests$.pipe(model.predict({ key: 'id', ...time })).subscribe((one) => predicted.push(one))
  answers$.pipe(model.learn({ key: ({ id }) => id, label: ({ minutes: taken }) => taken, ...time, ...options }))
    .subscribe({
      next: (one) => learned.push(one as never), error: (error) => ends.push(error),
      complete: () => ends.push('complete'),
    })
  return { model, requests$, answers$, predicted, learned, ends, reports, fates: () => reports.map(({ fate }) => fate) }
}
