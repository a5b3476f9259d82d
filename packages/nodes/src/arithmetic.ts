import {
  type AnyNode, apply, constant, denseNode, type Node, type Operandish, type Operator, type Slot,
} from '@eddy/graph'
import { binary } from '@eddy/kernels'
import * as op from '@eddy/kernels/op'
import { broadcastShapes, scalar, Tensor } from '@eddy/tensor'
import { emitCollapse, emitExpand } from './broadcast.ts'
import type { Broadcast, Fits, ShapeOf } from './broadcast-types.ts'
import { defineRule } from './record.ts'

/** The elementwise functions of two operands. What people are told about them stands in `arithmetic-records.ts`. */
export type Arithmetic = 'add' | 'atan2' | 'div' | 'maximum' | 'minimum' | 'mul' | 'pow' | 'sub'

/** Whether one element stands for all of the output. */
function isScalar(operand: Slot, output: Slot): number {
  return operand.size === 1 && output.size !== 1 ? 1 : 0
}

/** The operands as the kernel takes them: of the output's size, or one element; others are expanded first. */
interface Operands {
  readonly a: Slot
  readonly b: Slot
}

const zero = { f64: 0 } as const

export function arithmeticOperator(name: Arithmetic): Operator<null, never> {
  const f = binary[name]
  return defineRule<null, Operands>({
    name,
    shape: ([a, b]) => broadcastShapes(a!, b!, name),
    forward(scope, { inputs, output }) {
      const [a, b] = inputs.map((slot) => {
        if (slot.size === output.size || slot.size === 1) return slot
        const whole = scope.temporary(output.size)
        emitExpand(scope, whole, slot, output.shape)
        return whole
      }) as [Slot, Slot]
      scope.emit(op.BINARY, f, a, b, output, output.size, isScalar(a, output), isScalar(b, output), zero, zero)
      return { a, b }
    },
    backward(scope, { inputs, output, gradient, inputGradients, residual: { a, b } }) {
      const flags = [isScalar(a, output), isScalar(b, output)]
      inputGradients.forEach((dx, port) => {
        if (dx === null) return
        const whole = [a, b][port] === inputs[port] ? dx : scope.temporary(output.size)
        scope.emit(op.BINARY_BACKWARD, f, port, a, b, output, gradient, whole, output.size, ...flags, zero, zero)
        if (whole !== dx) emitCollapse(scope, dx, whole, output.shape)
      })
    },
  })
}

/** The operand as a node. @throws GraphError for sparse pairs, and for what is no operand. */
export function operandNode(operand: Operandish, label: string): AnyNode {
  // In f64, so that a number keeps all its bits in an f64 run.
  const node = typeof operand === 'number' ? constant(scalar(operand, 'f64'))
    : operand instanceof Tensor ? constant(operand) : operand
  return denseNode(node, label)
}

function combine<A extends Operandish, B extends Operandish>(
  name: Arithmetic, a: A, b: B,
): Node<Broadcast<ShapeOf<A>, ShapeOf<B>>> {
  return apply(arithmeticOperator(name), [operandNode(a, name), operandNode(b, name)], null)
}

/**
 * The functions below take two operands, each a node, a tensor or a number, and work on every pair of elements.
 * Shapes stretch by NumPy's rule, in types as at run time: aligned at the last axis, lengths must be equal or 1.
 * Formulas and gradients stand in the table of `arithmetic-records.ts`.
 * Errors: a compile error and a ShapeError when the shapes do not fit; GraphError for sparse pairs.
 */

/**
 * a + b for every pair of elements.
 * Formula: y = a + b. Gradient: da = dy, db = dy; summed over the axes an operand was stretched along.
 * Shapes: a, b -> the shape both stretch to (NumPy broadcasting).
 * @example add(value([1, 2]), value([10, 20])) // [11, 22]
 */
