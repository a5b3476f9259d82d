import { ValueError } from '@eddy/tensor'
import { ExactSum, finiteTerm } from './exact-sum.ts'
import type { MetricState } from './metric.ts'
import { pack, unpack } from './packed.ts'
import { likeliest, type Probabilities } from './probabilities.ts'
import { Statistic } from './statistic.ts'
import { checkOptions } from '../known-options.ts'

export interface CalibrationOptions {
  /** How many bins of equal width the probabilities from 0 to 1 are sorted into; default 10. */
  readonly bins?: number
}

/** What was predicted and what happened, for predictions of about the same probability. */
export interface ReliabilityBin {
  /** The probabilities of the bin: from, included, to the next. */
  readonly from: number
  readonly to: number
  /** Events, or the sum of their weights. */
  readonly count: number
  /** Mean of the probabilities that were given. */
  readonly confidence: number
  /** How often it came true. */
  readonly frequency: number
}

/**
 * The points of a reliability diagram, bins without events left out. Of two classes P(positive) and how often it was
 * positive; of several the probability of the likeliest class and how often that was right.
 * Source: DeGroot and Fienberg 1983.
 * @throws ValueError when `bins` is no whole number from 1 to 10,000.
 */
export function reliability(options: CalibrationOptions = {}): Statistic<Probabilities, readonly ReliabilityBin[]> {
  checkOptions('reliability', options, ['bins'])
  return new Calibration((bins) => bins, [], options)
}

/**
 * Expected calibration error: by how much a stated probability is wrong, on average.
 * Formula: sum over bins of (share of events) x |confidence - frequency|, see `reliability`.
 * Range: 0 to 1; it depends on the number of bins. Edge: NaN before the first event. Source: Naeini et al. 2015.
 * @throws ValueError when `bins` is no whole number from 1 to 10,000.
 */
export function calibrationError(options: CalibrationOptions = {}): Statistic<Probabilities> {
  checkOptions('calibrationError', options, ['bins'])
  return new Calibration((bins) => {
    let [error, total] = [0, 0]
    for (const { count, confidence, frequency } of bins) {
      error += count * Math.abs(confidence - frequency)
      total += count
    }
    return error / total
  }, NaN, options)
}

interface Bin {
  count: number
  readonly confidence: ExactSum
  readonly frequency: ExactSum
}

/** An event is read as: the probability, whether it came true. */
class Calibration<V> extends Statistic<Probabilities, V> {
  readonly #of: (bins: readonly ReliabilityBin[]) => V
  readonly #empty: V
  readonly #bins: readonly Bin[]

  constructor(of: (bins: readonly ReliabilityBin[]) => V, empty: V, { bins = 10 }: CalibrationOptions) {
    super(2, 'class')
    if (!Number.isInteger(bins) || bins < 1 || bins > 10_000) {
      throw new ValueError({
        what: 'this is no number of bins', where: 'calibration', got: bins, wanted: 'a whole number from 1 to 10,000',
        hint: 'The usual ones are 10 and 15.',
      })
    }
    this.#of = of
    this.#empty = empty
    this.#bins = Array.from(
      { length: bins }, () => ({ count: 0, confidence: new ExactSum(), frequency: new ExactSum() }),
    )
  }

  get value(): V {
    const { length } = this.#bins
    const filled = this.#bins.flatMap(({ count, confidence, frequency }, k): ReliabilityBin[] => (count > 0 ? [{
      from: k / length, to: (k + 1) / length, count, confidence: confidence.value / count,
      frequency: frequency.value / count,
    }] : []))
    return filled.length > 0 ? this.#of(filled) : this.#empty
  }

  /** Three lists for each bin: the count, the two sums. */
  get state(): MetricState {
    return pack(this.#bins.flatMap(({ count, confidence, frequency }) => [[count], confidence.state, frequency.state]))
  }

  fits(state: MetricState): boolean {
    return unpack(state)?.length === 3 * this.#bins.length
  }

  restore(state: MetricState): void {
    const lists = unpack(state)!
    this.#bins.forEach((bin, k) => {
      bin.count = lists[3 * k]![0]!
      bin.confidence.restore(lists[3 * k + 1]!)
      bin.frequency.restore(lists[3 * k + 2]!)
    })
  }

  fresh(): Calibration<V> {
    return new Calibration(this.#of, this.#empty, { bins: this.#bins.length })
  }

  read(prediction: Probabilities, label: number, into: Float64Array): void {
    if (typeof prediction === 'number') {
      into[0] = finiteTerm(prediction)
      into[1] = finiteTerm(label)
    } else {
      const best = likeliest(prediction)
      into[0] = finiteTerm(prediction[best] ?? 0)
      into[1] = best === label ? 1 : 0
    }
  }

  add(event: Float64Array, at: number, weight: number): void {
    const bin = this.#binOf(event[at]!)
    bin.count += weight
    bin.confidence.add(event[at]! * weight)
    bin.frequency.add(event[at + 1]! * weight)
  }

  remove(event: Float64Array, at: number): void {
    const bin = this.#binOf(event[at]!)
    bin.count--
    bin.confidence.remove(event[at]!)
    bin.frequency.remove(event[at + 1]!)
  }

  rescale(factor: number): void {
    for (const bin of this.#bins) {
      bin.count *= factor
      bin.confidence.rescale(factor)
      bin.frequency.rescale(factor)
    }
  }

  #binOf(probability: number): Bin {
    const k = Math.floor(probability * this.#bins.length)
    return this.#bins[k >= 0 ? Math.min(k, this.#bins.length - 1) : 0]!
  }
}
