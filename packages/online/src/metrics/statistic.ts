import type { Metric, MetricState } from './metric.ts'

/**
 * A metric that also works over windows: an event is first read as a few numbers, which are then added with a weight
 * and can be taken away again. Made with its own `read`, `add` and `remove`, a metric of yours fits into `rolling` and
 * `fading` like the built-in ones; for the mean of a function of each event `meanOf` is enough.
 *
 * Law: adding an event with weight 1 and removing it leaves the value as it was, to the last bit.
 */
export abstract class Statistic<P, V = number> implements Metric<P, V> {
  /** How many numbers an event is read as. */
  readonly width: number
  readonly judges: 'class' | 'number'
  readonly #event: Float64Array

  constructor(width: number, judges: 'class' | 'number') {
    this.width = width
    this.judges = judges
    this.#event = new Float64Array(width)
  }

  abstract get value(): V
  abstract get state(): MetricState
  abstract restore(state: MetricState): void
  abstract fits(state: MetricState): boolean
  abstract fresh(): Statistic<P, V>

  /** Writes what an event comes to into the first `width` numbers of `into`. Called once for each event, in order. */
  abstract read(prediction: P, label: number, into: Float64Array): void

  /** Adds an event that was read, from position `at` on. */
  abstract add(event: Float64Array, at: number, weight: number): void

  /** Takes away an event that was added with weight 1. */
  abstract remove(event: Float64Array, at: number): void

  /** Multiplies all weights so far by a power of two. */
  abstract rescale(factor: number): void

  /** What stands for it in a rolling window: one that can forget. */
  forWindow(): Statistic<P, V> {
    return this.fresh()
  }

  /** Nothing is counted twice unless a metric knows how to avoid it. */
  shareWith(_: Metric<P, unknown>, __: boolean): void {}

  /** What `read` remembers of earlier events. */
  get memory(): MetricState {
    return []
  }

  /** Goes back to a memory. */
  recall(_: MetricState): void {}

  update(prediction: P, label: number): void {
    this.read(prediction, label, this.#event)
    this.add(this.#event, 0, 1)
  }
}
