import { ValueError } from '@eddy/tensor'
import { checkRecord } from './known-options.ts'
import { isSameData } from './many/same-data.ts'
import type { Baseline, Metric, MetricFactory, MetricState } from './metrics/metric.ts'
import { peekInto, type Stated } from './metrics/peeking.ts'

/** Values by metric, and the same for every baseline on the same events. */
export type Report<K extends string = string, V extends Readonly<Record<K, unknown>> = Readonly<Record<K, number>>> =
  & { readonly [Name in K]: V[Name] }
  & { readonly baselines: Readonly<Record<string, { readonly [Name in K]: V[Name] }>> }

/** Metrics by name: what makes one (`mae`), or a model of one (`rolling(500, mae())`), which itself stays unused. */
export type Metrics<P, V> = { readonly [Name in keyof V]: MetricFactory<P, V[Name]> | Metric<P, V[Name]> }

/** Everything the metrics of a learner have built up; immutable. */
export interface PrequentialState {
  readonly model: Readonly<Record<string, MetricState>>
  readonly baselines: Readonly<Record<string, {
    readonly predictor: MetricState
    readonly metrics: Readonly<Record<string, MetricState>>
  }>>
}

/** What a learner needs of its metrics; `Prequential` is one. P: as in `Metric`. */
export interface Judge<P, K extends string> {
  readonly state: PrequentialState
  /** The same, for whoever writes it down at once: the lists, which are not frozen, are those of the last time. */
  peek?(): PrequentialState
  /** `guesses`: what the baselines said when the prediction was made; default: what they say now. */
  update(prediction: P, label: number, guesses?: readonly unknown[]): void
  /** What the baselines say now: plain data, for a label that comes later. */
  guesses?(): readonly unknown[]
  report(): Report<K>
  check(state: PrequentialState): void
  restore(state: PrequentialState): void
}

/** So many events at most are counted together. */
const together = 64

/** Events that were given and are not counted yet, and room for what a baseline says of them. */
class Pending {
  readonly predictions = new Float64Array(together)
  readonly labels = new Float64Array(together)
  readonly guesses = new Float64Array(together)
}

type Checked = Pick<Baseline<unknown>, 'fits'>

interface Judged<P> {
  readonly name: string
  readonly baseline: Baseline<P>
  readonly metrics: readonly Metric<P, unknown>[]
}

/**
 * Prequential evaluation: each prediction is made before its label is used, by the model and by every baseline, and all
 * are judged by the same metrics, over the same windows, on the same events. Source: Dawid 1984.
 * @throws ValueError when there is a metric without `fresh()`, or one named `baselines`.
 *
 * @example
 * const judge = new Prequential({ mae, lately: rolling(500, mae()) }, { mean: meanBaseline })
 * judge.update(prediction, label)
 * judge.report()   // { mae, lately, baselines: { mean: { mae, lately } } }
 */
export class Prequential<
  P, K extends string = string, V extends Readonly<Record<K, unknown>> = Readonly<Record<K, number>>,
