import type { Observable } from 'rxjs'
import type { Recollection } from '../feature-reader.ts'
import type { Key, KeyOf } from '../many/keyed-options.ts'
import type { Label } from '../target.ts'

/** Where something is: a function of the event, or the name of a field. */
export type FieldOf<T, V> = ((event: T) => V) | string

/** What `predict` needs to remember a prediction until its label comes. */
export interface RequestOptions<T> {
  /** What the label will be found by. A second request with the key replaces the first. */
  readonly key: KeyOf<T, Key>
  /** When it was asked, in the unit of `within`: milliseconds, say. Default: at the greatest time so far. */
  readonly time?: FieldOf<T, number>
}

/** For requests that carry their event among other things. */
export interface EnvelopeOptions<T, Q> extends RequestOptions<T> {
  /** The record to predict for, kept as it is until the label comes. Default: what arrives. */
  readonly event: (request: T) => Q
}

/** What becomes of a second, different label for a prediction that was learned from. */
export type RevisedPolicy = 'ignore' | 'learn'

/** How labels find their predictions. One for a learner: streams of labels that are live together must agree. */
export interface DelayedLabelOptions<T> {
  readonly key: KeyOf<T, Key>
  /** What turned out, as `target` would give it. */
  readonly label: FieldOf<T, unknown>
  /** When it turned out. Default: at the greatest time so far. */
  readonly time?: FieldOf<T, number>
  /**
   * How old a prediction may be when its label comes; then it expires. Default: any age.
   *
   * By event time: the greatest time seen in requests, labels and `clock` decides, never the machine's clock. So one
   * time far ahead expires all that waits: check times where they come from. While no time was ever given it is a
   * number of requests: `within: 100` forgives 100 later ones.
   */
  readonly within?: number
  /** Most predictions that wait, and most past ones remembered; the oldest make room. Default 10,000. */
  readonly capacity?: number
  /** Default 'ignore'. 'learn': once more, with the new label; each prediction is scored once, by the first. */
  readonly revised?: RevisedPolicy
  /** A clock of your own, for events that carry no time: its numbers are times. Never goes back. */
  readonly clock?: Observable<number>
}

/**
 * How a label, or a prediction that waited for one, ended.
 *
 * Labels: 'learned'; 'revised', learned again; 'ignored', revised but not wanted; 'duplicate', the same once more;
 * 'late', its prediction had expired; 'orphaned', its prediction had made room; 'unknown', no prediction; 'rejected',
 * of no use, and the prediction goes on waiting; 'skipped', held back by a lens or dropped by a full queue, likewise.
 * Predictions: 'expired', 'evicted' to make room, 'replaced' by a newer one with the key.
 */
export type Fate = LabelFate | 'expired' | 'evicted' | 'replaced'
export type LabelFate =
  'learned' | 'revised' | 'ignored' | 'duplicate' | 'late' | 'orphaned' | 'unknown' | 'rejected' | 'skipped'

/** One label, or one prediction that got none, at its end. */
export interface LabelReport<E = unknown, P = unknown> {
  readonly fate: Fate
  /** null when it could not be read. */
  readonly key: Key | null
  /** undefined for predictions, and for labels that could not be read. */
  readonly label: unknown
  /** What was predicted for, and what was predicted; null when it is not, or no longer, known. */
  readonly event: E | null
  readonly prediction: P | null
  /** Why it was rejected. */
  readonly reason: string | null
}

/**
 * kept = pending + learned + expired + evicted + replaced.
 * received = learned + revised + ignored + duplicate + late + orphaned + unknown + rejected + skipped + waiting.
 */
export interface LabelCounters {
  /** Predictions kept for a label. */
  readonly kept: number
  /** Labels. */
  readonly received: number
  /** Predictions that still wait, those included whose label waits in the queue. */
  readonly pending: number
  /** Labels that wait in the queue of events. */
  readonly waiting: number
  /** Labels that were learned. */
  readonly learned: number
  /** Predictions whose label did not come in time. */
  readonly expired: number
  /** Predictions that made room for newer ones. */
  readonly evicted: number
  /** Predictions that a newer one with the same key replaced. */
  readonly replaced: number
  /** Further labels of a prediction that were learned, too. */
  readonly revised: number
  /** Further labels of a prediction, other than the first, that were not wanted. */
  readonly ignored: number
  /** Labels that had come before. */
  readonly duplicate: number
  /** Labels whose prediction had expired. */
  readonly late: number
  /** Labels whose prediction had made room. */
  readonly orphaned: number
  /** Labels without a prediction. */
  readonly unknown: number
  /** Labels of no use; their predictions go on waiting. */
  readonly rejected: number
  /** Labels that a lens held back or a full queue dropped; their predictions go on waiting. */
  readonly skipped: number
}

/** A prediction that waits for its label. */
export interface PendingPrediction<E = unknown, P = unknown> {
  readonly key: Key
  /** The how-many-th request it was. */
  readonly number: number
  /** null while no time was ever given. */
  readonly time: number | null
  readonly event: E
  readonly prediction: P
  /** What encoders that remember made of the event when it was asked; null when there are none. */
  readonly recollection: Recollection | null
  /** What the baselines said when it was asked; null without metrics that ask them. */
  readonly guesses: readonly unknown[] | null
}

/** A prediction that waits no longer, remembered to recognise further labels. */
export interface PastPrediction<E = unknown, P = unknown> extends Omit<PendingPrediction, 'event' | 'prediction'> {
  readonly fate: 'learned' | 'expired' | 'evicted'
  /** The last label that was learned; null when none was. */
  readonly label: Label | null
  /** null unless revised labels are learned. */
  readonly event: E | null
  readonly prediction: P | null
}

/** Everything about delayed labels, immutable; learning goes on from it as if never stopped. */
export interface DelayedState<E = unknown, P = unknown> {
  /** What was asked for by `learn`; `within: null` is any age. Another `learn` may ask for something else. */
  readonly rules: { readonly within: number | null; readonly capacity: number; readonly revised: RevisedPolicy }
  /** The greatest time seen; null while no time was ever given. */
  readonly now: number | null
  readonly counts: Readonly<Record<Counted, number>>
  /** The one that has waited longest first. */
  readonly pending: readonly PendingPrediction<E, P>[]
  /** The one that ended first, first. */
  readonly past: readonly PastPrediction<E, P>[]
}

/** What is counted; the rest of the counters follows. */
export const counted = [
  'kept', 'received', 'learned', 'expired', 'evicted', 'replaced', 'revised', 'ignored', 'duplicate', 'late',
  'orphaned', 'unknown', 'rejected', 'skipped',
] as const
export type Counted = typeof counted[number]
