import { apply, denseNode, type Node, type Scope, type Slot } from '@eddy/graph'
import { reduction } from '@eddy/kernels'
import * as binary from '@eddy/kernels/binary'
import * as unary from '@eddy/kernels/unary'
import * as op from '@eddy/kernels/op'
import { checkOptions, type Shape, ValueError } from '@eddy/tensor'
import { div, maximum } from './arithmetic.ts'
import { axisOf, type AxisView, viewAxes } from './axis.ts'
import { emitStrided } from './broadcast.ts'
import { checkFlags, checkNumbers } from './check-values.ts'
import { compositeRecord } from './composite.ts'
import type { SameShapeLayer, Values } from './layer.ts'
import { defineRecord } from './record.ts'
import type { ReducedShape } from './reduce-types.ts'

export interface NormOptions<A extends number | undefined = number | undefined, K extends boolean = boolean> {
  /** The axis; default: all elements. */
  readonly axis?: A
  /** Keep the reduced axis with length 1. Default false. */
  readonly keepDims?: K
  /** The exponent, at least 1; default 2. */
  readonly p?: number
}

interface NormRecordOptions {
  readonly p: number
  readonly axis: number | null
  readonly keepDims: boolean
}

/** A shape seen from one axis, or from all. */
export function viewOf(shape: Shape, axis: number | null, where: string): AxisView {
  return axis === null ? viewAxes(shape, 0, shape.length - 1) : viewAxes(shape, axisOf(shape, axis, where))
}

function reducedShape(shape: Shape, { axis: given, keepDims }: Omit<NormRecordOptions, 'p'>, where: string): number[] {
  const axis = given === null ? null : axisOf(shape, given, where)
  const gone = (k: number): boolean => axis === null || k === axis
  return keepDims ? shape.map((length, k) => (gone(k) ? 1 : length)) : shape.filter((_, k) => !gone(k))
}

function emitPower(scope: Scope, x: Slot, y: Slot, exponent: number): void {
  scope.emit(op.UNARY, unary.powScalar, x, y, y.size, { f64: exponent }, { f64: 0 })
}

/** Below this a norm counts as this, so that the gradient at 0 is 0. */
const tiny = { f32: 1.1754943508222875e-38, f64: 2.2250738585072014e-308 } as const
const nothing = [{ f64: 0 }, { f64: 0 }] as const

export const normRecord = /* @__PURE__ */ defineRecord<NormRecordOptions, { readonly sizes: Slot }>({
  name: 'norm',
  docs: {
    summary: 'The p-norm along an axis, or of all elements.', formula: 'y = (sum of |x_i|^p)^(1/p)',
    gradient: 'dx_i = dy sign(x_i) (|x_i| / y)^(p - 1); 0 where y is 0', shapes: 'any -> [], or without the axis',
  },
  shape: ([x], options) => reducedShape(x!, options, 'norm'),
  forward(scope, { inputs: [x], output, options: { axis, p } }) {
    const { outer, n, inner } = viewOf(x!.shape, axis, 'norm')
    const sizes = scope.temporary(x!.size)
    scope.emit(op.UNARY, unary.abs, x!, sizes, x!.size, ...nothing)
    let powers = sizes
    if (p !== 1) emitPower(scope, sizes, powers = scope.temporary(x!.size), p)
    scope.emit(op.REDUCE, reduction.sum, powers, output, outer, n, inner)
    if (p !== 1) emitPower(scope, output, output, 1 / p)
    return { sizes }
  },
  backward(scope, { inputs: [x], output, gradient, inputGradients: [dx], options: { axis, p }, residual: { sizes } }) {
    if (dx == null) return
    const { outer, n, inner } = viewOf(x!.shape, axis, 'norm')
    const [whole, repeated] = [[n * inner, inner, 1], [inner, 0, 1]]
    const spread = (from: Slot): Slot => {
      const to = scope.temporary(x!.size)
      emitStrided(scope, 'set', [outer, n, inner], to, whole, from, repeated)
      return to
    }
    const [least, norms] = [scope.temporary(1), scope.temporary(output.size)]
    scope.emit(op.FILL, least, 1, { f64: tiny[scope.dtype] })
    scope.emit(op.BINARY, binary.maximum, output, least, norms, output.size, 0, output.size === 1 ? 0 : 1, ...nothing)
    const ratio = spread(norms)
    scope.emit(op.BINARY, binary.div, sizes, ratio, ratio, x!.size, 0, 0, ...nothing)
    if (p !== 2) emitPower(scope, ratio, ratio, p - 1)
    const dSizes = spread(gradient)
    scope.emit(op.BINARY, binary.mul, dSizes, ratio, dSizes, x!.size, 0, 0, ...nothing)
    scope.emit(op.UNARY_BACKWARD, unary.abs, x!, sizes, dSizes, dx, x!.size, ...nothing)
  },
  samples: () => ([
    [[], null], [[1], 0], [[5], 0], [[19], null], [[2, 3], 0], [[2, 3], -1], [[2, 3, 2], 1], [[0, 3], 1],
  ] as const).flatMap(([shape, axis], k) => [1, 2, 3].map((p) => ({
    options: { p, axis, keepDims: k % 2 === 1 }, inputs: [{ shape, away: [0] }],
  }))),
})

