import { apply, denseNode, type Node, type Scope, type Slot } from '@eddy/graph'
import * as op from '@eddy/kernels/op'
import { checkOptions, formatShape, type Shape, ShapeError, stridesOf } from '@eddy/tensor'
import { axisOf, viewAxes } from './axis.ts'
import { checkFlags, checkNumbers } from './check-values.ts'
import type { Values } from './layer.ts'
import type { SameRank } from './rearrangements.ts'
import { defineRecord } from './record.ts'

interface AxisOptions {
  readonly axis: number
}

/** Emits a gather from, or a scatter into, `whole` along an axis: one element of `part` for each element of `shape`. */
function emitIndexed(
  scope: Scope, direction: 'gather' | 'scatter', whole: Slot, index: Slot, part: Slot, shape: Shape,
  indexStrides: readonly number[], axis: number,
): void {
  const strides = stridesOf(whole.shape)
  const axes = shape.flatMap((size, k) => [size, k === axis ? 0 : strides[k]!, indexStrides[k]!])
  const opcode = direction === 'gather' ? op.GATHER : op.SCATTER
  scope.emit(opcode, whole, index, part, index.size, whole.shape[axis]!, strides[axis]!, shape.length, ...axes)
}

/** @throws ShapeError when the index is longer than x along another axis. */
function checkIndex(x: Shape, index: Shape, axis: number, where: string): void {
  if (index.length === x.length && index.every((length, k) => k === axis || length <= x[k]!)) return
  throw new ShapeError({
    what: 'the index does not lie within the values', where, got: index,
    wanted: `at most ${formatShape(x)} except at axis ${axis}`, hint: 'Give one index for each element of the result.',
  })
}

const indexed = [
  [[3], 0, [1]], [[1], 0, [1]], [[5], -1, [19]], [[3, 4], 0, [2, 3]], [[3, 4], 1, [3, 6]], [[2, 3, 2], 1, [2, 4, 1]],
  [[2, 3], 0, [0, 2]],
] as const

export const gatherRecord = /* @__PURE__ */ defineRecord<AxisOptions>({
  name: 'gather',
  docs: {
    summary: 'Elements picked along an axis by number.',
    formula: 'y[i, j, ..] = x[index[i, j, ..], j, ..] for axis 0, likewise for others',
    gradient: 'dx = 0, then dx[index[i, j, ..], j, ..] += dy[i, j, ..] in order; the index has none',
    shapes: 'x, index of the same rank and not longer except at the axis -> the shape of the index',
  },
  shape([x, index], options) {
    checkIndex(x!, index!, axisOf(x!, options.axis, 'gather'), 'gather')
    return index!
  },
  differentiable: (port) => port === 0,
  forward(scope, { inputs: [x, index], output, options }) {
    const axis = axisOf(x!.shape, options.axis, 'gather')
    emitIndexed(scope, 'gather', x!, index!, output, output.shape, stridesOf(output.shape), axis)
  },
  backward(scope, { inputs: [x, index], gradient, inputGradients: [dx], options }) {
    if (dx == null) return
    const axis = axisOf(x!.shape, options.axis, 'gather')
    const into = { ...dx, shape: x!.shape }
    scope.emit(op.FILL, dx, dx.size, { f64: 0 })
    emitIndexed(scope, 'scatter', into, index!, gradient, index!.shape, stridesOf(index!.shape), axis)
  },
  samples: () => indexed.map(([shape, axis, index]) => ({
    options: { axis }, inputs: [{ shape }, { shape: index, below: shape.at(axis)! }],
  })),
})

export const scatterAddRecord = /* @__PURE__ */ defineRecord<AxisOptions>({
  name: 'scatterAdd',
  docs: {
    summary: 'Adds elements to numbered places along an axis.',
    formula: 'y = x, then y[index[i, j, ..], j, ..] += s[i, j, ..] in order, for axis 0, likewise for others',
    gradient: 'dx = dy; ds[i, j, ..] = dy[index[i, j, ..], j, ..]; the index has none',
    shapes: 'x, index, s of the shape of the index, of the same rank as x and not longer except at the axis -> x',
  },
  shape([x, index, source], options) {
    checkIndex(x!, index!, axisOf(x!, options.axis, 'scatterAdd'), 'scatterAdd')
    if (source!.join() === index!.join()) return x!
    throw new ShapeError({
      what: 'there must be one index for each element that is added', where: 'scatterAdd', got: source!,
      wanted: index!, hint: 'Slice or expand one of them.',
    })
  },
  differentiable: (port) => port !== 1,
  forward(scope, { inputs: [x, index, source], output, options }) {
    const axis = axisOf(x!.shape, options.axis, 'scatterAdd')
    scope.emit(op.COPY, output, x!, output.size)
    emitIndexed(scope, 'scatter', output, index!, source!, index!.shape, stridesOf(index!.shape), axis)
  },
  backward(scope, { inputs: [x, index], gradient, inputGradients: [dx, , ds], options }) {
    const axis = axisOf(x!.shape, options.axis, 'scatterAdd')
    if (dx != null) scope.emit(op.COPY, dx, gradient, dx.size)
    if (ds == null) return
    const from = { ...gradient, shape: x!.shape }
    emitIndexed(scope, 'gather', from, index!, ds, index!.shape, stridesOf(index!.shape), axis)
  },
  samples: () => indexed.map(([shape, axis, index]) => ({
    options: { axis }, inputs: [{ shape }, { shape: index, below: shape.at(axis)! }, { shape: index }],
  })),
})

