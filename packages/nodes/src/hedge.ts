import type { Scope, Slot } from '@eddy/graph'
import { reduction } from '@eddy/kernels'
import * as binary from '@eddy/kernels/binary'
import * as op from '@eddy/kernels/op'
import { sameShape, ShapeError } from '@eddy/tensor'
import { mul } from './arithmetic.ts'
import { defineRecord } from './record.ts'
import { sum } from './reduce.ts'

export interface HedgeOptions {
  /** beta, above 0 and below 1. */
  readonly discount: number
  /** What no weight is below before they are made to add up to 1. */
  readonly floor: number
  /** Whether the losses of an event are shifted and scaled to 0 to 1 before they are weighed. */
  readonly bounded: boolean
}

/** Divisor of losses that are all the same, so that they stay 0. */
const least = 1e-30
const nothing = [{ f64: 0 }, { f64: 0 }] as const

const single = (slot: Slot): number => Number(slot.size === 1)

function binaryOf(scope: Scope, f: number, a: Slot, b: Slot, y = scope.temporary(Math.max(a.size, b.size))): Slot {
  scope.emit(op.BINARY, f, a, b, y, y.size, single(a), single(b), ...nothing)
  return y
}

function reduceOf(scope: Scope, kind: number, x: Slot, y = scope.temporary(1)): Slot {
  scope.emit(op.REDUCE, kind, x, y, 1, x.size, 1)
  return y
}

function numberOf(scope: Scope, value: number): Slot {
  const slot = scope.temporary(1)
  scope.emit(op.FILL, slot, 1, { f64: value })
  return slot
}

function between(scope: Scope, losses: Slot): Slot {
  const low = reduceOf(scope, reduction.min, losses)
  const range = binaryOf(scope, binary.sub, reduceOf(scope, reduction.max, losses), low)
  const divisor = binaryOf(scope, binary.maximum, range, numberOf(scope, least))
  return binaryOf(scope, binary.div, binaryOf(scope, binary.sub, losses, low), divisor)
}

export const hedgeRecord = /* @__PURE__ */ defineRecord<HedgeOptions>({
  name: 'hedge',
  docs: {
    summary: 'Losses of several learners, weighted by how well each has done; on commit, the weights follow.',
    formula: 'y = sum over k of w_k l_k; on commit v_k = max(w_k beta^l_k, floor), w_k = v_k / sum over j of v_j; '
      + 'bounded: beta to the power of (l_k - min l) / (max l - min l), 0 where all are the same',
    gradient: 'dl_k = dy w_k: each learner gets its share; the weights are no parameters',
    shapes: 'losses [n], weights [n] (a buffer), a value that is to be computed along with them, of any shape -> []',
    source: 'Freund and Schapire 1997; Sahoo, Pham, Lu and Hoi 2018, algorithm 1',
  },
  shape([losses, weights]) {
    if (losses!.length === 1 && sameShape(losses!, weights!)) return []
    throw new ShapeError({
      what: 'there must be one weight for each loss', where: 'hedge', got: weights!, wanted: losses!,
      hint: 'Put the losses side by side with stack([...]).',
    })
  },
  build: ([losses, weights]) => sum(mul(weights!, losses!)),
  differentiable: (port) => port === 0,
  forward(scope, { inputs: [losses, weights], output }) {
    reduceOf(scope, reduction.sum, binaryOf(scope, binary.mul, weights!, losses!), output)
  },
  backward(scope, { inputs: [, weights], gradient, inputGradients: [dLosses] }) {
    if (dLosses != null) binaryOf(scope, binary.mul, weights!, gradient, dLosses)
  },
  commit(scope, { inputs: [losses, weights], options: { discount, floor, bounded } }) {
    const own = bounded ? between(scope, losses!) : losses!
    const kept = binaryOf(scope, binary.mul, weights!, binaryOf(scope, binary.pow, numberOf(scope, discount), own))
    const floored = binaryOf(scope, binary.maximum, kept, numberOf(scope, floor))
    binaryOf(scope, binary.div, floored, reduceOf(scope, reduction.sum, floored), weights!)
  },
  samples: () => [1, 2, 5, 11].map((n) => ({
    options: { discount: 0.9, floor: 0.02, bounded: n === 5 },
    inputs: [{ shape: [n], range: [0, 3] as const }, { shape: [n], range: [0.1, 1] as const }, { shape: [3] }],
  })),
})
