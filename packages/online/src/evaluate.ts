import { ValueError } from '@eddy/tensor'
import { concat, defer, EMPTY, filter, map, of, type OperatorFunction, tap } from 'rxjs'
import { ClassReader, type Guess } from './class-reader.ts'
import { baselinesOf } from './judges.ts'
import type { Baseline, Metric, MetricFactory } from './metrics/metric.ts'
import type { Probabilities } from './metrics/probabilities.ts'
import { type Metrics, Prequential, type PrequentialState, type Report } from './prequential.ts'
import { fieldOf, type Label } from './target.ts'
import { checkMade, checkOptions, checkRecord } from './known-options.ts'

/** The names of the metrics in V, which keep the type of their values. */
type NamesOf<V> = keyof V & string

export interface EvaluateOptions<T, P, V> {
  /**
   * What was predicted before the label was used: a number; P(positive); the probabilities of classes, or a class. Like
   * the label a function of the event, or the name of its field.
   */
  readonly prediction: ((event: T) => Guess) | string
  /** What turned out: a number, or a class by its number or name. */
  readonly label: ((event: T) => Label) | string
  /** By name; for example `{ mae, lately: rolling(500, mae()) }`. */
  readonly metrics: Metrics<P, V> & Readonly<Record<string, MetricFactory<P, unknown> | Metric<P, unknown>>>
  /**
   * Names of the classes, in the order of their probabilities; others take the next numbers when they are met. Of two
   * with P(positive) the second is the positive one: they have to be given, unless labels are 0, 1, false, true.
   */
  readonly classes?: readonly Label[]
  /** What the model is judged beside. Default: no change and mean, median or majority. */
  readonly baselines?: Readonly<Record<string, () => Baseline<P>>>
  /** Emit after every so many events, and after the last; default 1. Reading may cost more than updating. */
  readonly every?: number
  /** A `state` of the same metrics and baselines, to go on from. */
  readonly state?: EvaluationState
}

/** Everything an evaluation has built up: immutable, JSON. */
export interface EvaluationState extends PrequentialState {
  readonly count: number
  /** By number. */
  readonly classes: readonly Label[]
}

/** The metrics after an event, of the model and of the baselines. */
export interface Evaluated<T, V extends object> {
  readonly event: T
  /** Events judged so far, this one included. */
  readonly count: number
  readonly metrics: Report<NamesOf<V>, V>
  /** The state at the time of reading; right after this event when read as it arrives. */
  readonly state: EvaluationState
}

/**
 * Judges predictions as an RxJS operator: every metric over its window, beside the baselines, which see the same labels
 * at the same time and are judged by the same metrics over the same windows.
 *
 * 1. Predictions must have been made before their labels were used: this operator only looks at what it is given.
 * 2. Emits after every `every` events and, when the source completes, after the last. An empty source emits nothing.
 * 3. Without `baselines`: for metrics of classes `noChange` and `majority`; for metrics of numbers `noChange`, `mean`
 *    and `median`.
 * 4. A prediction or label that cannot be judged (no number, not finite) errors with a ValueError that names it, and so
 *    does a class whose probability stands in another's place: give `classes`. Errors of the source are passed on.
 *    Every subscription judges anew.
 *
 * Throws, when called: ValueError for an `every` that is no whole number from 1 on.
 *
 * @example
 * labelled$.pipe(trips.train(), evaluate({
 *   prediction: ({ prediction }) => prediction, label: ({ event }) => event.delay,
 *   metrics: { mae, lately: rolling(500, mae()), fading: fading(0.999, mae()) }, every: 100,
 * })).subscribe(({ count, metrics }) => console.log(count, metrics.lately, metrics.baselines.noChange.lately))
 */
