import type { Shape, Tensor } from '@eddy/tensor'
import type { Gradient, Scope } from './operator.ts'
import type { Slot } from './slot.ts'

/** One tensor of optimizer state kept beside a parameter, of the parameter's shape. */
export interface OptimizerSlot {
  readonly name: string
  readonly fill: number
}

/** One parameter as the optimizer meets it when the update section is written. */
export interface UpdateTarget {
  readonly value: Slot
  readonly gradient: Gradient
  readonly slots: readonly Slot[]
}

/** Everything learning has produced: an immutable tree. A tensor that did not change is the same object as before. */
export interface TrainingState {
  /** Committed updates so far. */
  readonly step: number
  /** Seed of initial values and of random operators; random numbers are a pure function of (seed, node, step). */
  readonly seed: number
  readonly parameters: Readonly<Record<string, Tensor>>
  readonly slots: Readonly<Record<string, Readonly<Record<string, Tensor>>>>
  readonly buffers: Readonly<Record<string, Tensor>>
  /** State of a schedule that depends on the loss (reduce on plateau); null when it depends on the step alone. */
  readonly schedule: unknown
}

/**
 * The update rule of a training, as the graph needs it.
 *
 * Coefficients (learning rate, bias corrections, ...) depend on the step alone or on `schedule`; the host writes them
 * as
 * f64 cells before each step, so that update instructions never compute them.
 */
export interface Optimizer {
  readonly name: string
  readonly slots: (shape: Shape) => readonly OptimizerSlot[]
  /** Number of f64 coefficient cells. */
  readonly cells: number
  /** True when the coefficients are the same at every step, so that writing them once is enough. */
  readonly constant: boolean
  /** Writes the coefficients of update number `step` (counted from 0) to `out[at..at + cells)`. */
  readonly coefficients: (step: number, schedule: unknown, out: Float64Array, at: number) => void
  /**
   * Instructions over all gradients before any update, such as a global norm. They write nothing but their own
   * temporaries and cells; `cells` is the address of the cells, `loss` is the one element of this event's loss.
   */
  readonly prelude?: (scope: Scope, targets: readonly UpdateTarget[], cells: number, loss: Slot) => void
  /** Instructions that update one parameter. */
  readonly update: (scope: Scope, target: UpdateTarget, cells: number) => void
  /**
   * True when gradients up to 2^40 can move no parameter or slot by more than 2^90 in one step, whatever came before
   * from such gradients. Otherwise every update takes the careful path (backup, update, check).
   */
  readonly bounded: boolean
  /** True when an update by rows or lookups writes only the rows that the event names; default: it may write all. */
  readonly local?: boolean
  /** A schedule that watches the loss. */
  readonly schedule?: { readonly initial: unknown; readonly observe: (state: unknown, loss: number) => unknown }
  /**
   * Publishes an immutable state with structural sharing; `next` holds the same tensor object wherever nothing
   * changed.
   */
  readonly publish: (previous: TrainingState | null, next: TrainingState) => TrainingState
}
