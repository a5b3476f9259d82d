import { RejectedError, type Rejection } from '@eddy/graph'
import { ValueError } from '@eddy/tensor'
import { type Observable, type OperatorFunction, Subject } from 'rxjs'
import { checkCount, checkState } from '../check-state.ts'
import type { LearnerState } from '../learner-state.ts'
import type { Learner, Query } from '../learner.ts'
import type { Report } from '../prequential.ts'
import type { Learned, Predicted } from '../results.ts'
import { oneByOne } from '../one-by-one.ts'
import { asRecord } from '../with-features.ts'
import { type DriftSignal, signalOf } from './detect-drift.ts'
import type { Detector, DetectorState } from './detector.ts'
import { type DriftWatch, startWatch } from './drift-watch.ts'
import { checkMade, checkOptions } from '../known-options.ts'
import { checkDetector } from './check.ts'

export interface BackgroundLearnerOptions<E, P, K extends string, S extends DetectorState> {
  /** Makes a learner that knows nothing; `generation` counts them from 0 and may serve as its seed. */
  readonly make: (generation: number) => Learner<E, P, K>
  /** Says when to warm up a new learner (warning) and when to switch to it (drift). */
  readonly detector: Detector<S>
  /** What the detector watches; default: the loss, which is a number. Detectors of 0 and 1 need to be told. */
  readonly select?: (learned: Learned<E, P, K>) => number | boolean
}

/** Everything a background learner has built up; immutable. */
export interface BackgroundLearnerState<S extends DetectorState = DetectorState> {
  readonly active: { readonly generation: number; readonly state: LearnerState }
  /** The learner that is being warmed up; null when there is no warning. */
  readonly warming: { readonly generation: number; readonly state: LearnerState } | null
  /** The number of the next learner to be made. */
  readonly next: number
  readonly watch: DriftWatch<S>
}

interface Generation<E, P, K extends string> {
  readonly generation: number
  readonly learner: Learner<E, P, K>
}

/**
 * A learner that replaces itself when the stream drifts. While its detector warns, a second learner, made anew, learns
 * the same events in the background; at a drift it takes over, and a warning that passes discards it. A drift without
 * a warning starts from nothing: `earlyWarning` gives any detector warnings. Made by `backgroundLearner`.
 *
 * 1. At most two learners exist; the second costs as much as the first while it lasts.
 * 2. The event of the warning is the first that the new learner learns; the event of the drift is still predicted by
 *    the old one.
 * 3. The metrics go on over a switch: they judge the predictions that were made.
 * 4. An event that cannot be used changes nothing and is reported by `rejected$`.
 * Source: Gama, Medas, Castillo, Rodrigues 2004, section 3; Gomes et al. 2017.
 */
export class BackgroundLearner<E, P, K extends string = string, S extends DetectorState = DetectorState> {
  /** One signal for each learned event, before its result is emitted. */
  readonly signal$: Observable<DriftSignal<Learned<E, P, K>, S>>
  /** Events that were not learned, or not predicted, and why. */
  readonly rejected$: Observable<Rejection<Query<E>>>
  readonly #options: BackgroundLearnerOptions<E, P, K, S>
  readonly #signals = new Subject<DriftSignal<Learned<E, P, K>, S>>()
  readonly #rejections = new Subject<Rejection<Query<E>>>()
  #active: Generation<E, P, K>
  #warming: Generation<E, P, K> | null = null
  #next = 0
  #watch: DriftWatch<S>

  /** @internal */
  constructor(options: BackgroundLearnerOptions<E, P, K, S>) {
    this.#options = asRecord('backgroundLearner', options)
    this.#watch = startWatch(options.detector, 'backgroundLearner')
    this.#active = this.#make(this.#next++)
    this.signal$ = this.#signals.asObservable()
    this.rejected$ = this.#rejections.asObservable()
  }

  /** The learner that predicts now; another one after a drift. */
  get active(): Learner<E, P, K> {
    return this.#active.learner
  }

  /** The number of the learner that predicts now; it grows with every switch. */
  get generation(): number {
    return this.#active.generation
  }

  /** True while a second learner is being warmed up. */
  get isWarming(): boolean {
    return this.#warming !== null
  }

  /** The metrics so far, over all generations, on the events that were learned. */
  get metrics(): Report<K> {
    return this.active.metrics
  }

  /**
   * Predict, then learn: as `Learner#train`, except that what is in flight is never more than one event.
   *
   * @example
   * labelled$.pipe(trips.train()).subscribe(({ prediction, metrics }) => console.log(prediction, metrics.mae))
   */
  train<T extends E>(): OperatorFunction<T, Learned<T, P, K>> {
    return oneByOne((event) => this.learnOne(event))
  }

  /** As `Learner#predict`, by whichever learner is active when the query comes. */
  predict<T extends Query<E>>(): OperatorFunction<T, Predicted<T, P>> {
    return oneByOne((event) => ({ event, prediction: this.predictOne(event) }))
  }

