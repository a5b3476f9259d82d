import { ValueError } from '@eddy/tensor'
import type { Metric, MetricState } from './metric.ts'
import type { Statistic } from './statistic.ts'
import { checkMade } from '../known-options.ts'

/** Weights grow until here and are then scaled back. */
const weightMax = 2 ** 64
const factorMin = 2 ** -20

/**
 * A metric in which an event counts `factor` times as much with every later event: recent ones count most, none is ever
 * dropped at once. 0.999 looks back about 1,000 events.
 *
 * Formula: S_i = x_i + a S_(i-1) for every sum and count S of the metric, a the factor; a mean is then
 * sum a^(n-i) x_i / sum a^(n-i). All metrics are ratios, so instead of fading what was the weight of what comes grows
 * by 1 / a, and everything is scaled back by 2^-64 when it has become large. Rounding errors fade with their events.
 * Source: Gama, Sebastiao and Rodrigues 2013 (fading factors).
 * Edge: an event that is not a finite number is never forgotten; with the factor 1 all count the same.
 * State/cost: those of the metric; no window is kept.
 * @throws ValueError when the factor is not from 2^-20 to 1.
 *
 * @example
 * stream.pipe(evaluate({ prediction, label, metrics: { accuracy, lately: fading(0.99, accuracy()) } }))
 */
export function fading<P, V>(factor: number, metric: Statistic<P, V>): Metric<P, V> {
  if (!(factor >= factorMin && factor <= 1)) {
    throw new ValueError({
      what: 'this is no fading factor', where: 'fading', got: factor, wanted: 'a number from 2^-20 to 1',
      hint: 'To look back about n events, give 1 - 1 / n.',
    })
  }
  checkMade('fading', 'metric of a whole stream', metric, ['fresh'], 'For example fading(0.99, mae()).')
  return new Fading(factor, metric.fresh())
}

class Fading<P, V> implements Metric<P, V> {
  readonly judges: 'class' | 'number'
  readonly #factor: number
  readonly #statistic: Statistic<P, V>
  readonly #event: Float64Array
  /** Of the next event. */
  #weight = 1

  constructor(factor: number, statistic: Statistic<P, V>) {
    this.judges = statistic.judges
    this.#factor = factor
    this.#statistic = statistic
    this.#event = new Float64Array(statistic.width)
  }

  get value(): V {
    return this.#statistic.value
  }

  /** The factor, the weight of the next event, the state of the metric. */
  get state(): MetricState {
    return Object.freeze([this.#factor, this.#weight, ...this.#statistic.state])
  }

  fits([factor, , ...state]: MetricState): boolean {
    return factor === this.#factor && this.#statistic.fits(state)
  }

  restore([, weight, ...state]: MetricState): void {
    this.#weight = weight!
    this.#statistic.restore(state)
  }

  fresh(): Fading<P, V> {
    return new Fading(this.#factor, this.#statistic.fresh())
  }

  update(prediction: P, label: number): void {
    this.#statistic.read(prediction, label, this.#event)
    this.#statistic.add(this.#event, 0, this.#weight)
    this.#weight /= this.#factor
    while (this.#weight > weightMax) {
      this.#statistic.rescale(1 / weightMax)
      this.#weight /= weightMax
    }
  }
}
