import { apply, type Node, type Operandish, type Slot } from '@eddy/graph'
import { binary } from '@eddy/kernels'
import * as op from '@eddy/kernels/op'
import { broadcastShapes, type Shape } from '@eddy/tensor'
import { add, operandNode } from './arithmetic.ts'
import { emitCollapse, emitExpand } from './broadcast.ts'
import { compositeRecord } from './composite.ts'
import { defineRecord, type NodeRecord } from './record.ts'

const nothing = [{ f64: 0 }, { f64: 0 }] as const

/** Elements chosen by a mask, stretched to one shape. */
function chooseRecord(name: 'keepIf' | 'dropIf'): NodeRecord<null> {
  const kept = name === 'keepIf' ? 'mask is not 0' : 'mask is 0'
  return defineRecord<null, { readonly mask: Slot }>({
    name,
    docs: {
      summary: `The elements where the ${kept}; zeros elsewhere.`, formula: `y = x where ${kept}, else 0`,
      gradient: `dx = dy where ${kept}, else 0; the mask has none`, shapes: 'x, mask -> the shape both stretch to',
    },
    shape: ([x, mask]) => broadcastShapes(x!, mask!, name),
    differentiable: (port) => port === 0,
    forward(scope, { inputs, output }) {
      const [x, mask] = inputs.map((slot) => {
        if (slot.size === output.size) return slot
        const whole = scope.temporary(output.size)
        emitExpand(scope, whole, slot, output.shape)
        return whole
      })
      scope.emit(op.BINARY, binary[name], x!, mask!, output, output.size, 0, 0, ...nothing)
      return { mask: mask! }
    },
    backward(scope, { inputs: [x], output, gradient, inputGradients: [dx], residual: { mask } }) {
      if (dx == null) return
      const whole = x!.size === output.size ? dx : scope.temporary(output.size)
      // The derivative of a choice is the same choice.
      scope.emit(op.BINARY, binary[name], gradient, mask, whole, output.size, 0, 0, ...nothing)
      if (whole !== dx) emitCollapse(scope, dx, whole, output.shape)
    },
    samples: () => ([
      [[], []], [[1], [1]], [[5], [5]], [[2, 3], [3]], [[3], [2, 3]], [[19], [1]], [[2, 0], [2, 1]],
    ] as const).map(([shape, mask]) => ({ options: null, inputs: [{ shape }, { shape: mask, below: 2 }] })),
  })
}

export const keepIfRecord = /* @__PURE__ */ chooseRecord('keepIf')
export const dropIfRecord = /* @__PURE__ */ chooseRecord('dropIf')

/** Comparisons of two operands: 1 where they hold, else 0. */
function compareRecord(name: 'equal' | 'less'): NodeRecord<null> {
  const sign = name === 'equal' ? '=' : '<'
  return defineRecord<null>({
    name,
    docs: {
      summary: `1 where a ${sign} b, else 0.`, formula: `y = [a ${sign} b]`, gradient: 'none',
      shapes: 'a, b -> the shape both stretch to',
    },
    shape: ([a, b]) => broadcastShapes(a!, b!, name),
    differentiable: () => false,
    forward(scope, { inputs, output }) {
      const [a, b] = inputs.map((slot) => {
        if (slot.size === output.size) return slot
        const whole = scope.temporary(output.size)
        emitExpand(scope, whole, slot, output.shape)
        return whole
      })
      scope.emit(op.BINARY, binary[name], a!, b!, output, output.size, 0, 0, ...nothing)
    },
    backward() {},
    samples: () => ([[[], []], [[5], [5]], [[2, 1], [3]], [[19], []], [[0], [1]]] as const).map(([a, b]) => ({
      options: null, inputs: [{ shape: a, below: 3 }, { shape: b, below: 3 }],
    })),
  })
}

export const equalRecord = /* @__PURE__ */ compareRecord('equal')
export const lessRecord = /* @__PURE__ */ compareRecord('less')

export const whereRecord = /* @__PURE__ */ compositeRecord<null>({
  name: 'where',
  docs: {
    summary: 'One value or the other, element by element.', formula: 'y = a where the condition is not 0, else b',
    gradient: 'da = dy where the condition is not 0, db = dy elsewhere; summed over axes that were stretched',
    shapes: 'condition, a, b -> the shape all three stretch to',
  },
  build: ([condition, a, b]) =>
    add(apply(keepIfRecord, [a!, condition!], null), apply(dropIfRecord, [b!, condition!], null)),
  differentiable: (port) => port > 0,
  samples: () => ([
    [[], [], []], [[1], [1], [1]], [[5], [5], [5]], [[2, 3], [3], []], [[3], [2, 1], [2, 3]], [[0], [0], [1]],
  ] as const).map(([condition, a, b]) => ({
    options: null, inputs: [{ shape: condition, below: 2 }, { shape: a }, { shape: b }],
  })),
})

/**
 * The operands below are nodes, tensors or numbers; their shapes stretch by NumPy's rule.
 * Errors: ShapeError when they do not fit; GraphError for sparse pairs.
 */

/**
 * 1 where a = b, else 0; no gradient.
 * Formula: y = [a = b]. Gradient: none.
 * Shapes: a, b -> the shape both stretch to.
 * @example equal(value([1, 2]), 2) // [0, 1]
 */
export function equal(a: Operandish, b: Operandish): Node<Shape> {
  return apply(equalRecord, [operandNode(a, 'equal'), operandNode(b, 'equal')], null)
}

/**
 * 1 where a < b, else 0; no gradient.
 * Formula: y = [a < b]. Gradient: none.
 * Shapes: a, b -> the shape both stretch to.
 * @example less(value([1, 2]), 2) // [1, 0]
 */
export function less(a: Operandish, b: Operandish): Node<Shape> {
  return apply(lessRecord, [operandNode(a, 'less'), operandNode(b, 'less')], null)
}

/**
 * `a` where the condition is not 0, else `b`.
 * Formula: y = a where the condition is not 0, else b.
 * Gradient: da = dy where the condition is not 0, db = dy elsewhere; summed over axes that were stretched.
 * Shapes: condition, a, b -> the shape all three stretch to.
 * @example where(value([1, 0]), value([5, 6]), -1) // [5, -1]
 */
export function where(condition: Operandish, a: Operandish, b: Operandish): Node<Shape> {
  return apply(whereRecord, [condition, a, b].map((operand) => operandNode(operand, 'where')), null)
}

/**
 * `value` where the mask is not 0, else the element itself.
 * Gradient: dx = dy where the mask is 0, else 0.
 * Shapes: x, mask -> the shape both stretch to.
 * @example maskedFill(value([5, 6]), value([1, 0]), -1) // [-1, 6]
 */
export function maskedFill(x: Operandish, mask: Operandish, value: number): Node<Shape> {
  const inputs = [mask, value, x].map((operand) => operandNode(operand, 'maskedFill'))
  return apply(whereRecord, inputs, null, { label: 'maskedFill' })
}
