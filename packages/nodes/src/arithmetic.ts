import { type AnyNode, apply, constant, GraphError, type Node, type Operandish, type Slot, toNode } from '@eddy/graph'
import { binary, op } from '@eddy/kernels'
import { broadcastShapes, scalar } from '@eddy/tensor'
import { emitCollapse, emitExpand } from './broadcast.ts'
import type { Broadcast, Fits, ShapeOf } from './broadcast-types.ts'
import { defineRecord, edgeLengths, type NodeRecord, type Sample } from './record.ts'

interface Row {
  readonly formula: string
  readonly gradient: string
  /** Ranges of a and b in the tests. */
  readonly ranges?: readonly [readonly [number, number], readonly [number, number]]
  readonly apart?: true
}

const positive = [0.3, 3] as const

/** The elementwise functions of two operands. */
const rows = {
  add: { formula: 'a + b', gradient: 'da = dy, db = dy' },
  atan2: { formula: 'the angle of the point (b, a)', gradient: 'da = dy b / (a^2 + b^2), db = -dy a / (a^2 + b^2)',
    ranges: [[-2, 2], positive] },
  div: { formula: 'a / b', gradient: 'da = dy / b, db = -dy y / b', ranges: [[-2, 2], positive] },
  maximum: { formula: 'the larger of a and b', gradient: 'dy to the larger, half to each of two equal', apart: true },
  minimum: { formula: 'the smaller of a and b', gradient: 'dy to the smaller, half to each of two equal', apart: true },
  mul: { formula: 'a b', gradient: 'da = dy b, db = dy a' },
  pow: { formula: 'a^b', gradient: 'da = dy b a^(b - 1), db = dy y log(a)', ranges: [positive, [-2, 2]] },
  sub: { formula: 'a - b', gradient: 'da = dy, db = -dy' },
} satisfies Partial<Readonly<Record<keyof typeof binary, Row>>>

type Arithmetic = keyof typeof rows

const shapes: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[], []], [[5], []], [[], [5]], [[2, 3], [2, 3]], [[19], [19]], [[0], []], [[2, 0], [2, 1]], [[2, 3], [3]],
  [[3, 1], [4, 1, 2]],
  [[1], [2, 1]], [[2, 3], [2, 1]], ...edgeLengths.map((n) => [[n], [n]] as const),
]

function samplesOf(row: Row): readonly Sample<null>[] {
  return shapes.map(([a, b]) => ({
    options: null,
    inputs: [a, b].map((shape, port) => ({ shape, range: row.ranges?.[port] ?? ([-2, 2] as const) })),
    ...(row.apart === true ? { apart: true as const } : {}),
  }))
}

/** Whether one element stands for all of the output. */
function isScalar(operand: Slot, output: Slot): number {
  return operand.size === 1 && output.size !== 1 ? 1 : 0
}

/** The operands as the kernel takes them: of the output's size, or one element; others are expanded first. */
interface Operands {
  readonly a: Slot
  readonly b: Slot
}

function arithmeticRecord(name: Arithmetic): NodeRecord<null> {
  const f = binary[name]
  const row: Row = rows[name]
  return defineRecord<null, Operands>({
    name,
    docs: {
      summary: `${name}(a, b) for every pair of elements.`, formula: `y = ${row.formula}`,
      gradient: `${row.gradient}; summed over the axes an operand was stretched along`,
      shapes: 'a, b -> the shape both stretch to (NumPy broadcasting)',
    },
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
    samples: samplesOf(row),
  })
}

const zero = { f64: 0 } as const

export const arithmeticRecords = /* @__PURE__ */ Object.fromEntries(
  (Object.keys(rows) as Arithmetic[]).map((name) => [name, arithmeticRecord(name)]),
) as Readonly<Record<Arithmetic, NodeRecord<null>>>

/** The operand as a node. @throws GraphError for sparse pairs. */
export function operandNode(operand: Operandish, label: string): AnyNode {
  // In f64, so that a number keeps all its bits in an f64 run.
  const node = typeof operand === 'number' ? constant(scalar(operand, 'f64')) : toNode(operand)
  if (node.pairs === 0) return node
  throw new GraphError(`needs dense values, got the sparse pairs of ${node.label}`, label, 'Put densify() before it')
}

function combine<A extends Operandish, B extends Operandish>(
  name: Arithmetic, a: A, b: B,
): Node<Broadcast<ShapeOf<A>, ShapeOf<B>>> {
  return apply(arithmeticRecords[name], [operandNode(a, name), operandNode(b, name)], null)
}

/**
 * The functions below take two operands, each a node, a tensor or a number, and work on every pair of elements.
 * Shapes stretch by NumPy's rule, in types as at run time: aligned at the last axis, lengths must be equal or 1.
 * Formulas and gradients stand in the table above.
 * Errors: a compile error and a ShapeError when the shapes do not fit; GraphError for sparse pairs.
 */

/** @example add(value([1, 2]), value([10, 20])) // [11, 22] */
export function add<A extends Operandish, B extends Operandish>(
  a: A, b: B & Fits<A, B>,
): Node<Broadcast<ShapeOf<A>, ShapeOf<B>>> {
  return combine('add', a, b)
}

/** @example atan2(value([1]), value([1])) // [0.7853982] */
export function atan2<A extends Operandish, B extends Operandish>(
  a: A, b: B & Fits<A, B>,
): Node<Broadcast<ShapeOf<A>, ShapeOf<B>>> {
  return combine('atan2', a, b)
}

/** @example div(value([1, 3]), 2) // [0.5, 1.5] */
export function div<A extends Operandish, B extends Operandish>(
  a: A, b: B & Fits<A, B>,
): Node<Broadcast<ShapeOf<A>, ShapeOf<B>>> {
  return combine('div', a, b)
}

/** @example maximum(value([1, 5]), value([4, 2])) // [4, 5] */
export function maximum<A extends Operandish, B extends Operandish>(
  a: A, b: B & Fits<A, B>,
): Node<Broadcast<ShapeOf<A>, ShapeOf<B>>> {
  return combine('maximum', a, b)
}

/** @example minimum(value([1, 5]), value([4, 2])) // [1, 2] */
export function minimum<A extends Operandish, B extends Operandish>(
  a: A, b: B & Fits<A, B>,
): Node<Broadcast<ShapeOf<A>, ShapeOf<B>>> {
  return combine('minimum', a, b)
}

/** @example mul(0.5, value([1, 2])) // [0.5, 1] */
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

/** @example sub(value([[1, 2], [3, 4]]), value([1, 1])) // [0, 1, 2, 3] */
export function sub<A extends Operandish, B extends Operandish>(
  a: A, b: B & Fits<A, B>,
): Node<Broadcast<ShapeOf<A>, ShapeOf<B>>> {
  return combine('sub', a, b)
}
