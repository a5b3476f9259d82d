import { ExactSum, finiteTerm, termsFor } from './exact-sum.ts'
import type { Metric, MetricState } from './metric.ts'
import { cut, stateOf } from './peeking.ts'
import { Statistic } from './statistic.ts'

/** What a mean is made of besides the function of each event. */
export interface MeanOptions {
  /** What becomes of the mean: a square root, for example. Default: nothing. */
  readonly finish?: (mean: number) => number
  /** `class` when labels are the numbers of classes. Default: 'number'. */
  readonly judges?: 'class' | 'number'
}

/**
 * The mean of f(prediction, label) over all events, or over any window: a metric of your own in one line.
 * Formula: sum f / n. The sum is exact (see `ExactSum`), so it does not drift, however many events come and go.
 * Edge: NaN before the first event, and while an f is among them that is not finite.
 * State/cost: O(1).
 *
 * @example
 * const within5 = (): Statistic<number> => meanOf((prediction, label) => Number(Math.abs(prediction - label) <= 5))
 * stream.pipe(evaluate({ prediction, label, metrics: { within5, lately: rolling(500, within5()) } }))
 */
export function meanOf<P>(of: (prediction: P, label: number) => number, options: MeanOptions = {}): Statistic<P> {
  return new MeanOf(of, options)
}

/** Writes what a function gives for the first `count` events, one after the other, as finite terms. */
export type Terms = (predictions: Float64Array, labels: Float64Array, count: number, into: Float64Array) => void

/**
 * `meanOf` a function that depends on nothing else, so that events may be added some time after they came: `all` gives
 * the same for many of them, in one loop that makes no objects of numbers.
 */
export function meanOfErrors(
  of: (prediction: number, label: number) => number, all: Terms, options: MeanOptions = {},
): MeanOf<number> {
  return new MeanOf(of, options, all)
}

/** @internal */
export class MeanOf<P> extends Statistic<P> {
  readonly #of: (prediction: P, label: number) => number
  readonly #options: MeanOptions
  readonly #sum = new ExactSum()
  readonly #all: Terms | null
  readonly updateAll: Metric<P>['updateAll']
  #weight = 0

  constructor(of: (prediction: P, label: number) => number, options: MeanOptions, all: Terms | null = null) {
    super(1, options.judges ?? 'number')
    this.#of = of
    this.#options = options
    this.#all = all
    this.updateAll = all === null ? undefined : (predictions, labels, count) => {
      const terms = termsFor(count)
      all(predictions, labels, count, terms)
      this.#sum.addAll(terms, count)
      this.#weight += count
    }
  }

  get value(): number {
    if (this.#weight === 0) return NaN
    const mean = this.#sum.value / this.#weight
    return this.#options.finish === undefined ? mean : this.#options.finish(mean)
  }

  get state(): MetricState {
    return stateOf(this)
  }

  peek(into: number[]): void {
    into[0] = this.#weight
    cut(into, this.#sum.put(into, 1))
  }

  fits({ length }: MetricState): boolean {
    return length >= 5
  }

  restore([weight, ...sum]: MetricState): void {
    this.#weight = weight!
    this.#sum.restore(sum)
  }

  fresh(): Statistic<P> {
    return new MeanOf(this.#of, this.#options, this.#all)
  }

  /** The sum, when it is that of this function. */
  sumOf(of: unknown): ExactSum | null {
    return this.#of === of ? this.#sum : null
  }

  read(prediction: P, label: number, into: Float64Array): void {
    into[0] = finiteTerm(this.#of(prediction, label))
  }

  /** The same as reading and adding, by a shorter way. */
  override update(prediction: P, label: number): void {
    this.#sum.add(finiteTerm(this.#of(prediction, label)))
    this.#weight++
  }

  add(event: Float64Array, at: number, weight: number): void {
    this.#sum.add(event[at]! * weight)
    this.#weight += weight
  }

  remove(event: Float64Array, at: number): void {
    this.#sum.remove(event[at]!)
    this.#weight--
  }

  rescale(factor: number): void {
    this.#sum.rescale(factor)
    this.#weight *= factor
  }
}
