import { apply, denseNode, type Node, type Scope, type Slot } from '@eddy/graph'
import * as op from '@eddy/kernels/op'
import { checkOptions, formatShape, sameShape, type Shape, ShapeError } from '@eddy/tensor'
import { axisOf, viewAxes } from './axis.ts'
import { emitStrided, slotAt } from './broadcast.ts'
import { checkList } from './check-list.ts'
import type { ConcatShape } from './concat-types.ts'
import type { Values } from './layer.ts'
import { defineRecord, edgeLengths } from './record.ts'

/** Copies `part` into, or out of, its place along the axis of `whole`, `before` steps from the start. */
function emitPart(
  scope: Scope, direction: 'in' | 'out', whole: Slot, part: Slot, shapes: readonly [whole: Shape, part: Shape],
  axis: number, before: number,
): void {
  const [all, own] = [viewAxes(shapes[0], axis), viewAxes(shapes[1], axis)]
  const place = slotAt(whole, before * all.inner)
  const run = own.n * own.inner
  const stride = all.n * all.inner
  if (own.outer === 1) scope.emit(op.COPY, ...(direction === 'in' ? [place, part] : [part, place]), run)
  else if (direction === 'in') emitStrided(scope, 'set', [own.outer, run], place, [stride, 1], part, [run, 1])
  else emitStrided(scope, 'set', [own.outer, run], part, [run, 1], place, [stride, 1])
}

/** Where along the axis each input starts. */
function startsOf(inputs: readonly Slot[], axis: number): number[] {
  let next = 0
  return inputs.map((slot) => (next += slot.shape[axis]!) - slot.shape[axis]!)
}

export const concatRecord = /* @__PURE__ */ defineRecord<{ readonly axis: number }>({
  name: 'concat',
  docs: {
    summary: 'Several values one after the other along an axis.',
    formula: 'y = [x_0, x_1, ...]', gradient: 'dx_k = the part of dy where x_k went',
    shapes: 'shapes that differ at the axis only -> its lengths added up',
  },
  shape(inputs, options) {
    const first = inputs[0]!
    const axis = axisOf(first, options.axis, 'concat')
    const rest = (shape: Shape): number[] => shape.filter((_, k) => k !== axis)
    for (const shape of inputs) {
      if (shape.length === first.length && sameShape(rest(shape), rest(first))) continue
      throw new ShapeError({
        what: `the shapes may differ at axis ${axis} only`, where: 'concat', got: shape,
        wanted: `${formatShape(first)} except at axis ${axis}`, hint: 'Reshape it first, or choose another axis.',
      })
    }
    return first.map((size, k) => (k === axis ? inputs.reduce((sum, shape) => sum + shape[axis]!, 0) : size))
  },
  forward(scope, { inputs, output, options }) {
    const axis = axisOf(output.shape, options.axis, 'concat')
    const starts = startsOf(inputs, axis)
    inputs.forEach((x, k) => emitPart(scope, 'in', output, x, [output.shape, x.shape], axis, starts[k]!))
  },
  backward(scope, { inputs, output, gradient, inputGradients, options }) {
    const axis = axisOf(output.shape, options.axis, 'concat')
    const starts = startsOf(inputs, axis)
    inputGradients.forEach((dx, k) => {
      if (dx !== null) emitPart(scope, 'out', gradient, dx, [output.shape, inputs[k]!.shape], axis, starts[k]!)
    })
  },
  samples: () => ([
    [0, [[2], [3]]], [0, [[1]]], [-1, [[5], [1], [4]]], [0, [[2, 3], [1, 3]]], [1, [[2, 3], [2, 1], [2, 5]]],
    [1, [[2, 3, 2], [2, 2, 2]]], [0, [[0], [3], [0]]], [1, [[2, 0], [2, 1]]],
    ...edgeLengths.map((n) => [0, [[n], [n]]] as const),
  ] as readonly (readonly [number, readonly (readonly number[])[]])[]).map(([axis, shapes]) => ({
    options: { axis }, inputs: shapes.map((shape) => ({ shape })),
  })),
})

/**
 * Puts nodes one after the other along an axis, by default the first.
 * Formula: y = [x_0, x_1, ...]. Gradient: dx_k = the part of dy where x_k went.
 * Shapes: literal lengths are added up in types, too: [2] and [3] -> [5].
 * @throws ShapeError when the shapes differ at another axis, or there is no such axis, or no node.
 * @example concat([value([1, 2]), value([3])]) // [1, 2, 3]
 */
export function concat<const L extends readonly Shape[], const A extends number = 0>(
  nodes: { readonly [K in keyof L]: Values<L[K]> }, options: { readonly axis?: A } = {},
): Node<ConcatShape<L, A>> {
  checkList(nodes, 'concat', 'nodes')
  checkOptions('concat', options, ['axis'])
  const inputs = nodes.map((node) => denseNode(node as Values<Shape>, 'concat'))
  if (inputs.length > 0) return apply(concatRecord, inputs, { axis: options.axis ?? 0 })
  throw new ShapeError({
    what: 'there is nothing to put together', where: 'concat', got: [], wanted: 'at least one node',
    hint: 'Give a list of nodes.',
  })
}
