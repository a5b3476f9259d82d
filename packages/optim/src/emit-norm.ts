import * as op from '@eddy/kernels/op'
import type { Gradient, Scope, UpdateTarget } from '@eddy/graph'
import { layoutOperands } from './layout-operands.ts'

/** Emits: the f64 cell = sum of squares over every element of every gradient, in the order of the targets. */
export function emitSquaredNorm(scope: Scope, targets: readonly UpdateTarget[], cell: number): void {
  scope.emit(op.NORM_BEGIN, cell)
  for (const { gradient, value } of targets) addSquares(scope, gradient, value.shape, cell)
}

function addSquares(scope: Scope, gradient: Gradient, shape: readonly number[], cell: number): void {
  switch (gradient.kind) {
    case 'dense':
      return scope.emit(op.NORM_DENSE, cell, gradient.slot, gradient.slot.size)
    case 'outer':
      return scope.emit(op.NORM_OUTER, cell, gradient.rows, gradient.rows.size, gradient.columns, gradient.columns.size)
    case 'rows': {
      const { gradient: row, pairs } = gradient
      return scope.emit(op.NORM_ROWS, cell, row, row.size, pairs, pairs.pairs)
    }
    case 'lookup': {
      const width = shape.slice(1).reduce((product, length) => product * length, 1)
      return scope.emit(op.NORM_LOOKUP, cell, gradient.gradient, width, gradient.index, gradient.index.size)
    }
  }
}

/** Kinds of MEASURE. */
export const measure = { magnitudes: 1, greatest: 2 } as const

/** Emits: the f64 cell = a measure of all gradients taken together. */
export function emitMeasure(
  scope: Scope, targets: readonly UpdateTarget[], cell: number, kind: (typeof measure)[keyof typeof measure],
): void {
  scope.emit(op.NORM_BEGIN, cell)
  for (const target of targets) {
    const [form, , ...rest] = layoutOperands(target, target.gradient)
    scope.emit(op.MEASURE, kind, cell, form!, ...rest)
  }
}