export function add<A extends Operandish, B extends Operandish>(
  a: A, b: B & Fits<A, B>,
): Node<Broadcast<ShapeOf<A>, ShapeOf<B>>> {
  return combine('add', a, b)
}

/**
 * The angle of the point (b, a), in radians, for every pair of elements.
 * Formula: y = the angle of the point (b, a).
 * Gradient: da = dy b / (a^2 + b^2), db = -dy a / (a^2 + b^2); summed over the axes an operand was stretched along.
 * Shapes: a, b -> the shape both stretch to (NumPy broadcasting).
 * @example atan2(value([1]), value([1])) // [0.7853982]
 */
export function atan2<A extends Operandish, B extends Operandish>(
  a: A, b: B & Fits<A, B>,
): Node<Broadcast<ShapeOf<A>, ShapeOf<B>>> {
  return combine('atan2', a, b)
}

/**
 * a / b for every pair of elements.
 * Formula: y = a / b. Gradient: da = dy / b, db = -dy y / b; summed over the axes an operand was stretched along.
 * Shapes: a, b -> the shape both stretch to (NumPy broadcasting).
 * @example div(value([1, 3]), 2) // [0.5, 1.5]
 */
export function div<A extends Operandish, B extends Operandish>(
  a: A, b: B & Fits<A, B>,
): Node<Broadcast<ShapeOf<A>, ShapeOf<B>>> {
  return combine('div', a, b)
}

/**
 * The larger of every pair of elements.
 * Formula: y = the larger of a and b.
 * Gradient: dy to the larger, half to each of two equal; summed over the axes an operand was stretched along.
 * Shapes: a, b -> the shape both stretch to (NumPy broadcasting).
 * @example maximum(value([1, 5]), value([4, 2])) // [4, 5]
 */
export function maximum<A extends Operandish, B extends Operandish>(
  a: A, b: B & Fits<A, B>,
): Node<Broadcast<ShapeOf<A>, ShapeOf<B>>> {
  return combine('maximum', a, b)
}

/**
 * The smaller of every pair of elements.
 * Formula: y = the smaller of a and b.
 * Gradient: dy to the smaller, half to each of two equal; summed over the axes an operand was stretched along.
 * Shapes: a, b -> the shape both stretch to (NumPy broadcasting).
 * @example minimum(value([1, 5]), value([4, 2])) // [1, 2]
 */
export function minimum<A extends Operandish, B extends Operandish>(
  a: A, b: B & Fits<A, B>,
): Node<Broadcast<ShapeOf<A>, ShapeOf<B>>> {
  return combine('minimum', a, b)
}

/**
 * a times b for every pair of elements.
 * Formula: y = a b. Gradient: da = dy b, db = dy a; summed over the axes an operand was stretched along.
 * Shapes: a, b -> the shape both stretch to (NumPy broadcasting).
 * @example mul(0.5, value([1, 2])) // [0.5, 1]
 */
export function mul<A extends Operandish, B extends Operandish>(
  a: A, b: B & Fits<A, B>,
): Node<Broadcast<ShapeOf<A>, ShapeOf<B>>> {
  return combine('mul', a, b)
}

/** `pow` for an exponent that is a node or a tensor; see `pow`. */
export function power<A extends Operandish, B extends Operandish>(
  a: A, b: B,
): Node<Broadcast<ShapeOf<A>, ShapeOf<B>>> {
  return combine('pow', a, b)
}

/**
 * a - b for every pair of elements.
 * Formula: y = a - b. Gradient: da = dy, db = -dy; summed over the axes an operand was stretched along.
 * Shapes: a, b -> the shape both stretch to (NumPy broadcasting).
 * @example sub(value([[1, 2], [3, 4]]), value([1, 1])) // [0, 1, 2, 3]
 */
export function sub<A extends Operandish, B extends Operandish>(
  a: A, b: B & Fits<A, B>,
): Node<Broadcast<ShapeOf<A>, ShapeOf<B>>> {
  return combine('sub', a, b)
}
