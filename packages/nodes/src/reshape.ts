import { apply, denseNode, type Node } from '@eddy/graph'
import * as op from '@eddy/kernels/op'
import { formatShape, type Shape, ShapeError, sizeOf } from '@eddy/tensor'
import { checkList } from './check-list.ts'
import type { Values } from './layer.ts'
import { defineRecord } from './record.ts'

export const reshapeRecord = /* @__PURE__ */ defineRecord<{ readonly shape: Shape }>({
  name: 'reshape',
  docs: {
    summary: 'The same elements in the same order under another shape.',
    formula: 'y = x, row-major', gradient: 'dx = dy', shapes: 'any -> any of the same size; one axis may be -1',
  },
  shape([x], { shape }) {
    const size = sizeOf(x!)
    const known = sizeOf(shape.filter((length) => length !== -1))
    const free = shape.filter((length) => length === -1).length
    const full = shape.map((length) => (length === -1 ? size / known : length))
    const whole = full.every((length) => Number.isInteger(length) && length >= 0)
    if (free <= 1 && whole && sizeOf(full) === size) return full
    throw new ShapeError({
      what: `${size} elements do not fill ${formatShape(shape)}`, where: 'reshape', got: x!, wanted: shape,
      hint: 'The product of the lengths must stay the same; at most one may be -1, which is worked out.',
    })
  },
  forward(scope, { inputs: [x], output }) {
    scope.emit(op.COPY, output, x!, output.size)
  },
  backward(scope, { gradient, inputGradients: [dx] }) {
    if (dx != null) scope.emit(op.COPY, dx, gradient, dx.size)
  },
  samples: () => ([
    [[6], [2, 3]], [[2, 3], [-1]], [[1], []], [[], [1, 1]], [[4, 5], [2, -1, 2]], [[0, 3], [3, 0]],
  ] as const)
    .map(([from, shape]) => ({ options: { shape }, inputs: [{ shape: from }] })),
})

/** The shape that was asked for, mutable; an axis of -1 is worked out at run time. */
type Written<S extends Shape> = { -readonly [K in keyof S]: S[K] extends -1 ? number : S[K] }

/**
 * A layer that gives the elements another shape; one axis may be -1. `reshape([n])` also tells the compiler a length.
 * Formula: y = x, row-major. Backward: dx = dy.
 * @throws ShapeError when the number of elements differs.
 * @example value([[1, 2], [3, 4]]).pipe(reshape([4])) // [1, 2, 3, 4]
 */
export function reshape<const T extends Shape>(shape: T): (x: Values<Shape>) => Node<Written<T>> {
  checkList(shape, 'reshape', 'lengths')
  const label = `reshape(${formatShape(shape)})`
  return (x) => apply(reshapeRecord, [denseNode(x, label)], { shape: [...shape] }, { label })
}
