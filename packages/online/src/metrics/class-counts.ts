import type { Metric, MetricState } from './metric.ts'
import { pack, unpack } from './packed.ts'
import { likeliest, type Probabilities } from './probabilities.ts'
import { Statistic } from './statistic.ts'

/** How often each class was the label, was predicted, was both. Grows with the classes; whole numbers stay exact. */
export class ClassCounts {
  #labels: number[] = []
  #guesses: number[] = []
  #hits: number[] = []
  #right = 0
  #total = 0

  /** Events, or the sum of their weights. */
  get total(): number {
    return this.#total
  }

  /** Events whose prediction was the label. */
  get right(): number {
    return this.#right
  }

  /** One more than the largest class so far. */
  get size(): number {
    return this.#labels.length
  }

  labels(k: number): number {
    return this.#labels[k] ?? 0
  }

  guesses(k: number): number {
    return this.#guesses[k] ?? 0
  }

  hits(k: number): number {
    return this.#hits[k] ?? 0
  }

  get state(): MetricState {
    return pack([[this.#total, this.#right], this.#labels, this.#guesses, this.#hits])
  }

  /** A guess of -1 is none, which is never right. A negative weight takes away. */
  add(label: number, guess: number, weight: number): void {
    while (this.#labels.length <= label || this.#labels.length <= guess) {
      this.#labels.push(0)
      this.#guesses.push(0)
      this.#hits.push(0)
    }
    this.#labels[label] = this.#labels[label]! + weight
    if (guess >= 0) this.#guesses[guess] = this.#guesses[guess]! + weight
    this.#total += weight
    if (label !== guess) return
    this.#hits[label] = this.#hits[label]! + weight
    this.#right += weight
  }

  rescale(factor: number): void {
    for (const counts of [this.#labels, this.#guesses, this.#hits]) {
      for (let k = 0; k < counts.length; k++) counts[k] = counts[k]! * factor
    }
    this.#right *= factor
    this.#total *= factor
  }

  restore(state: MetricState): void {
    const [[total, right], labels, guesses, hits] = unpack(state)! as [number[], MetricState, MetricState, MetricState]
    this.#total = total!
    this.#right = right!
    this.#labels = [...labels]
    this.#guesses = [...guesses]
    this.#hits = [...hits]
  }
}

/** A metric that is a function of `ClassCounts`. It is not asked while there is no event: then the value is NaN. */
export function classStatistic(of: (counts: ClassCounts) => number): Statistic<Probabilities> {
  return new ClassStatistic(of, NaN)
}

/** The same for anything but a number; `empty` while there is no event. */
export class ClassStatistic<V> extends Statistic<Probabilities, V> {
  readonly #of: (counts: ClassCounts) => V
  readonly #empty: V
  #counts = new ClassCounts()
  /** Whether another metric of the same predictions counts. */
  #isShared = false

  constructor(of: (counts: ClassCounts) => V, empty: V) {
    super(2, 'class')
    this.#of = of
    this.#empty = empty
  }

  get value(): V {
    return this.#counts.total > 0 ? this.#of(this.#counts) : this.#empty
  }

  get state(): MetricState {
    return this.#counts.state
  }

  fits(state: MetricState): boolean {
    const lists = unpack(state)
    return lists?.length === 4 && lists[0]!.length === 2 && lists.slice(2).every((list) => (
      list.length === lists[1]!.length
    ))
  }

  restore(state: MetricState): void {
    this.#counts.restore(state)
  }

  fresh(): ClassStatistic<V> {
    return new ClassStatistic(this.#of, this.#empty)
  }

  read(prediction: Probabilities, label: number, into: Float64Array): void {
    readClasses(prediction, label, into)
  }

  /** The same as reading and adding, by a shorter way. */
  override update(prediction: Probabilities, label: number): void {
    if (this.#isShared) return
    this.#counts.add(typeof prediction === 'number' ? likeliest(label) : label, likeliest(prediction), 1)
  }

  override shareWith(other: Metric<Probabilities, unknown>, hasSamePredictions: boolean): void {
    if (!hasSamePredictions || !(other instanceof ClassStatistic)) return
    this.#counts = (other as ClassStatistic<unknown>).#counts
    this.#isShared = true
  }

  add(event: Float64Array, at: number, weight: number): void {
    if (!this.#isShared) this.#counts.add(event[at]!, event[at + 1]!, weight)
  }

  remove(event: Float64Array, at: number): void {
    if (!this.#isShared) this.#counts.add(event[at]!, event[at + 1]!, -1)
  }

  rescale(factor: number): void {
    if (!this.#isShared) this.#counts.rescale(factor)
  }
}

/** Writes the class of the label, then the one that was most probable. */
export function readClasses(prediction: Probabilities, label: number, into: Float64Array): void {
  into[0] = typeof prediction === 'number' ? likeliest(label) : label
  into[1] = likeliest(prediction)
}