> {
  readonly #names: readonly K[]
  readonly #another: () => Prequential<P, K, V>
  readonly #model: readonly Metric<P, unknown>[]
  readonly #judged: readonly Judged<P>[]
  /** Whether events may be counted some time after they came: all metrics and baselines take many at once. */
  readonly #isPatient: boolean
  #pending: Pending | null = null
  #waiting = 0
  /** What `peek` gives, and each list in it with what it belongs to. */
  #peeked: PrequentialState | null = null
  readonly #lists: number[][] = []
  readonly #listed: Stated[] = []

  constructor(
    metrics: { readonly [Name in K]: MetricFactory<P, unknown> | Metric<P, unknown> } & Metrics<P, V>,
    baselines: Readonly<Record<string, () => Baseline<P>>> = {},
  ) {
    checkRecord('Prequential', 'metrics are no record', metrics, 'metrics by name', 'For example { mae, r2 }.')
    this.#names = Object.keys(metrics) as K[]
    this.#another = () => new Prequential(metrics, baselines)
    const fresh = (before: readonly Metric<P, unknown>[]): Metric<P, unknown>[] => {
      const all = this.#names.map((name) => freshMetric<P>(metrics[name], name))
      all.forEach((metric, k) => {
        for (const other of before) metric.shareWith?.(other, false)
        for (const other of all.slice(0, k)) metric.shareWith?.(other, true)
      })
      return all
    }
    this.#model = fresh([])
    this.#judged = Object.keys(baselines).map((name) => (
      { name, baseline: baselines[name]!(), metrics: fresh(this.#model) }
    ))
    const takesMany = (metric: Metric<P, unknown>): boolean => metric.updateAll !== undefined
    this.#isPatient = this.#model.every(takesMany) && this.#judged.every(({ baseline, metrics: own }) => (
      baseline.guessAll !== undefined && own.every(takesMany)
    ))
  }

  /** `guesses`: what the baselines said when the prediction was made; default: what they say now. */
  update(prediction: P, label: number, guesses?: readonly unknown[]): void {
    if (this.#isPatient && guesses === undefined) {
      const { predictions, labels } = this.#pending ??= new Pending()
      predictions[this.#waiting] = prediction as number
      labels[this.#waiting++] = label
      if (this.#waiting === together) this.#settle()
      return
    }
    this.#settle()
    for (let k = 0; k < this.#model.length; k++) this.#model[k]!.update(prediction, label)
    for (let b = 0; b < this.#judged.length; b++) {
      const { baseline, metrics } = this.#judged[b]!
      const guess = guesses === undefined ? baseline.predict() : guesses[b] as P
      for (let k = 0; k < metrics.length; k++) metrics[k]!.update(guess, label)
      baseline.update(label)
    }
  }

  /** Counts the events that wait: in tight loops, which takes half the time. */
  #settle(): void {
    const count = this.#waiting
    if (count === 0) return
    this.#waiting = 0
    const { predictions, labels, guesses } = this.#pending!
    for (let k = 0; k < this.#model.length; k++) this.#model[k]!.updateAll!(predictions, labels, count)
    for (let b = 0; b < this.#judged.length; b++) {
      const { baseline, metrics } = this.#judged[b]!
      baseline.guessAll!(labels, count, guesses)
      for (let k = 0; k < metrics.length; k++) metrics[k]!.updateAll!(guesses, labels, count)
    }
  }

  /** What the baselines say now: plain data, for a label that comes later. */
  guesses(): readonly unknown[] {
    this.#settle()
    return this.#judged.map(({ baseline }) => {
      const guess: unknown = baseline.predict()
      return typeof guess === 'number' ? guess : Array.from(guess as ArrayLike<number>)
    })
  }

  report(): Report<K, V> {
    this.#settle()
    const values = (metrics: readonly Metric<P, unknown>[]): Record<string, unknown> => (
      Object.fromEntries(metrics.map(({ value }, k) => [this.#names[k]!, value]))
    )
    const baselines = Object.fromEntries(this.#judged.map(({ name, metrics }) => [name, values(metrics)]))
    return { ...values(this.#model), baselines } as unknown as Report<K, V>
  }

  get state(): PrequentialState {
    return this.#state((metric) => metric.state)
  }

  /**
   * The same, for whoever writes it down at once: the same tree at each call. Its lists, which alone are not frozen,
   * hold what the state is now. @internal
   */
  peek(): PrequentialState {
    this.#peeked ??= this.#state((metric) => {
      this.#listed.push(metric)
      return this.#lists[this.#lists.push([]) - 1]!
    })
    this.#settle()
    for (let k = 0; k < this.#lists.length; k++) peekInto(this.#listed[k]!, this.#lists[k]!)
    return this.#peeked
  }

  #state(of: (metric: Stated) => MetricState): PrequentialState {
    this.#settle()
    const states = (metrics: readonly Metric<P, unknown>[]): Readonly<Record<string, MetricState>> => {
      const own: Record<string, MetricState> = {}
      for (let k = 0; k < metrics.length; k++) own[this.#names[k]!] = of(metrics[k]!)
      return Object.freeze(own)
    }
    const baselines: Record<string, PrequentialState['baselines'][string]> = {}
    for (const { name, baseline, metrics } of this.#judged) {
      baselines[name] = Object.freeze({ predictor: of(baseline), metrics: states(metrics) })
    }
    return Object.freeze({ model: states(this.#model), baselines: Object.freeze(baselines) })
  }

  /** @throws ValueError naming the part that is not one of these metrics and baselines. */
  check(state: PrequentialState): void {
    const refuse = (part: string, got: unknown): never => {
      throw new ValueError({
        what: `this is no state of these metrics, see ${part}`, where: 'Prequential.restore', got,
        wanted: `numbers of ${this.#names.join(', ')}`,
        hint: 'Restore only a state of a learner with the same task and metrics.',
      })
    }
    for (const [part, owner, own] of this.#partsOf(state)) {
      const areNumbers = Array.isArray(own) && Array.from(own).every(Number.isFinite)
      if (!areNumbers || owner.fits?.(own as MetricState) === false) refuse(part, own)
    }
    // What each of them takes may still contradict what others count for them: so others rehearse it.
    const other = this.#another()
    other.restore(state)
    const rehearsed = [...other.#partsOf(other.state)]
    for (const [k, [part, , own]] of [...this.#partsOf(state)].entries()) {
      if (!isSameData(own, rehearsed[k]![2])) refuse(part, own)
    }
  }

  /** The name of each part, whose it is and what there is in a state. */
  * #partsOf(state: PrequentialState): Generator<readonly [string, Checked, unknown]> {
    for (const [k, name] of this.#names.entries()) yield [`model.${name}`, this.#model[k]!, state?.model?.[name]]
    for (const { name, baseline, metrics } of this.#judged) {
      const own = state?.baselines?.[name]
      yield [`baselines.${name}.predictor`, baseline, own?.predictor]
      for (const [k, each] of this.#names.entries()) {
        yield [`baselines.${name}.metrics.${each}`, metrics[k]!, own?.metrics?.[each]]
      }
    }
  }

  /** Goes back, or over, to a state, which `check` has accepted. */
  restore(state: PrequentialState): void {
    const restoreAll = (
      metrics: readonly Metric<P, unknown>[], states: Readonly<Record<string, MetricState>>,
    ): void => {
      metrics.forEach((metric, k) => metric.restore(states[this.#names[k]!]!))
    }
    this.#waiting = 0
    restoreAll(this.#model, state.model)
    for (const { name, baseline, metrics } of this.#judged) {
      baseline.restore(state.baselines[name]!.predictor)
      restoreAll(metrics, state.baselines[name]!.metrics)
    }
  }
}

function freshMetric<P>(given: MetricFactory<P, unknown> | Metric<P, unknown>, name: string): Metric<P, unknown> {
  const metric = typeof given === 'function' ? given() : given.fresh?.()
  if (metric !== undefined && name !== 'baselines') return metric
  throw new ValueError({
    what: name === 'baselines' ? 'no metric can have this name' : 'this metric cannot make others like it',
    where: 'Prequential', got: name, wanted: name === 'baselines' ? 'another name' : 'a metric with fresh()',
    hint: name === 'baselines' ? 'Reports keep it for the baselines.' : 'Or give the function that makes it.',
  })
}
