import type { Operand } from '@eddy/kernels'
import type { OptimizerSlot, Scope, Slot, UpdateTarget } from '@eddy/graph'
import type { LossWatcher } from './schedule.ts'

/** What one transform does to magnitudes: the proof behind `Optimizer.bounded`; see `isBounded`. */
export interface Limits {
  /** Greatest magnitude after the transform when no magnitude before it exceeds `u`. */
  readonly update: (u: number) => number
  /** Greatest change of one of its slots; 0 when it has none. */
  readonly slot: (u: number) => number
  /** True when a slot keeps squares of u, so that u must not contain a weight, which may be of any size. */
  readonly squares: boolean
}

/**
 * One step on the way from gradient u to new weight w: one rule of the kernels' UPDATE instruction, with its state and
 * its numbers. A plain record of pure functions; an optimizer is a list of them that ends by writing w.
 */
export interface Transform {
  readonly name: string
  /** A value of `rule` in `@eddy/kernels`. */
  readonly rule: number
  readonly slots: readonly OptimizerSlot[]
  /** For each slot: how many steps may pass between two sweeps for denormal numbers; 0 where nothing decays. */
  readonly sweeps: readonly number[]
  /** Number of f64 cells. */
  readonly cells: number
  /** True when the cells hold the same numbers at every step. */
  readonly constant: boolean
  /** Writes the cells for update number `step`, counted from 0. */
  readonly coefficients: (step: number, schedule: unknown, out: Float64Array, at: number) => void
  /**
   * The rule's operands after its head of two words: slot addresses (0: absent), then the address of its cells.
   * `prepared` is what `prepare` returned.
   */
  readonly operands: (slots: readonly Slot[], cells: number, prepared: Slot | null) => readonly (Operand | Slot)[]
  /** Instructions over all gradients before any update; see `Optimizer.prelude`. */
  readonly prelude?: (scope: Scope, targets: readonly UpdateTarget[], cells: number, loss: Slot) => void
  /** Instructions over one parameter's raw gradient before its update; what it returns is handed to `operands`. */
  readonly prepare?: (scope: Scope, target: UpdateTarget, cells: number) => Slot
  /**
   * On `accumulate` alone: what stands behind it runs at every `window`-th event only and counts those events as its
   * steps. Its cells are [1 at such an event, else 0; factor of the sum], its slot is the sum.
   */
  readonly window?: number
  readonly limits: Limits
  /** Coefficient of the weight itself in u: the part of the magnitude that does not come from the gradient. */
  readonly decay?: number
  /** Greatest factor of a running sum of updates, for the bound. */
  readonly momentum?: number
  /** The greatest learning rate; on the transform that writes w and on no other. */
  readonly learningRateMax?: number
  readonly watch?: LossWatcher
}

/** Limits of a transform without state that multiplies magnitudes by at most `factor`. */
export function scalingLimits(factor: number): Limits {
  return { update: (u) => u * factor, slot: () => 0, squares: false }
}

/**
 * How many steps a decaying average may go unswept: a power of two, at most 128.
 * A sweep makes magnitudes below 1e-30 zero, and f32 numbers turn denormal (slow) below 1.2e-38. So between two sweeps
 * the decay may take away a factor 1e-8 at most.
 */
export function sweepTicks(decay: number): number {
  if (decay <= 0) return 0
  let ticks = 1
  for (let left = decay * decay; ticks < 128 && left >= 1e-7; left *= left) ticks *= 2
  return ticks
}
