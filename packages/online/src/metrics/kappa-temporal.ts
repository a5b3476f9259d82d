import { readClasses } from './class-counts.ts'
import type { MetricState } from './metric.ts'
import type { Probabilities } from './probabilities.ts'
import { Statistic } from './statistic.ts'

/**
 * Kappa against the no-change classifier, which says the last label again: above 0 the model is better than that, 1 is
 * perfect. On streams whose labels come in stretches accuracy and kappa flatter; this does not.
 * Formula: (a - n) / (1 - n), a the accuracy, n that of no change on the same events. Its first guess is 0 of two
 * classes, none of several.
 * Edge: where no change was always right, 0 if the model was too, else -Infinity. Source: Zliobaite et al. 2015.
 */
export function kappaTemporal(): Statistic<Probabilities> {
  return new KappaTemporal()
}

/** An event is read as: was it right, was no change right. */
class KappaTemporal extends Statistic<Probabilities> {
  /** -1: none yet. */
  #last = -1
  #total = 0
  #right = 0
  #unchanged = 0

  constructor() {
    super(2, 'class')
  }

  get value(): number {
    if (!(this.#total > 0)) return NaN
    const gained = this.#right - this.#unchanged
    return gained === 0 ? 0 : gained / (this.#total - this.#unchanged)
  }

  get state(): MetricState {
    return Object.freeze([this.#last, this.#total, this.#right, this.#unchanged])
  }

  fits({ length }: MetricState): boolean {
    return length === 4
  }

  restore([last, total, right, unchanged]: MetricState): void {
    this.#last = last!
    this.#total = total!
    this.#right = right!
    this.#unchanged = unchanged!
  }

  override get memory(): MetricState {
    return [this.#last]
  }

  override recall([last]: MetricState): void {
    this.#last = last!
  }

  fresh(): KappaTemporal {
    return new KappaTemporal()
  }

  read(prediction: Probabilities, label: number, into: Float64Array): void {
    readClasses(prediction, label, into)
    const [actual, guess] = [into[0]!, into[1]!]
    into[0] = actual === guess ? 1 : 0
    const last = this.#last < 0 && typeof prediction === 'number' ? 0 : this.#last
    into[1] = actual === last ? 1 : 0
    this.#last = actual
  }

  add(event: Float64Array, at: number, weight: number): void {
    this.#total += weight
    this.#right += event[at]! * weight
    this.#unchanged += event[at + 1]! * weight
  }

  remove(event: Float64Array, at: number): void {
    this.add(event, at, -1)
  }

  rescale(factor: number): void {
    this.#total *= factor
    this.#right *= factor
    this.#unchanged *= factor
  }
}
