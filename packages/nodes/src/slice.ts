import { apply, denseNode, type Node } from '@eddy/graph'
import * as op from '@eddy/kernels/op'
import { checkOptions, type Shape, stridesOf, ValueError } from '@eddy/tensor'
import { axisOf } from './axis.ts'
import { emitStrided, slotAt } from './broadcast.ts'
import { checkNumbers } from './check-values.ts'
import type { Values } from './layer.ts'
import { defineRecord, edgeLengths } from './record.ts'

export interface SliceRecordOptions {
  readonly start: number
  readonly end: number | null
  readonly step: number
  readonly axis: number
}

/** The chosen elements of an axis: `count` of them, `step` apart from `first` on. */
function rangeOf(shape: Shape, options: SliceRecordOptions): { axis: number; first: number; count: number } {
  const axis = axisOf(shape, options.axis, 'slice')
  const length = shape[axis]!
  const inside = (at: number): number => Math.min(Math.max(at < 0 ? at + length : at, 0), length)
  const first = inside(options.start)
  return { axis, first, count: Math.max(0, Math.ceil((inside(options.end ?? length) - first) / options.step)) }
}

export const sliceRecord = /* @__PURE__ */ defineRecord<SliceRecordOptions>({
  name: 'slice',
  docs: {
    summary: 'Some of the elements along an axis.', formula: 'y_i = x_(start + i step)',
    gradient: 'dx = dy at the chosen places, 0 elsewhere',
    shapes: 'any of rank >= 1 -> the same with a shorter axis; as in Array.slice, negative places count from the end '
      + 'and places outside are moved inside',
  },
  shape([x], options) {
    const { axis, count } = rangeOf(x!, options)
    return x!.map((size, k) => (k === axis ? count : size))
  },
  forward(scope, { inputs: [x], output, options }) {
    const { axis, first } = rangeOf(x!.shape, options)
    const whole = stridesOf(x!.shape)
    const strides = whole.map((stride, k) => (k === axis ? stride * options.step : stride))
    const from = slotAt(x!, first * whole[axis]!)
    emitStrided(scope, 'set', output.shape, output, stridesOf(output.shape), from, strides)
  },
  backward(scope, { inputs: [x], output, gradient, inputGradients: [dx], options }) {
    if (dx == null) return
    const { axis, first } = rangeOf(x!.shape, options)
    const whole = stridesOf(x!.shape)
    const strides = whole.map((stride, k) => (k === axis ? stride * options.step : stride))
    scope.emit(op.FILL, dx, dx.size, { f64: 0 })
    const into = slotAt(dx, first * whole[axis]!)
    emitStrided(scope, 'set', output.shape, into, strides, gradient, stridesOf(output.shape))
  },
  samples: () => ([
    [[5], { start: 1, end: 4, step: 1, axis: 0 }], [[1], { start: 0, end: null, step: 1, axis: 0 }],
    [[9], { start: -7, end: -1, step: 3, axis: -1 }], [[2, 3], { start: 1, end: 99, step: 1, axis: 1 }],
    [[3, 2, 2], { start: 0, end: 3, step: 2, axis: 0 }], [[2, 5, 3], { start: 1, end: 5, step: 2, axis: 1 }],
    ...edgeLengths.map((n) => [[n], { start: 0, end: null, step: 1, axis: 0 }] as const),
    [[3], { start: 2, end: 1, step: 1, axis: 0 }], [[0, 2], { start: 0, end: 1, step: 1, axis: 1 }],
  ] as readonly (readonly [readonly number[], SliceRecordOptions])[]).map(([shape, options]) => ({
    options, inputs: [{ shape }],
  })),
})

export interface SliceOptions {
  /** The axis; default 0. */
  readonly axis?: number
  /** Distance between chosen elements, >= 1; default 1. */
  readonly step?: number
}

/**
 * A layer that takes the elements [start, end) along an axis.
 * Formula: y_i = x_(start + i step). Gradient: dx = dy at the chosen places, 0 elsewhere.
 * Shapes: the rank is kept; the compiler does not know the new length: `reshape([n])` after it says so.
 * @throws ShapeError when there is no such axis; ValueError when the step is not a positive integer.
 * @example value([1, 2, 3, 4]).pipe(slice(1, 3)) // [2, 3]
 */
export function slice(
  start: number, end?: number, options: SliceOptions = {},
): <S extends Shape>(x: Values<S>) => Node<{ -readonly [K in keyof S]: number }> {
  const label = `slice(${start}, ${end ?? ''})`.replace(', )', ')')
  checkOptions(label, options, ['axis', 'step'])
  const { axis = 0, step = 1 } = options
  checkNumbers(label, { axis }, { integer: true })
  if (![start, end ?? 0, step].every(Number.isInteger) || step < 1) {
    throw new ValueError({
      what: 'cannot count in these steps', where: label, got: [start, end ?? 0, step],
      wanted: 'integers for start, end and step, and a step of at least 1', hint: 'Negative places count from the end.',
    })
  }
  return (x) => apply(sliceRecord, [denseNode(x, label)], { start, end: end ?? null, step, axis }, { label })
}
