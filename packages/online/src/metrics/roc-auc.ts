import type { MetricState } from './metric.ts'
import { cut, stateOf } from './peeking.ts'
import type { Probabilities } from './probabilities.ts'
import { ScoreDigest } from './score-digest.ts'
import { Statistic } from './statistic.ts'
import { WindowAuc } from './window-auc.ts'
import { checkOptions } from '../known-options.ts'

export interface RocAucOptions {
  /** Of several classes: the one that is told from all others; default 1. */
  readonly of?: number
}

/** How many different scores a stream may have before neighbours are merged. */
const capacity = 4096

/**
 * Area under the receiver operating characteristic: the probability that a positive event was given a higher score
 * than a negative one, ties counting half. NaN until both classes have been seen.
 *
 * A score is P(positive), or P(class `of`), or any number that rises with it; labels above one half are positive.
 * Over a whole or a fading stream it is exact up to 4,096 different scores. Beyond, memory stays bounded: scores are
 * counted in adaptive bins (`ScoreDigest`), each of at most 1/1,024 of either class when formed and at most 1.6 % wide,
 * so a stream whose scores keep their range is off by at most 0.0005, and by half the share of pairs within one bin in
 * any case. In a rolling window it is always exact (`WindowAuc`).
 * Edge: a score that is no number makes it NaN as long as it counts. Source: Mann and Whitney 1947.
 * State/cost: O(log) an event, O(4,096) to read a value.
 */
export function rocAuc(options: RocAucOptions = {}): Statistic<Probabilities> {
  checkOptions('rocAuc', options, ['of'])
  return new RocAuc(options.of ?? 1, new ScoreDigest(capacity))
}

/** What is read in place of "was it positive" when the score is no number. */
const unusable = 2

/** An event is read as: the score, whether it was positive. */
abstract class Ranked extends Statistic<Probabilities> {
  readonly of: number

  constructor(of: number) {
    super(2, 'class')
    this.of = of
  }

  read(prediction: Probabilities, label: number, into: Float64Array): void {
    const score = typeof prediction === 'number' ? prediction : prediction[this.of] ?? 0
    const isPositive = typeof prediction === 'number' ? label > 0.5 : label === this.of
    into[0] = Number.isNaN(score) ? 0 : Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, score)) + 0
    into[1] = Number.isNaN(score) ? unusable : isPositive ? 1 : 0
  }
}

class RocAuc extends Ranked {
  readonly #digest: ScoreDigest
  #unusable = 0

  constructor(of: number, digest: ScoreDigest) {
    super(of)
    this.#digest = digest
  }

  get value(): number {
    return this.#unusable > 0 ? NaN : this.#digest.value
  }

  get state(): MetricState {
    return stateOf(this)
  }

  peek(into: number[]): void {
    const digest = this.#digest.state
    into[0] = this.#unusable
    for (let k = 0; k < digest.length; k++) into[1 + k] = digest[k]!
    cut(into, 1 + digest.length)
  }

  fits([, ...digest]: MetricState): boolean {
    return this.#digest.fits(digest)
  }

  restore([unusable, ...digest]: MetricState): void {
    this.#unusable = unusable!
    this.#digest.restore(digest)
  }

  fresh(): Statistic<Probabilities> {
    return new RocAuc(this.of, new ScoreDigest(capacity))
  }

  override forWindow(): Statistic<Probabilities> {
    return new RollingRocAuc(this.of)
  }

  add(event: Float64Array, at: number, weight: number): void {
    if (event[at + 1] === unusable) this.#unusable++
    else this.#digest.add(event[at]!, event[at + 1] === 1, weight)
  }

  remove(): void {
    throw new TypeError('a whole stream forgets nothing: a window uses forWindow()')
  }

  rescale(factor: number): void {
    this.#digest.rescale(factor)
  }
}

class RollingRocAuc extends Ranked {
  readonly #pairs = new WindowAuc()
  #unusable = 0

  get value(): number {
    return this.#unusable > 0 ? NaN : this.#pairs.value
  }

  get state(): MetricState {
    return Object.freeze([this.#unusable, ...this.#pairs.state])
  }

  fits(state: MetricState): boolean {
    return state.length >= 3
  }

  restore([unusable, ...pairs]: MetricState): void {
    this.#unusable = unusable!
    this.#pairs.restore(pairs)
  }

  fresh(): Statistic<Probabilities> {
    return new RollingRocAuc(this.of)
  }

  add(event: Float64Array, at: number): void {
    if (event[at + 1] === unusable) this.#unusable++
    else this.#pairs.add(event[at]!, event[at + 1] === 1)
  }

  remove(event: Float64Array, at: number): void {
    if (event[at + 1] === unusable) this.#unusable--
    else this.#pairs.remove(event[at]!, event[at + 1] === 1)
  }

  rescale(): void {}
}
