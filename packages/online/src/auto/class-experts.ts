import { kernelMath } from '../kernel-math.ts'
import type { EncodedEvent } from './encoded-event.ts'
import { InputSlots, inputsMax } from './input-slots.ts'
import { LeastSquares } from './least-squares.ts'
import { Neighbours } from './neighbours.ts'
import { type Saved, saveNumbers, savedNumbers, savedRecord } from './saved.ts'

/** The experts that are no branches of the graph, in the order of their predictions. */
export const classExperts = ['majority', 'afterLast', 'leastSquares', 'neighbours'] as const

export const ofSquares = classExperts.indexOf('leastSquares')
export const ofNeighbours = classExperts.indexOf('neighbours')

const fading = 0.995
const prior = 0.5
const certain = 0.3
const curvatureMin = 0.02

/**
 * Experts for classes: how often each has occurred, what has followed the last one, logistic least squares, neighbours.
 * Formula of the first two: counts plus 1/2 (Krichevsky and Trofimov 1981) shared among the classes.
 */
export class ClassExperts {
  #capacity: number
  #counts: Float64Array
  /** By the last class (row 0: none yet), how often each followed it, fading. */
  #followers = new Map<number, Float64Array>()
  #total = 0
  last = -1
  readonly #slots = new InputSlots(1)
  readonly #squares: LeastSquares
  readonly #x = new Float64Array(inputsMax)
  readonly #neighbours = new Neighbours()
  #errors: Float64Array

  constructor(capacity: number) {
    this.#capacity = capacity
    this.#counts = new Float64Array(capacity)
    this.#errors = new Float64Array(capacity)
    this.#squares = new LeastSquares({ inputs: inputsMax, outputs: capacity, ridge: 0.5 })
  }

  /**
   * Writes the probabilities of `classes` classes, one expert after the other, in the order of `classExperts`; but of
   * those who are asleep.
   */
  predict(event: EncodedEvent, columns: number, classes: number, out: Float64Array, asleep: Uint8Array): void {
    const counts = this.#counts
    const share = 1 / (this.#total + 1)
    for (let k = 0; k < classes; k++) out[k] = (counts[k]! + 1 / classes) * share
    this.#predictAfterLast(classes, out)
    this.#fill(event)
    if (asleep[ofSquares] === 0) softmaxInto(this.#squares.predict(this.#x), 0, classes, out, ofSquares * classes)
    this.#neighbours.ask(event, columns)
    if (asleep[ofNeighbours] === 1) return
    this.#neighbours.find()
    this.#predictByNeighbours(classes, out)
  }

  #predictAfterLast(classes: number, out: Float64Array): void {
    const row = this.#followers.get(this.last)
    const added = prior / classes
    let total = 0
    for (let k = 0; k < classes; k++) {
      const met = (row === undefined ? 0 : row[k]!) + added
      const again = k === this.last ? prior : 0
      total += out[classes + k] = met + again + prior * out[k]!
    }
    for (let k = 0; k < classes; k++) out[classes + k] = out[classes + k]! / total
  }

  #predictByNeighbours(classes: number, out: Float64Array): void {
    const { found } = this.#neighbours
    const at = ofNeighbours * classes
    let total = certain
    for (let k = 0; k < classes; k++) out[at + k] = certain / classes
    for (let i = 0; i < found; i++) {
      const weight = this.#neighbours.weight(i) / this.#neighbours.weight(0)
      const label = this.#neighbours.label(i)
      out[at + label] = out[at + label]! + weight
      total += weight
    }
    for (let k = 0; k < classes; k++) out[at + k] = out[at + k]! / total
  }

  #fill(event: EncodedEvent): void {
    this.#x.fill(0)
    this.#x[0] = 1
    this.#slots.fill(event, this.#x)
  }

  /** Learns the event that was predicted last; `last`: the class before it, then. Who is asleep does not. */
  learn(event: EncodedEvent, label: number, classes: number, asleep: Uint8Array, last = this.last): void {
    if (this.#slots.admit(event)) this.#fill(event)
    if (asleep[ofSquares] === 0) this.#learnSquares(label, classes)
    this.#neighbours.learn(label)
    this.#counts[label] = this.#counts[label]! + 1
    this.#total++
    let row = this.#followers.get(last)
    if (row === undefined) this.#followers.set(last, (row = new Float64Array(this.#capacity)))
    for (let k = 0; k < classes; k++) row[k] = row[k]! * fading
    row[label] = row[label]! + 1
    this.last = label
  }

  #learnSquares(label: number, classes: number): void {
    const errors = this.#errors
    errors.fill(0)
    softmaxInto(this.#squares.predict(this.#x), 0, classes, errors, 0)
    let curvature = 0
    for (let k = 0; k < classes; k++) {
      const share = errors[k]!
      curvature += share * (1 - share) / 2
      errors[k] = (k === label ? 1 : 0) - share
    }
    this.#squares.learn(this.#x, errors, Math.max(curvatureMin, curvature))
  }

  /** How often a class has occurred. */
  countOf(label: number): number {
    return this.#counts[label]!
  }

  widen(capacity: number): void {
    const wider = (numbers: Float64Array): Float64Array => {
      const all = new Float64Array(capacity)
      all.set(numbers)
      return all
    }
    this.#counts = wider(this.#counts)
    this.#followers = new Map([...this.#followers].map(([last, row]) => [last, wider(row)]))
    this.#squares.widen(capacity)
    this.#errors = new Float64Array(capacity)
    this.#capacity = capacity
  }

  get state(): Saved {
    return {
      counts: saveNumbers(this.#counts), last: this.last, slots: this.#slots.state, squares: this.#squares.state,
      neighbours: this.#neighbours.state,
      followers: saveNumbers([...this.#followers].flatMap(([last, row]) => [last, ...row])),
    }
  }

  restore(state: unknown): void {
    const { counts, last, slots, squares, neighbours, followers } = savedRecord(state, 'the experts')
    this.#counts = savedNumbers(counts, 'the counts of classes', this.#capacity)
    this.#total = this.#counts.reduce((sum, count) => sum + count, 0)
    this.last = Number(last)
    this.#slots.restore(slots)
    this.#squares.restore(squares)
    this.#neighbours.restore(neighbours)
    const rows = savedNumbers(followers, 'what followed')
    this.#followers.clear()
    for (let at = 0; at < rows.length; at += this.#capacity + 1) {
      this.#followers.set(rows[at]!, rows.slice(at + 1, at + 1 + this.#capacity))
    }
  }
}

/** Formula: exp(x_c - max x) / sum of them, in f64, of `classes` logits from an index on. */
export function softmaxInto(
  logits: ArrayLike<number>, from: number, classes: number, out: Float64Array, at: number,
): void {
  const { exp } = kernelMath()
  let most = -Infinity
  for (let k = from; k < from + classes; k++) if (logits[k]! > most) most = logits[k]!
  let total = 0
  for (let k = 0; k < classes; k++) {
    const away = logits[from + k]! - most
    total += out[at + k] = away === 0 ? 1 : exp(away)
  }
  for (let k = at; k < at + classes; k++) out[k] = out[k]! / total
}
