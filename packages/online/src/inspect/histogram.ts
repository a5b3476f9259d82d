import { type Tensor, ValueError } from '@eddy/tensor'
import { map, type OperatorFunction } from 'rxjs'
import { checkOptions } from '../known-options.ts'

export interface HistogramOptions {
  /** Number of bins of equal width; default 30. */
  readonly bins?: number
  /** Where the first bin starts and the last one ends; default: the least and the largest element of each tensor. */
  readonly range?: readonly [low: number, high: number]
}

export interface Histogram {
  readonly low: number
  readonly high: number
  /** Elements in each bin. A bin holds its lower edge and not its upper one; the last bin holds both. */
  readonly counts: readonly number[]
  /** Elements outside of `range`. */
  readonly below: number
  readonly above: number
}

/**
 * An RxJS operator: how the elements of each tensor are distributed, for values of any node, weights and gradients.
 * Edge: when all elements are equal the bins span half of 1 to both sides, without any element 0 to 1 (as in NumPy).
 * @throws ValueError when `bins` is no positive integer, or `range` is not in order.
 *
 * @example
 * hidden.pipe(histogram({ bins: 20, range: [-1, 1] })).subscribe(({ counts }) => console.log(counts))
 * hidden.gradient$.pipe(histogram()).subscribe(...)
 */
export function histogram(options: HistogramOptions = {}): OperatorFunction<Tensor, Histogram> {
  checkOptions('histogram', options, ['bins', 'range'])
  const { bins = 30, range } = options
  if (!Number.isInteger(bins) || bins < 1) {
    throw new ValueError({
      what: 'that many bins cannot be filled', where: 'histogram', got: bins, wanted: 'a positive integer',
      hint: 'Use 30, or leave it out.',
    })
  }
  if (range !== undefined && !(range[0] < range[1])) {
    throw new ValueError({
      what: 'the range is not in order', where: 'histogram', got: range, wanted: 'two numbers, the lower one first',
      hint: 'Leave it out to span all elements.',
    })
  }
  return map(({ data }) => histogramOf(data, bins, range ?? spanOf(data)))
}

function histogramOf(data: ArrayLike<number>, bins: number, [low, high]: readonly [number, number]): Histogram {
  const counts = Array.from({ length: bins }, () => 0)
  let [below, above] = [0, 0]
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!
    if (value < low) below++
    else if (value > high) above++
    else counts[Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins))]!++
  }
  return { low, high, counts, below, above }
}

function spanOf(data: ArrayLike<number>): readonly [number, number] {
  if (data.length === 0) return [0, 1]
  let [low, high] = [data[0]!, data[0]!]
  for (let i = 1; i < data.length; i++) {
    low = Math.min(low, data[i]!)
    high = Math.max(high, data[i]!)
  }
  return low < high ? [low, high] : [low - 0.5, high + 0.5]
}
