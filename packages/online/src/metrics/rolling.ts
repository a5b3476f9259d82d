import { ValueError } from '@eddy/tensor'
import type { Metric, MetricState } from './metric.ts'
import { pack, unpack } from './packed.ts'
import type { Statistic } from './statistic.ts'
import { checkMade } from '../known-options.ts'

const countMax = 2 ** 24

/**
 * A metric over the last `count` events.
 *
 * Exact for ever: an event that leaves the window is taken away from counts that are whole numbers and from sums that
 * have no rounding (`ExactSum`), so after any number of events the value has the same bits as that of a new metric that
 * has seen only the events of the window. What an event was compared with before it came into the window (the label
 * before, for `kappaTemporal`) stays what it was.
 * State/cost: a few numbers for each event of the window, whatever the size of a prediction; O(1) an event, for
 * `rocAuc` O(log count) and one move of memory.
 * @throws ValueError when the count is no whole number from 1 to 2^24.
 *
 * @example
 * stream.pipe(evaluate({ prediction, label, metrics: { mae, lately: rolling(500, mae()) } }))
 */
export function rolling<P, V>(count: number, metric: Statistic<P, V>): Metric<P, V> {
  if (!Number.isInteger(count) || count < 1 || count > countMax) {
    throw new ValueError({
      what: 'this is no number of events', where: 'rolling', got: count, wanted: `a whole number from 1 to ${countMax}`,
      hint: 'The last count events make up the window.',
    })
  }
  checkMade('rolling', 'metric of a whole stream', metric, ['forWindow'], 'For example rolling(100, mae()).')
  return new Rolling(count, metric.forWindow())
}

class Rolling<P, V> implements Metric<P, V> {
  readonly judges: 'class' | 'number'
  readonly #size: number
  readonly #events: number
  #statistic: Statistic<P, V>
  readonly #event: Float64Array
  /** A ring of events as they were read; it is as long as it needs to be. */
  #ring: Float64Array
  #oldest = 0
  #count = 0

  constructor(events: number, statistic: Statistic<P, V>) {
    this.judges = statistic.judges
    this.#events = events
    this.#size = events * statistic.width
    this.#statistic = statistic
    this.#event = new Float64Array(statistic.width)
    this.#ring = new Float64Array(Math.min(events, 16) * statistic.width)
  }

  get value(): V {
    return this.#statistic.value
  }

  /** Three lists: the number of events of a full window; what reading remembers; the events, oldest first. */
  get state(): MetricState {
    const { width } = this.#statistic
    const events: number[] = []
    for (let k = 0; k < this.#count * width; k++) events.push(this.#ring[(this.#oldest + k) % this.#ring.length]!)
    return pack([[this.#events], this.#statistic.memory, events])
  }

  fits(state: MetricState): boolean {
    const [events, memory, ring] = unpack(state) ?? []
    return ring !== undefined && events![0] === this.#events && memory!.length === this.#statistic.memory.length
      && ring.length <= this.#size && ring.length % this.#statistic.width === 0
  }

  restore(state: MetricState): void {
    const [, memory, events] = unpack(state)!
    const { width } = this.#statistic
    this.#statistic = this.#statistic.fresh()
    this.#statistic.recall(memory!)
    this.#ring = new Float64Array(Math.max(events!.length, Math.min(this.#size, 16 * width)))
    this.#oldest = 0
    this.#count = 0
    for (let at = 0; at < events!.length; at += width) {
      for (let k = 0; k < width; k++) this.#event[k] = events![at + k]!
      this.#take()
    }
  }

  fresh(): Rolling<P, V> {
    return new Rolling(this.#events, this.#statistic.fresh())
  }

  update(prediction: P, label: number): void {
    this.#statistic.read(prediction, label, this.#event)
    this.#take()
  }

  #take(): void {
    const { width } = this.#statistic
    if (this.#count === this.#events) {
      this.#statistic.remove(this.#ring, this.#oldest)
      this.#oldest = (this.#oldest + width) % this.#ring.length
      this.#count--
    } else if (this.#count * width === this.#ring.length) {
      const larger = new Float64Array(Math.min(this.#size, 2 * this.#ring.length))
      larger.set(this.#ring)
      this.#ring = larger
    }
    const at = (this.#oldest + this.#count * width) % this.#ring.length
    this.#ring.set(this.#event, at)
    this.#count++
    this.#statistic.add(this.#ring, at, 1)
  }
}
