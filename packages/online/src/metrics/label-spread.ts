import { ExactSum } from './exact-sum.ts'
import type { MetricState } from './metric.ts'

/** How many labels there were, their sum and the sum of their squares, all without rounding errors. */
export class LabelSpread {
  readonly weights = new ExactSum()
  readonly labels = new ExactSum()
  readonly squares = new ExactSum()

  /** Labels, or the sum of their weights. */
  get weight(): number {
    return this.weights.value
  }

  add(label: number, weight: number): void {
    this.weights.add(weight)
    this.labels.addProduct(label, weight)
    this.squares.addSquare(label, weight)
  }

  /** Adds the first `count` labels with weight 1. */
  addAll(labels: Float64Array, count: number): void {
    for (let k = 0; k < count; k++) this.weights.add(1)
    this.labels.addAll(labels, count)
    for (let k = 0; k < count; k++) this.squares.addSquare(labels[k]!, 1)
  }

  /** Takes away a label that was added with weight 1. */
  remove(label: number): void {
    this.weights.remove(1)
    this.labels.removeProduct(label, 1)
    this.squares.removeSquare(label)
  }

  rescale(factor: number): void {
    this.weights.rescale(factor)
    this.labels.rescale(factor)
    this.squares.rescale(factor)
  }

  restore(weights: MetricState, labels: MetricState, squares: MetricState): void {
    this.weights.restore(weights)
    this.labels.restore(labels)
    this.squares.restore(squares)
  }

  /**
   * Sum of squared deviations. About any number m it is sum (y - m)^2 - (sum (y - m))^2 / n. With m near the mean the
   * second term is next to nothing, and the first, written as sum y^2 - m (sum y + sum (y - m)), is not rounded at all.
   */
  get spread(): number {
    const { weight } = this
    const m = this.labels.value / weight
    const deviations = new ExactSum()
    for (const part of this.labels.parts) deviations.add(part)
    for (const part of this.weights.parts) deviations.removeProduct(m, part)
    const squares = new ExactSum()
    for (const part of this.squares.parts) squares.add(part)
    for (const part of this.labels.parts) squares.removeProduct(m, part)
    for (const part of deviations.parts) squares.removeProduct(m, part)
    const about = squares.value
    const spread = about - deviations.value * deviations.value / weight
    // All labels equal: what is left is how far m was rounded away from them.
    return spread > about * 2 ** -48 ? spread : 0
  }
}
