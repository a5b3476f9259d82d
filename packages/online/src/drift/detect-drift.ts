import type { ValueError } from '@eddy/tensor'
import { Observable, type OperatorFunction } from 'rxjs'
import { takeFrom } from '../take-from.ts'
import type { Detector, DetectorState, DriftStatus } from './detector.ts'
import { type DriftWatch, startWatch, watchValue } from './drift-watch.ts'

/** What a detector says after one event. */
export interface DriftSignal<T, S extends DetectorState = DetectorState> {
  readonly event: T
  /** Position of the event in the stream, from 0; goes on where `watch` was continued. */
  readonly index: number
  /** What was selected from the event. */
  readonly value: number
  /** Of the detector; `stable`, and no drift or warning, for a value that it did not take. */
  readonly status: DriftStatus
  readonly drift: boolean
  readonly warning: boolean
  /** Why the detector did not take the value; null when it did. */
  readonly error: ValueError | null
  /** Everything the detector has built up, and the counts: continue from here with `{ from: watch }`. */
  readonly watch: DriftWatch<S>
}

export interface DetectDriftOptions<S extends DetectorState> {
  /** Go on from the `watch` of an earlier signal, which may have been through JSON. */
  readonly from?: DriftWatch<S>
}

/**
 * Watches a stream for drift: an RxJS operator that emits one signal for each event, at once.
 *
 * 1. Each subscription has a detector of its own, which begins at `from` or anew.
 * 2. A boolean counts as 0 or 1. A value that the detector does not take leaves it as it was: the signal has `error`,
 *    and `watch.rejected` counts it.
 * 3. After a drift the detector starts anew with the next value.
 * 4. A throw of `select`, errors and completion of the source are passed on.
 * @throws ValueError when `from` belongs to another detector.
 *
 * @example
 * // 1,000 errors of rate 0.1, then 1,000 of rate 0.4
 * from(errors).pipe(detectDrift(adwin()), filter(({ drift }) => drift), map(({ index }) => index)) // [1055]
 * learned$.pipe(detectDrift(ddm(), ({ event, prediction }) => (prediction > 0.5) !== event.isSpam))
 */
export function detectDrift<T extends number | boolean, S extends DetectorState>(
  detector: Detector<S>,
): OperatorFunction<T, DriftSignal<T, S>>
export function detectDrift<T, S extends DetectorState>(
  detector: Detector<S>, select: (event: T) => number | boolean, options?: DetectDriftOptions<S>,
): OperatorFunction<T, DriftSignal<T, S>>
export function detectDrift<T, S extends DetectorState>(
  detector: Detector<S>, select: (event: T) => number | boolean = (event) => event as number | boolean,
  { from }: DetectDriftOptions<S> = {},
): OperatorFunction<T, DriftSignal<T, S>> {
  const first = startWatch(detector, 'detectDrift', from)
  return (source) => new Observable((subscriber) => {
    let watch = first
    takeFrom(source, subscriber, {
      next: (event) => {
        const signal = signalOf(detector, watch, event, select(event))
        watch = signal.watch
        subscriber.next(signal)
      },
      complete: () => subscriber.complete(),
    })
  })
}

/** What the detector of a watch says about one more event. @internal */
export function signalOf<T, S extends DetectorState>(
  detector: Detector<S>, before: DriftWatch<S>, event: T, selected: number | boolean,
): DriftSignal<T, S> {
  let error: ValueError | null = null
  const watch = watchValue(detector, before, selected, (refusal) => {
    error = refusal
  })
  const status = error === null ? watch.state.status : 'stable'
  return {
    event, index: watch.seen - 1, value: Number(selected), status, drift: status === 'drift',
    warning: status === 'warning', error, watch,
  }
}
