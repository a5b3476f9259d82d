import { EventError } from '@eddy/graph'
import { formatValue, ValueError } from '@eddy/tensor'
import { concat, concatMap, defer, from, type OperatorFunction } from 'rxjs'
import { fieldOf } from '../target.ts'
import { AgeHeap, type Waiting } from './age-heap.ts'
import type { FieldOf } from './delayed-options.ts'
import { checkOptions } from '../known-options.ts'

export interface DelayLabelsOptions<E> {
  /** How much later labels come: a number of events; with `time`, in its unit: `minutes(30)`. */
  readonly by: number
  /** When an event is. Default: nothing is known of time, `by` counts events. */
  readonly time?: FieldOf<E, number>
}

/** One of the two parts of a labelled event: the question, or what turned out. `key` is the event's number, from 0. */
export interface DelayedPart<E> {
  readonly kind: 'request' | 'label'
  readonly key: number
  readonly event: E
  /** Of a request when it was asked, of a label when it came: the event's number, or a time. */
  readonly time: number
}

class Part<E> implements Waiting {
  position = -1
  readonly number: number
  readonly time: number
  readonly event: E

  constructor(number: number, time: number, event: E) {
    this.number = number
    this.time = time
    this.event = event
  }
}

/**
 * Simulates labels that come later: an RxJS operator that takes every labelled event apart into a request, which it
 * emits at once, and a label, which it emits when `by` has passed.
 *
 * 1. A label comes before the first request that is `by` later; when it is due already, right after its own request.
 *    With `by: 1` a model knows, as with 0, all labels but the one in question.
 * 2. Labels come in the order in which they are due, then in that of their events. Time is the greatest time seen.
 * 3. When the source completes, the labels that are left come; an error of the source is passed on at once.
 * 4. Holds as many events as there are within `by`.
 *
 * Errors: an EventError for an event without a finite time.
 * @throws ValueError when `by` is no number from 0 on; a whole one without `time`.
 *
 * @example
 * const is = (kind: string) => filter((part: DelayedPart<Row>) => part.kind === kind)
 * rows$.pipe(delayLabels({ by: 100 }), connect((parts$) => merge(
 *   parts$.pipe(is('request'), trips.predict({ key: 'key', event: ({ event }) => event })),
 *   parts$.pipe(is('label'), trips.learn({ key: 'key', label: ({ event }) => event.delay })),
 * ))).subscribe(...)
 */
export function delayLabels<E>(options: DelayLabelsOptions<E>): OperatorFunction<E, DelayedPart<E>> {
  checkOptions('delayLabels', options, ['by', 'time'])
  const { by, time } = options
  if (!(by >= 0) || !Number.isFinite(by) || (time === undefined && !Number.isInteger(by))) {
    throw new ValueError({
      what: 'this is no delay', where: 'delayLabels', got: by,
      wanted: time === undefined ? 'a whole number of events' : 'a number from 0 on',
      hint: 'by: 100 counts events; by: minutes(30) needs time, where events have milliseconds.',
    })
  }
  const find = typeof time === 'string' ? (event: E) => fieldOf(event, time) : time
  return (source) => defer(() => {
    const waiting = new AgeHeap<Part<E>>()
    let now = -Infinity
    const due = (until: number): DelayedPart<E>[] => {
      const labels: DelayedPart<E>[] = []
      for (let { oldest } = waiting; oldest !== undefined && oldest.time <= until; { oldest } = waiting) {
        waiting.remove(oldest)
        labels.push({ kind: 'label', key: oldest.number, event: oldest.event, time: oldest.time })
      }
      return labels
    }
    const parts$ = source.pipe(concatMap((event, key) => {
      const at = find === undefined ? key : timeOf(find(event), key)
      now = Math.max(now, at)
      const before = due(now)
      waiting.add(new Part(key, at + by, event))
      return [...before, { kind: 'request', key, event, time: at } as const, ...due(now)]
    }))
    return concat(parts$, defer(() => from(due(Infinity))))
  })
}

function timeOf(got: unknown, key: number): number {
  if (typeof got === 'number' && Number.isFinite(got)) return got
  throw new EventError(`${formatValue(got)} as the time of event ${key}`, 'a finite number', 'Of a date, getTime()')
}
