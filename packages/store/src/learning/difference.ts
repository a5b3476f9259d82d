import type { TrainingState } from '@eddy/graph'
import { changes, type StateChanges } from '@eddy/optim'
import { Tensor } from '@eddy/tensor'
import { checkRecord } from '../check-record.ts'

/** How far one tensor is from another of the same place. */
export interface TensorDifference {
  /** Where it stands: `training.parameters.dense.weight`. */
  readonly path: string
  /** Square root of the sum of squares of what was added; rows that one of them lacks count as zero. */
  readonly norm: number
  /** The same of the first one's numbers: norm / before is the relative change. */
  readonly before: number
  readonly largest: number
  readonly shapes: readonly [before: readonly number[] | null, after: readonly number[] | null]
}

/** What differs between two states. */
export interface StateDifference {
  /** Tensors that differ in any bit, the largest difference first. */
  readonly tensors: readonly TensorDifference[]
  /** Places of everything else that differs. */
  readonly others: readonly string[]
  /** The training states' difference as Immer patches, both ways; null for states without one. */
  readonly patches: StateChanges | null
}

/**
 * Compares two states of one model: what was learned between them, or what taking an event back has changed.
 * Formula: norm = sqrt(sum (after - before)^2), in f64.
 * @throws ValueError for what is no state.
 */
export function difference(before: object, after: object): StateDifference {
  for (const state of [before, after]) {
    checkRecord('difference', state, 'a state', 'Give what snapshot(), at(sequence) or the state of a replay gave.')
  }
  const tensors: TensorDifference[] = []
  const others: string[] = []
  compare(before, after, '', tensors, others)
  tensors.sort((a, b) => b.norm - a.norm)
  const trainings = [before, after].map((state) => (state as { training?: TrainingState }).training)
  const patches = trainings[0] !== undefined && trainings[1] !== undefined ? changes(trainings[0], trainings[1]) : null
  return { tensors, others, patches }
}

function compare(a: unknown, b: unknown, path: string, tensors: TensorDifference[], others: string[]): void {
  if (Object.is(a, b)) return
  if (isTensor(a) || isTensor(b)) {
    const [one, two] = [isTensor(a) ? a : null, isTensor(b) ? b : null]
    if (one === null || two === null || !one.equals(two)) tensors.push(tensorDifference(path, one, two))
    return
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    others.push(path)
    return
  }
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const [inA, inB] = [a, b].map((value) => (
      Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : null
    ))
    compare(inA, inB, path === '' ? name : `${path}.${name}`, tensors, others)
  }
}

function tensorDifference(path: string, a: Tensor | null, b: Tensor | null): TensorDifference {
  let squares = 0
  let before = 0
  let largest = 0
  const length = Math.max(a?.size ?? 0, b?.size ?? 0)
  for (let k = 0; k < length; k++) {
    const was = a?.data[k] ?? 0
    const change = (b?.data[k] ?? 0) - was
    squares += change * change
    before += was * was
    if (Math.abs(change) > largest) largest = Math.abs(change)
  }
  return {
    path, norm: Math.sqrt(squares), before: Math.sqrt(before), largest, shapes: [a?.shape ?? null, b?.shape ?? null],
  }
}

function isTensor(value: unknown): value is Tensor {
  return value instanceof Tensor
}
