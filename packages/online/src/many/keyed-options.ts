import { EventError } from '@eddy/graph'
import { formatValue } from '@eddy/tensor'
import type { LearnerCounters } from '../learner-state.ts'
import type { LearnerLoss, LearnerOptions } from '../options.ts'
import { fieldOf, type Label } from '../target.ts'
import type { ModelState } from './tenants.ts'

/** What tells models apart. */
export type Key = string | number

/** Where the key of an event is: a function of the event, or the name of a field. */
export type KeyOf<E, Q extends Key> = ((event: E) => Q) | string

export interface KeyedLearnerOptions<E, L extends LearnerLoss, C extends Label, K extends string, Q extends Key>
  extends LearnerOptions<E, L, C, K> {
  /** Whose event it is: a function of the event, or the name of a field. Predicting asks for it, too. */
  readonly key: KeyOf<E, Q>
  /** Most models; beyond it the one that has not learned for longest is forgotten. Default 100,000. */
  readonly capacity?: number
}

/** A model that had to make room. */
export interface Evicted<Q extends Key> {
  readonly key: Q
  readonly state: ModelState
}

/** What became of the events so far, and how many models there are. */
export interface KeyedCounters extends LearnerCounters {
  readonly keys: number
  readonly evicted: number
  /** Distinct names that any model knows. */
  readonly names: number
}

/** Makes the reader of keys. It throws EventError for what is no key. */
export function keyReader<E, Q extends Key>(key: KeyOf<E, Q>): (event: E) => Q {
  const find = typeof key === 'function' ? key : (event: E) => fieldOf(event, key) as Q
  const where = typeof key === 'function' ? '' : ` in field ${formatValue(key)}`
  return (event) => {
    const got: unknown = find(event)
    if (typeof got === 'string' || (typeof got === 'number' && !Number.isNaN(got))) return got as Q
    throw new EventError(
      `${formatValue(got)} as the key${where}`, 'text or a number', 'Give every event, and every query, its key',
    )
  }
}