export function evaluate<T, P, V extends object>(
  options: EvaluateOptions<T, P, V>,
): OperatorFunction<T, Evaluated<T, V>> {
  checkOptions('evaluate', options, ['prediction', 'label', 'metrics', 'classes', 'baselines', 'every', 'state'])
  const { prediction, label, metrics, every = 1 } = options
  if (typeof prediction !== 'string') {
    checkMade('evaluate', 'reader of predictions', prediction, [], 'For example prediction: (event) => event.said.')
  }
  if (typeof label !== 'string') {
    checkMade('evaluate', 'reader of labels', label, [], 'For example label: (event) => event.label.')
  }
  checkRecord('evaluate', 'metrics are no record', metrics, 'metrics by name', 'For example metrics: { mae, r2 }.')
  if (!Number.isInteger(every) || every < 1) {
    throw new ValueError({
      what: 'this is no number of events', where: 'evaluate', got: every, wanted: 'a whole number from 1 on',
      hint: 'every: 100 emits after each hundredth event.',
    })
  }
  return (source) => defer(() => {
    const evaluation = new Evaluation(options)
    let unreported: { readonly event: T } | null = null
    const judged = source.pipe(
      tap((event) => {
        evaluation.judge(event)
        unreported = { event }
      }),
      filter(() => evaluation.count % every === 0),
      map((event) => {
        unreported = null
        return evaluation.after(event)
      }),
    )
    return concat(judged, defer(() => (unreported === null ? EMPTY : of(evaluation.after(unreported.event)))))
  })
}

class Evaluation<T, P, V extends object> {
  count = 0
  readonly #options: EvaluateOptions<T, P, V>
  readonly #predictionOf: (event: T) => Guess
  readonly #labelOf: (event: T) => Label
  readonly #reader: ClassReader | null
  #judge: Prequential<P, NamesOf<V>, V> | null = null

  constructor(options: EvaluateOptions<T, P, V>) {
    const { prediction, label, metrics, classes, state } = options
    const isOfClasses = Object.values(metrics).some((given) => {
      const metric = typeof given === 'function' ? (given as MetricFactory<P, unknown>)() : given as Metric<P, unknown>
      return metric.judges === 'class'
    })
    this.#options = options
    this.#predictionOf = readerOf(prediction)
    this.#labelOf = readerOf(label)
    this.#reader = isOfClasses ? new ClassReader(state?.classes ?? classes ?? []) : null
    this.count = state?.count ?? 0
  }

  judge(event: T): void {
    const guess = this.#predictionOf(event)
    const label = this.#labelOf(event)
    const wanted = this.#reader === null ? finite(label, 'label') : this.#reader.label(label)
    const prediction = this.#reader === null ? finite(guess, 'prediction') : this.#reader.prediction(guess)
    this.#reader?.check(prediction, wanted)
    this.#judge ??= this.#begin(prediction)
    this.#judge.update(prediction as P, wanted)
    this.count++
  }

  after(event: T): Evaluated<T, V> {
    const judge = this.#judge!
    const stateNow = (): EvaluationState => (
      Object.freeze({ ...judge.state, count: this.count, classes: this.#reader?.classes ?? [] })
    )
    return {
      event,
      count: this.count,
      metrics: judge.report(),
      get state() {
        return stateNow()
      },
    }
  }

  /** The first prediction tells what the baselines have to answer with. */
  #begin(prediction: Probabilities): Prequential<P, NamesOf<V>, V> {
    const { metrics, baselines, state } = this.#options
    const task = this.#reader === null ? 'regression' : typeof prediction === 'number' ? 'binary' : 'multiclass'
    const usual = task === 'multiclass' ? baselinesOf(task, this.#reader!.classes.length) : baselinesOf(task)
    const judge = new Prequential<P, NamesOf<V>, V>(
      metrics as never, baselines ?? usual as unknown as Readonly<Record<string, () => Baseline<P>>>,
    )
    if (state !== undefined) {
      judge.check(state)
      judge.restore(state)
    }
    return judge
  }
}

/** What a field holds is judged like anything else: nothing is, when there is none. */
function readerOf<T, R>(reader: ((event: T) => R) | string): (event: T) => R {
  return typeof reader === 'function' ? reader : (event) => fieldOf(event, reader) as R
}

function finite(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new ValueError({
    what: `this ${what} cannot be judged`, where: 'evaluate', got: value, wanted: 'a finite number',
    hint: 'Filter such events out before; for classes, use metrics of classes.',
  })
}
