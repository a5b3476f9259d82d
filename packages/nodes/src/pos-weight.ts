import type { Operator, Scope, Slot } from '@eddy/graph'
import * as binary from '@eddy/kernels/binary'
import * as op from '@eddy/kernels/op'
import { ShapeError } from '@eddy/tensor'
import { emitCollapse, emitExpand } from './broadcast.ts'
import { type Reduction, reducedLoss } from './pair-loss.ts'

export interface PosWeightedOptions {
  readonly reduction: Reduction
}

interface Residual {
  readonly one: Slot
  /** 1 - t */
  readonly rest: Slot
  /** w - 1 */
  readonly more: Slot
  /** 1 + (w - 1) t */
  readonly factor: Slot
  /** log(1 + exp(-x)) */
  readonly log: Slot
}

const name = 'posWeightedCrossEntropyWithLogits'
const zero = { f64: 0 } as const
const logits = binary.binaryCrossEntropyWithLogits

/** y = f(a, b); an operand of one element is repeated. */
function emitBinary(scope: Scope, f: number, a: Slot, b: Slot, y: Slot): Slot {
  scope.emit(op.BINARY, f, a, b, y, y.size, Number(a.size === 1), Number(b.size === 1), zero, zero)
  return y
}

/** Binary cross-entropy of logits x, targets t and weights w. What people are told about it: `posWeightedRecord`. */
export const posWeighted: Operator<PosWeightedOptions, never> =
  /* @__PURE__ */ reducedLoss<PosWeightedOptions, Residual>({
    name,
    check([x, , w]) {
      const missing = x!.length - w!.length
      if (missing >= 0 && w!.every((size, axis) => size === 1 || size === x![missing + axis])) return
      throw new ShapeError({
        what: 'posWeight does not stretch to the targets', where: name, got: w!, wanted: x!,
        hint: 'Give a number, or one for each element of the last axes.',
      })
    },
    forward(scope, [x, t, w], each) {
      const { size } = each
      const fresh = (f: number, a: Slot, b: Slot): Slot => emitBinary(scope, f, a, b, scope.temporary(size))
      const one = scope.temporary(1)
      scope.emit(op.FILL, one, 1, { f64: 1 })
      // As the kernel takes them: one for each element, or one.
      const weights = w!.size === 1 || w!.size === size ? w! : scope.temporary(size)
      if (weights !== w) emitExpand(scope, weights, w!, x!.shape)
      const rest = fresh(binary.sub, one, t!)
      const more = fresh(binary.sub, weights, one)
      const factor = fresh(binary.add, one, fresh(binary.mul, more, t!))
      const log = fresh(logits, x!, one)
      emitBinary(scope, binary.add, fresh(binary.mul, rest, x!), fresh(binary.mul, factor, log), each)
      return { one, rest, more, factor, log }
    },
    backward(scope, [x, t], { size }, dEach, [dx, dt, dw], _, { one, rest, more, factor, log }) {
      const times = (a: Slot, b: Slot, y = scope.temporary(size)): Slot => emitBinary(scope, binary.mul, a, b, y)
      if (dx != null) {
        const part = scope.temporary(size)
        const dLog = times(dEach, factor)
        scope.emit(op.BINARY_BACKWARD, logits, 0, x!, one, log, dLog, part, size, 0, Number(size > 1), zero, zero)
        emitBinary(scope, binary.add, part, times(dEach, rest), dx)
      }
      if (dt != null) {
        times(dEach, emitBinary(scope, binary.sub, times(more, log), x!, scope.temporary(size)), dt)
      }
      if (dw != null) {
        const whole = dw.size === size ? dw : scope.temporary(size)
        times(times(dEach, log), t!, whole)
        if (whole !== dw) emitCollapse(scope, dw, whole, x!.shape)
      }
    },
  })
