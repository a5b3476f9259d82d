/** The format of the fixtures, as the README beside them describes it. */

/** A tensor, row-major; a scalar has the shape []. */
export interface Recorded {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

export type Tensors = Readonly<Record<string, Recorded>>

/** One operation with its values and gradients. */
export interface OperationCase {
  readonly id: string
  readonly op: string
  readonly args: Readonly<Record<string, unknown>>
  /** Differentiated. */
  readonly inputs: Tensors
  /** Not differentiated: indices, masks, labels, some targets. */
  readonly constants: Tensors
  readonly output: Recorded
  /** The weights g of the scalar sum(output * g) whose gradients were recorded. */
  readonly grad_output: Recorded
  readonly grads: Tensors
}

/** What a file of fixtures came to. */
export interface Report {
  readonly file: string
  readonly cases: number
  /** Worst error in each element type, over all cases that ran. */
  readonly worst: Readonly<Record<'f64' | 'f32', number>>
  readonly failures: readonly string[]
}

/**
 * The worst error of the elements of a tensor, each relative to itself, or to the scale of the tensor where that is
 * larger: an element that is small because larger ones cancel carries their rounding. The scale is the largest recorded
 * magnitude, at most 1 and at least 0.01, for inputs are of the order of 1. NaN counts as infinitely wrong.
 * @throws Error when the lengths differ.
 */
export function worstError(got: ArrayLike<number>, wanted: ArrayLike<number>): number {
  if (got.length !== wanted.length) throw new Error(`got ${got.length} elements, wanted ${wanted.length}`)
  const largest = Array.from(wanted).reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const scale = Math.min(1, Math.max(0.01, largest))
  let worst = 0
  for (let i = 0; i < wanted.length; i++) {
    const error = Math.abs(got[i]! - wanted[i]!) / Math.max(scale, Math.abs(wanted[i]!))
    worst = Math.max(worst, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error)
  }
  return worst
}
