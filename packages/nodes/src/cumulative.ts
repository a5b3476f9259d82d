import { apply, denseNode, type Scope, type Slot } from '@eddy/graph'
import { binary } from '@eddy/kernels'
import * as op from '@eddy/kernels/op'
import type { Shape } from '@eddy/tensor'
import { axisOf, viewAxes } from './axis.ts'
import { emitStrided, slotAt } from './broadcast.ts'
import type { SameShapeLayer } from './layer.ts'
import { defineRecord, type Sample } from './record.ts'

interface AxisOptions {
  readonly axis: number
}

const samples = (): readonly Sample<AxisOptions>[] => ([
  [[1], 0], [[2], 0], [[5], -1], [[11], 0], [[2, 3], 0], [[2, 3], 1], [[2, 4, 3], 1], [[0], 0],
  [[2, 0], 1], [[2, 0], 0],
] as const).map(([shape, axis]) => ({ options: { axis }, inputs: [{ shape }] }))

/** dst = the running sums of src along an axis: from the first element on, or from the last one back. */
function emitRunningSums(scope: Scope, direction: 1 | -1, src: Slot, dst: Slot, shape: Shape, axis: number): void {
  const { outer, n, inner } = viewAxes(shape, axis)
  scope.emit(op.COPY, dst, src, dst.size)
  if (n < 2) return
  // Each element gets the one before it, which is a finished sum by then: a strided addition runs in order.
  const first = direction === 1 ? inner : (n - 2) * inner
  const strides = [n * inner, direction * inner, 1]
  const before = slotAt(dst, first - direction * inner)
  emitStrided(scope, 'add', [outer, n - 1, inner], slotAt(dst, first), strides, before, strides)
}

export const cumsumRecord = /* @__PURE__ */ defineRecord<AxisOptions>({
  name: 'cumsum',
  docs: {
    summary: 'The sum of the elements so far, along an axis.', formula: 'y_i = x_0 + ... + x_i',
    gradient: 'dx_i = dy_i + ... + dy_(n-1)', shapes: 'any of rank >= 1 -> the same',
  },
  shape([x], { axis }) {
    axisOf(x!, axis, 'cumsum')
    return x!
  },
  forward(scope, { inputs: [x], output, options }) {
    emitRunningSums(scope, 1, x!, output, x!.shape, axisOf(x!.shape, options.axis, 'cumsum'))
  },
  backward(scope, { inputs: [x], gradient, inputGradients: [dx], options }) {
    if (dx != null) emitRunningSums(scope, -1, gradient, dx, x!.shape, axisOf(x!.shape, options.axis, 'cumsum'))
  },
  samples,
})

/** A value with the axis first, so that each of its n slices lies without gaps. */
interface Sliced {
  readonly slot: Slot
  readonly n: number
  readonly width: number
}

/** Between [outer, n, inner] and [n, outer, inner]. */
function emitTurn(scope: Scope, direction: 'to' | 'from', whole: Slot, turned: Slot, shape: Shape, axis: number): void {
  const { outer, n, inner } = viewAxes(shape, axis)
  const [own, sliced] = [[inner, n * inner, 1], [outer * inner, inner, 1]]
  if (direction === 'to') emitStrided(scope, 'set', [n, outer, inner], turned, sliced, whole, own)
  else emitStrided(scope, 'set', [n, outer, inner], whole, own, turned, sliced)
}

function slicedCopy(scope: Scope, from: Slot, shape: Shape, axis: number): Sliced {
  const { outer, n, inner } = viewAxes(shape, axis)
  const slot = scope.temporary(from.size)
  emitTurn(scope, 'to', from, slot, shape, axis)
  return { slot, n, width: outer * inner }
}

function emitPairwise(scope: Scope, f: 'mul' | 'add', a: Slot, b: Slot, y: Slot, width: number): void {
  scope.emit(op.BINARY, binary[f], a, b, y, width, 0, 0, { f64: 0 }, { f64: 0 })
}

interface Factors {
  readonly x: Sliced
  readonly y: Sliced
}

export const cumprodRecord = /* @__PURE__ */ defineRecord<AxisOptions, Factors | null>({
  name: 'cumprod',
  docs: {
    summary: 'The product of the elements so far, along an axis.', formula: 'y_i = x_0 ... x_i',
    gradient: 's_(n-1) = dy_(n-1), s_i = dy_i + s_(i+1) x_(i+1); dx_i = s_i y_(i-1), exact at zeros, too',
    shapes: 'any of rank >= 1 -> the same',
  },
  shape([x], { axis }) {
    axisOf(x!, axis, 'cumprod')
    return x!
  },
  forward(scope, { inputs: [input], output, options }) {
    if (output.size === 0) return null
    const { shape } = output
    const axis = axisOf(shape, options.axis, 'cumprod')
    const x = slicedCopy(scope, input!, shape, axis)
    const { n, width } = x
    const y = { slot: scope.temporary(output.size), n, width }
    scope.emit(op.COPY, y.slot, x.slot, width)
    for (let i = 1; i < n; i++) {
      const [before, here] = [slotAt(y.slot, (i - 1) * width), slotAt(y.slot, i * width)]
      emitPairwise(scope, 'mul', before, slotAt(x.slot, i * width), here, width)
    }
    emitTurn(scope, 'from', output, y.slot, shape, axis)
    return { x, y }
  },
  backward(scope, { output: { shape }, gradient, inputGradients: [dInput], options, residual }) {
    if (dInput == null || residual === null) return
    const { x, y } = residual
    const { n, width } = x
    const axis = axisOf(shape, options.axis, 'cumprod')
    const s = slicedCopy(scope, gradient, shape, axis).slot
    const dx = scope.temporary(gradient.size)
    const product = scope.temporary(width)
    for (let i = n - 1; i >= 1; i--) {
      const [here, before] = [slotAt(s, i * width), slotAt(s, (i - 1) * width)]
      emitPairwise(scope, 'mul', here, slotAt(y.slot, (i - 1) * width), slotAt(dx, i * width), width)
      emitPairwise(scope, 'mul', here, slotAt(x.slot, i * width), product, width)
      scope.emit(op.ADD, before, product, width)
    }
    scope.emit(op.COPY, dx, s, width)
    emitTurn(scope, 'from', dInput, dx, shape, axis)
  },
  samples,
})

/**
 * Running sums along an axis, by default the last.
 * Formula: y_i = x_0 + ... + x_i. Gradient: dx_i = dy_i + ... + dy_(n-1).
 * Shapes: any of rank >= 1 -> the same.
 * @throws ShapeError when there is no such axis.
 * @example value([1, 2, 3]).pipe(cumsum()) // [1, 3, 6]
 */
export function cumsum(axis = -1): SameShapeLayer {
  const label = `cumsum(${axis})`
  return (x) => apply(cumsumRecord, [denseNode(x, label)], { axis }, { label })
}

/**
 * Running products along an axis, by default the last.
 * Formula: y_i = x_0 ... x_i.
 * Gradient: s_(n-1) = dy_(n-1), s_i = dy_i + s_(i+1) x_(i+1); dx_i = s_i y_(i-1), exact at zeros, too.
 * Shapes: any of rank >= 1 -> the same.
 * @throws ShapeError when there is no such axis.
 * @example value([1, 2, 3]).pipe(cumprod()) // [1, 2, 6]
 */
export function cumprod(axis = -1): SameShapeLayer {
  const label = `cumprod(${axis})`
  return (x) => apply(cumprodRecord, [denseNode(x, label)], { axis }, { label })
}