export const normalizeRecord = /* @__PURE__ */ compositeRecord<NormRecordOptions & { readonly epsilon: number }>({
  name: 'normalize',
  docs: {
    summary: 'Divides by the norm along an axis.', formula: 'y = x / max(norm(x), epsilon)',
    gradient: 'of the formula', shapes: 'any of rank >= 1 -> the same',
  },
  build: ([x], { p, axis, epsilon }) => div(x!, maximum(apply(normRecord, [x!], { p, axis, keepDims: true }), epsilon)),
  samples: () => ([
    [[1], 0, 2], [[5], 0, 2], [[2, 3], 1, 2], [[3, 2], 0, 1], [[2, 3, 2], 1, 3], [[0, 3], 1, 2],
  ] as const)
    .map(([shape, axis, p]) => ({
      options: { p, axis, keepDims: true, epsilon: 1e-12 }, inputs: [{ shape, away: [0] }],
    })),
})

/** @throws ValueError for an exponent below 1, which makes no norm. */
function checkExponent(p: number, where: string): void {
  if (p >= 1 && Number.isFinite(p)) return
  throw new ValueError({
    what: 'this exponent makes no norm', where, got: p, wanted: 'a finite number >= 1', hint: 'Usual ones are 1 and 2.',
  })
}

/**
 * The p-norm of all elements or along an axis, p = 2 by default.
 * Formula: y = (sum of |x_i|^p)^(1/p). Gradient: dx_i = dy sign(x_i) (|x_i| / y)^(p - 1); 0 where y is 0.
 * Shapes: any -> [], or without the axis.
 * @throws ShapeError when there is no such axis; ValueError for p < 1.
 * @example norm(value([3, 4])) // 5
 */
export function norm<S extends Shape, const A extends number | undefined = undefined, K extends boolean = false>(
  x: Values<S>, options: NormOptions<A, K> = {},
): Node<ReducedShape<S, A, K>> {
  checkOptions('norm', options, ['axis', 'keepDims', 'p'])
  const { axis = null, keepDims = false, p = 2 } = options
  checkFlags('norm', { keepDims })
  checkExponent(p, 'norm')
  return apply(normRecord, [denseNode(x, 'norm')], { p, axis, keepDims })
}

export interface NormalizeOptions {
  /** The axis; default: the last. */
  readonly axis?: number
  /** The exponent of the norm; default 2. */
  readonly p?: number
  /** Below this a norm counts as this; default 1e-12. */
  readonly epsilon?: number
}

/**
 * A layer that divides by the norm along an axis.
 * Formula: y = x / max(norm(x), epsilon).
 * Shapes: any of rank >= 1 -> the same.
 * @throws ShapeError when there is no such axis; ValueError for p < 1.
 * @example value([3, 4]).pipe(normalize()) // [0.6, 0.8]
 */
export function normalize(options: NormalizeOptions = {}): SameShapeLayer {
  checkOptions('normalize', options, ['axis', 'p', 'epsilon'])
  const { axis = -1, p = 2, epsilon = 1e-12 } = options
  const label = `normalize(${axis})`
  checkNumbers(label, { axis }, { integer: true })
  checkNumbers(label, { epsilon }, { least: 0 })
  checkExponent(p, label)
  return (x) => apply(normalizeRecord, [denseNode(x, label)], { p, axis, keepDims: true, epsilon }, { label })
}