export const indexSelectRecord = /* @__PURE__ */ defineRecord<AxisOptions>({
  name: 'indexSelect',
  docs: {
    summary: 'Slices along an axis picked by number.',
    formula: 'y[k, ..] = x[index_k, ..] for axis 0, likewise for others',
    gradient: 'dx = 0, then dx[index_k, ..] += dy[k, ..] in order; the index has none',
    shapes: 'x of rank >= 1, index [n] -> x with n at the axis',
  },
  shape([x, index], options) {
    const axis = axisOf(x!, options.axis, 'indexSelect')
    if (index!.length === 1) return x!.map((length, k) => (k === axis ? index![0]! : length))
    throw new ShapeError({
      what: 'the index is no list', where: 'indexSelect', got: index!, wanted: '[n]',
      hint: 'Reshape it, or use gather.',
    })
  },
  differentiable: (port) => port === 0,
  forward(scope, { inputs: [x, index], output, options }) {
    const axis = axisOf(x!.shape, options.axis, 'indexSelect')
    const { outer, n, inner } = viewAxes(x!.shape, axis)
    const whole = { ...x!, shape: [outer, n, inner] }
    emitIndexed(scope, 'gather', whole, index!, output, [outer, index!.size, inner], [0, 1, 0], 1)
  },
  backward(scope, { inputs: [x, index], gradient, inputGradients: [dx], options }) {
    if (dx == null) return
    const { outer, n, inner } = viewAxes(x!.shape, axisOf(x!.shape, options.axis, 'indexSelect'))
    scope.emit(op.FILL, dx, dx.size, { f64: 0 })
    const whole = { ...dx, shape: [outer, n, inner] }
    emitIndexed(scope, 'scatter', whole, index!, gradient, [outer, index!.size, inner], [0, 1, 0], 1)
  },
  samples: () => ([
    [[1], 0, [1]], [[5], 0, [9]], [[3, 4], 1, [2]], [[2, 3, 2], -2, [4]], [[2, 3], 1, [0]],
  ] as const).map(([shape, axis, index]) => ({
    options: { axis }, inputs: [{ shape }, { shape: index, below: shape.at(axis)! }],
  })),
})

export interface TopkOptions extends AxisOptions {
  readonly k: number
  readonly largest: boolean
}

export const topkRecord = /* @__PURE__ */ defineRecord<TopkOptions, { readonly index: Slot }>({
  name: 'topk',
  docs: {
    summary: 'The k largest, or smallest, elements along an axis, best first.',
    formula: 'y_j = the j-th best x_i; of equal ones the first comes first',
    gradient: 'dx = dy at the chosen places, else 0',
    shapes: 'any of rank >= 1 -> the same with k at the axis',
  },
  shape([x], { axis: given, k }) {
    const axis = axisOf(x!, given, 'topk')
    if (Number.isInteger(k) && k >= 0 && k <= x![axis]!) return x!.map((length, i) => (i === axis ? k : length))
    throw new ShapeError({
      what: `cannot choose ${k} of ${x![axis]} elements`, where: 'topk', got: x!,
      wanted: `at least ${k} at axis ${axis}`,
      hint: 'Choose fewer.',
    })
  },
  forward(scope, { inputs: [x], output, options: { axis, k, largest } }) {
    const { outer, n, inner } = viewAxes(x!.shape, axisOf(x!.shape, axis, 'topk'))
    const index = scope.temporary(output.size)
    scope.emit(op.TOP, largest ? 1 : 0, x!, index, outer, n, inner, k)
    const shape = [outer, k, inner]
    emitIndexed(scope, 'gather', { ...x!, shape: [outer, n, inner] }, index, output, shape, stridesOf(shape), 1)
    return { index }
  },
  backward(scope, { inputs: [x], gradient, inputGradients: [dx], options: { axis, k }, residual: { index } }) {
    if (dx == null) return
    const { outer, n, inner } = viewAxes(x!.shape, axisOf(x!.shape, axis, 'topk'))
    const shape = [outer, k, inner]
    scope.emit(op.FILL, dx, dx.size, { f64: 0 })
    emitIndexed(scope, 'scatter', { ...dx, shape: [outer, n, inner] }, index, gradient, shape, stridesOf(shape), 1)
  },
  samples: () => ([
    [[1], 0, 1], [[5], 0, 2], [[2, 3], 0, 1], [[2, 7], 1, 7], [[2, 3, 2], 1, 2], [[3], 0, 0],
  ] as const).flatMap(([shape, axis, k]) => [true, false].map((largest) => ({
    options: { axis, k, largest }, inputs: [{ shape }], apart: true as const,
  }))),
})