  /**
   * Learns one event and returns what was predicted before.
   * @throws RejectedError when the event cannot be used; nothing has changed.
   */
  learnOne<T extends E>(event: T): Learned<T, P, K> {
    const learned = this.#reporting(() => this.active.learnOne(event))
    const { detector, select = ({ loss }) => loss } = this.#options
    const signal = signalOf(detector, this.#watch, learned as Learned<E, P, K>, select(learned))
    this.#watch = signal.watch
    this.#follow(signal, event)
    this.#signals.next(signal)
    return learned
  }

  /** The prediction for one event; changes nothing, needs no target. @throws RejectedError */
  predictOne(event: Query<E>): P {
    return this.#reporting(() => this.active.predictOne(event))
  }

  /** One line: which learner predicts now, and what it says of itself. */
  toString(): string {
    const warming = this.isWarming ? ', another is warming up' : ''
    return `backgroundLearner, generation ${this.generation}${warming}: ${String(this.active)}`
  }

  /** The state now, immutable; with it, learning goes on bit for bit. */
  snapshot(): BackgroundLearnerState<S> {
    const stateOf = ({ generation, learner }: Generation<E, P, K>): BackgroundLearnerState['active'] => (
      Object.freeze({ generation, state: learner.snapshot() })
    )
    const warming = this.#warming === null ? null : stateOf(this.#warming)
    return Object.freeze({ active: stateOf(this.#active), warming, next: this.#next, watch: this.#watch })
  }

  /**
   * Goes back, or over, to a state.
   * @throws GraphError or ValueError when it belongs to other learners or another detector; nothing has changed.
   */
  restore(state: BackgroundLearnerState<S>): void {
    checkState('BackgroundLearner.restore', state, 'active', 'warming?', 'next', 'watch')
    const { active, warming, next, watch } = state
    checkCount('BackgroundLearner.restore', 'next', next)
    for (const each of [active, ...(warming === null ? [] : [warming])]) {
      checkState('BackgroundLearner.restore', each, 'generation', 'state')
      checkCount('BackgroundLearner.restore', 'generation', each.generation)
    }
    const started = startWatch(this.#options.detector, 'BackgroundLearner.restore', watch)
    const revive = ({ generation, state }: BackgroundLearnerState['active']): Generation<E, P, K> => {
      const made = this.#make(generation)
      made.learner.restore(state)
      return made
    }
    const [first, second] = [revive(active), warming === null ? null : revive(warming)]
    this.#active = first
    this.#warming = second
    this.#next = next
    this.#watch = started
  }

  #make(generation: number): Generation<E, P, K> {
    return { generation, learner: this.#options.make(generation) }
  }

  #follow({ error, status, drift }: DriftSignal<unknown>, event: E): void {
    // A value that the detector did not take says nothing, so a warning that lasts goes on.
    if (error === null) {
      if (status === 'stable') this.#warming = null
      else if (this.#warming === null) this.#warming = this.#make(this.#next++)
    }
    this.#teach(event)
    if (drift) this.#switch()
  }

  /** What the active learner could use, the new one can use too, unless its own update would leave the numbers. */
  #teach(event: E): void {
    try {
      this.#warming?.learner.learnOne(event)
    } catch (error) {
      if (!(error instanceof RejectedError)) throw error
    }
  }

  #switch(): void {
    const { metrics } = this.active.snapshot()
    const { learner, generation } = this.#warming!
    learner.restore({ ...learner.snapshot(), metrics })
    this.#active = { learner, generation }
    this.#warming = null
  }

  /** Reports a rejection before it is thrown. */
  #reporting<R>(ask: () => R): R {
    try {
      return ask()
    } catch (error) {
      if (error instanceof RejectedError) this.#rejections.next(error.rejection as Rejection<Query<E>>)
      throw error
    }
  }
}

/**
 * Makes a learner that warms up its successor when its detector warns, and switches to it at a drift. Choose a
 * detector that looks for a rise (`mode: 'up'`): an error that falls is no reason to start anew.
 * @throws ValueError when `make` returns the same learner twice, or a detector of 0 and 1 has no `select`; and what
 * `make` throws.
 *
 * @example
 * const trips = backgroundLearner({
 *   make: (generation) => learner({ ...options, seed: generation }),
 *   detector: earlyWarning(adwin({ delta: 0.001, mode: 'up' }), adwin({ delta: 0.05, mode: 'up' })),
 * })
 * labelled$.pipe(trips.train()).subscribe()
 */
export function backgroundLearner<E, P, K extends string, S extends DetectorState>(
  options: BackgroundLearnerOptions<E, P, K, S>,
): BackgroundLearner<E, P, K, S> {
  checkBackground(options)
  const made = new WeakSet<object>()
  const make = (generation: number): Learner<E, P, K> => {
    const learner = options.make(generation)
    if (made.has(learner)) {
      throw new ValueError({
        what: '`make` returned the same learner again', where: 'backgroundLearner', got: `generation ${generation}`,
        wanted: 'a learner that knows nothing', hint: 'Call learner({ ... }) inside `make`.',
      })
    }
    made.add(learner)
    return learner
  }
  return new BackgroundLearner({ ...options, make })
}

function checkBackground(
  options: { readonly make?: unknown; readonly detector?: unknown; readonly select?: unknown },
): void {
  checkOptions('backgroundLearner', options, ['make', 'detector', 'select'])
  const { make, detector, select } = options
  checkMade(
    'backgroundLearner', 'maker of learners', make, [], 'For example make: (seed) => learner({ ..., seed }).',
  )
  checkDetector('backgroundLearner', detector)
  if (select !== undefined || (detector as Detector).takes !== 'bits') return
  throw new ValueError({
    what: 'the detector takes 0 and 1 alone, and would refuse every loss', where: 'backgroundLearner',
    got: (detector as Detector).name, wanted: 'select, which says whether the model was wrong, beside it',
    hint: 'For example select: ({ event, prediction }) => (prediction > 0.5) !== event.isSpam.',
  })
}