/**
 * Picks elements along an axis by number.
 * Formula: y[i, j, ..] = x[index[i, j, ..], j, ..] for axis 0, likewise for others.
 * Gradient: dx = 0, then dx[index[i, j, ..], j, ..] += dy[i, j, ..] in order; the index has none.
 * Shapes: x, index of the same rank and not longer except at the axis -> the shape of the index.
 * Errors: ShapeError when the index does not lie within x; an event with a number outside the axis is rejected.
 * @example gather(value([[1, 2], [3, 4]]), 1, value([[1], [0]])) // [2, 3]
 */
export function gather<I extends Shape>(x: Values<Shape>, axis: number, index: Values<I>): Node<I> {
  return apply(gatherRecord, [denseNode(x, 'gather'), denseNode(index, 'gather')], { axis })
}

/**
 * Adds `source` to numbered places of x along an axis.
 * Formula: y = x, then y[index[i, j, ..], j, ..] += s[i, j, ..] in order, for axis 0, likewise for others.
 * Gradient: dx = dy; ds[i, j, ..] = dy[index[i, j, ..], j, ..]; the index has none.
 * Shapes: x, index, s of the shape of the index, of the same rank as x and not longer except at the axis -> x.
 * Errors: ShapeError when the shapes do not fit; an event with a number outside the axis is rejected.
 * @example scatterAdd(value([1, 2]), 0, value([1, 1]), value([10, 20])) // [1, 32]
 */
export function scatterAdd<S extends Shape>(
  x: Values<S>, axis: number, index: Values<Shape>, source: Values<Shape>,
): Node<S> {
  const inputs = [x, index, source].map((input) => denseNode(input as Values<Shape>, 'scatterAdd'))
  return apply(scatterAddRecord, inputs, { axis })
}

/**
 * Picks slices along an axis by number.
 * Formula: y[k, ..] = x[index_k, ..] for axis 0, likewise for others.
 * Gradient: dx = 0, then dx[index_k, ..] += dy[k, ..] in order; the index has none.
 * Shapes: x of rank >= 1, index [n] -> x with n at the axis.
 * Errors: ShapeError when the index is no list; an event with a number outside the axis is rejected.
 * @example indexSelect(value([1, 2, 3]), 0, value([2, 0, 2])) // [3, 1, 3]
 */
export function indexSelect<S extends Shape>(
  x: Values<S>, axis: number, index: Values<readonly [number]> | Values<[number]>,
): Node<SameRank<S>> {
  const inputs = [denseNode(x, 'indexSelect'), denseNode(index as Values<[number]>, 'indexSelect')]
  return apply(indexSelectRecord, inputs, { axis })
}

/**
 * A layer that keeps the k largest elements along an axis, best first.
 * Formula: y_j = the j-th best x_i; of equal ones the first comes first.
 * Gradient: dx = dy at the chosen places, else 0.
 * Shapes: any of rank >= 1 -> the same with k at the axis.
 * @throws ShapeError when there are fewer than k.
 * @example value([1, 5, 2]).pipe(topk(2)) // [5, 2]
 */
export function topk(
  k: number, options: { readonly axis?: number; readonly largest?: boolean } = {},
): <S extends Shape>(x: Values<S>) => Node<SameRank<S>> {
  const label = `topk(${k})`
  checkOptions(label, options, ['axis', 'largest'])
  const { axis = -1, largest = true } = options
  checkNumbers(label, { axis }, { integer: true })
  checkFlags(label, { largest })
  return (x) => apply(topkRecord, [denseNode(x, label)], { axis, k, largest }, { label })
}
