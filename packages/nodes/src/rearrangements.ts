import { apply, denseNode, type Node } from '@eddy/graph'
import { formatShape, type Shape, ShapeError, stridesOf, ValueError } from '@eddy/tensor'
import { axisOf } from './axis.ts'
import { stretchedStrides } from './broadcast.ts'
import { checkList } from './check-list.ts'
import type { SameShapeLayer, Values } from './layer.ts'
import { rearrangeRecord } from './rearrange.ts'

/** Same rank, lengths known at run time. */
export type SameRank<S extends Shape> = { -readonly [K in keyof S]: number }

const zeroSize = [[0, 3], [2, 0]] as const

export const expandRecord = /* @__PURE__ */ rearrangeRecord<{ readonly shape: Shape }>({
  name: 'expand',
  docs: {
    summary: 'Repeats axes of length 1, and the whole along new leading axes, to fill a shape.',
    formula: 'y = x, repeated', gradient: 'dx = the sum of dy over the repetitions',
    shapes: 'a shape that stretches to the wanted one (NumPy broadcasting) -> the wanted one; -1 keeps a length',
  },
  plan(x, options) {
    const missing = options.shape.length - x.length
    const shape = options.shape.map((length, axis) => (length === -1 && axis >= missing ? x[axis - missing]! : length))
    if (missing >= 0 && x.every((length, k) => length === 1 || length === shape[missing + k]) && !shape.includes(-1)) {
      const fromStrides = stretchedStrides(x, shape)
      return { shape, fill: null, pieces: [{ shape, from: 0, fromStrides, to: 0, toStrides: stridesOf(shape) }] }
    }
    throw new ShapeError({
      what: 'only axes of length 1 can be repeated', where: 'expand', got: x,
      wanted: `a shape that stretches to ${formatShape(options.shape)}`, hint: 'Reshape it first.',
    })
  },
  samples: () => ([
    [[], [2]], [[1], [3]], [[1, 1], [2, 2, 3]], [[3, 1], [2, 3, 5]], [[2, 3], [-1, 3]], [[1], [0]],
  ] as const)
    .map(([x, shape]) => ({ options: { shape }, inputs: [{ shape: x }] })),
})

/** Flips, or not, along each axis of the whole. */
export const flipRecord = /* @__PURE__ */ rearrangeRecord<{ readonly axes: readonly number[] }>({
  name: 'flip',
  docs: {
    summary: 'Turns the order of elements around along axes.', formula: 'y_i = x_(n - 1 - i)',
    gradient: 'dx = dy, flipped',
    shapes: 'any of rank >= 1 -> the same',
  },
  plan(shape, options) {
    const axes = new Set(options.axes.map((axis) => axisOf(shape, axis, 'flip')))
    const strides = stridesOf(shape)
    const from = strides.reduce((sum, stride, k) => (axes.has(k) ? sum + (shape[k]! - 1) * stride : sum), 0)
    const fromStrides = strides.map((stride, k) => (axes.has(k) ? -stride : stride))
    return { shape, fill: null, pieces: [{ shape, from, fromStrides, to: 0, toStrides: strides }] }
  },
  samples: () => [
    ...([[[1], [0]], [[5], [-1]], [[2, 3], [0, 1]], [[2, 3, 2], [1]]] as const)
      .map(([shape, axes]) => ({ options: { axes }, inputs: [{ shape }] })),
    ...zeroSize.map((shape) => ({ options: { axes: [0] }, inputs: [{ shape }] })),
  ],
})

export const permuteRecord = /* @__PURE__ */ rearrangeRecord<{ readonly axes: readonly number[] }>({
  name: 'permute',
  docs: {
    summary: 'Puts the axes into another order.', formula: 'y[i_axes(0), i_axes(1), ..] = x[i_0, i_1, ..]',
    gradient: 'dx = dy with the axes in the old order', shapes: 'any -> its lengths in the new order',
  },
  plan(x, options) {
    const axes = options.axes.map((axis) => axisOf(x, axis, 'permute'))
    if (new Set(axes).size !== x.length || axes.length !== x.length) {
      throw new ShapeError({
        what: `[${options.axes.join(', ')}] is no order of the axes`, where: 'permute', got: x,
        wanted: `a shape of ${axes.length} axes`, hint: 'Name each axis once.',
      })
    }
    const shape = axes.map((axis) => x[axis]!)
    const fromStrides = axes.map((axis) => stridesOf(x)[axis]!)
    return { shape, fill: null, pieces: [{ shape, from: 0, fromStrides, to: 0, toStrides: stridesOf(shape) }] }
  },
  samples: () => ([
    [[], []], [[3], [0]], [[2, 3], [1, 0]], [[2, 3, 4], [2, 0, 1]], [[2, 3, 1], [0, -1, 1]], [[0, 3], [1, 0]],
  ] as const).map(([shape, axes]) => ({ options: { axes }, inputs: [{ shape }] })),
})

export interface RollOptions {
  readonly shift: number
  /** null: the elements in row-major order. */
  readonly axis: number | null
}

export const rollRecord = /* @__PURE__ */ rearrangeRecord<RollOptions>({
  name: 'roll',
  docs: {
    summary: 'Moves elements along an axis; what leaves at one end comes back at the other.',
    formula: 'y_((i + shift) mod n) = x_i', gradient: 'dx = dy, moved back', shapes: 'any -> the same',
  },
  plan(shape, options) {
    const flat = options.axis === null
    const axis = flat ? 0 : axisOf(shape, options.axis, 'roll')
    const lengths = flat ? [shape.reduce((product, length) => product * length, 1)] : shape
    const strides = stridesOf(lengths)
    const n = lengths[axis]!
    const shift = n === 0 ? 0 : ((options.shift % n) + n) % n
    const piece = (first: number, count: number, to: number) => ({
      shape: lengths.map((length, k) => (k === axis ? count : length)), from: first * strides[axis]!,
      fromStrides: strides, to: to * strides[axis]!, toStrides: strides,
    })
    return { shape, fill: null, pieces: [piece(0, n - shift, shift), piece(n - shift, shift, 0)] }
  },
  samples: () => ([
    [[], 1, null], [[1], 1, 0], [[5], 2, 0], [[2, 3], -1, 1], [[2, 3, 2], 5, -2], [[2, 3], 2, null], [[0], 2, 0],
  ] as const).map(([shape, shift, axis]) => ({ options: { shift, axis }, inputs: [{ shape }] })),
})

export interface PadOptions {
  /** Before and after the last axis, then before and after the one before it, and so on, as in PyTorch. */
  readonly widths: readonly number[]
  readonly value: number
}

export const padRecord = /* @__PURE__ */ rearrangeRecord<PadOptions>({
  name: 'pad',
  docs: {
    summary: 'Puts a value around the elements; a negative width takes elements away.',
    formula: 'y = x inside, value outside', gradient: 'dx = dy inside',
    shapes: 'any -> each of the last axes longer by its two widths',
  },
  plan(x, { widths, value }) {
    const before = x.map((_, axis) => widths[2 * (x.length - 1 - axis)] ?? 0)
    const after = x.map((_, axis) => widths[2 * (x.length - 1 - axis) + 1] ?? 0)
    const shape = x.map((length, axis) => length + before[axis]! + after[axis]!)
    if (widths.length > 2 * x.length || widths.length % 2 === 1 || shape.some((length) => length < 0)) {
      throw new ShapeError({
        what: `the widths [${widths.join(', ')}] do not fit`, where: 'pad', got: x,
        wanted: 'at least one axis for each pair of widths', hint: 'Give [before, after] of the last axis first.',
      })
    }
    const dot = (strides: readonly number[], places: readonly number[]): number =>
      places.reduce((sum, place, axis) => sum + place * strides[axis]!, 0)
    const [fromStrides, toStrides] = [stridesOf(x), stridesOf(shape)]
    const piece = {
      shape: x.map((length, k) => Math.max(0, length + Math.min(0, before[k]!) + Math.min(0, after[k]!))),
      from: dot(fromStrides, before.map((width) => Math.max(0, -width))), fromStrides,
      to: dot(toStrides, before.map((width) => Math.max(0, width))), toStrides,
    }
    return { shape, fill: value, pieces: [piece] }
  },
  samples: () => ([
    [[1], [1, 0], 0.5], [[3], [0, 0], 0], [[5], [2, 1], -1], [[2, 3], [1, 2, 0, 1], 0.25], [[2, 3, 2], [0, 1, 1, 0], 0],
    [[5], [-1, 2], 0], [[2, 0], [1, 1], 3],
  ] as const).map(([shape, widths, value]) => ({ options: { widths, value }, inputs: [{ shape }] })),
})

export interface TriangleOptions {
  readonly diagonal: number
  readonly upper: boolean
}

function triangleRecord(name: 'tril' | 'triu'): ReturnType<typeof rearrangeRecord<{ readonly diagonal: number }>> {
  const upper = name === 'triu'
  return rearrangeRecord<{ readonly diagonal: number }>({
    name,
    docs: {
      summary: `The ${upper ? 'upper' : 'lower'} triangle of each matrix of a batch; zeros elsewhere.`,
      formula: `y_ij = x_ij where j - i ${upper ? '>=' : '<='} diagonal, else 0`, gradient: 'dx = dy there, else 0',
      shapes: '[.., n, m] -> the same',
    },
    plan(shape, { diagonal }) {
      axisOf(shape, -2, name)
      const [rows, columns] = shape.slice(-2) as [number, number]
      const batch = shape.slice(0, -2).reduce((product, length) => product * length, 1)
      const pieces = Array.from({ length: rows }, (_, i) => {
        const edge = Math.min(Math.max(i + diagonal + (upper ? 0 : 1), 0), columns)
        const at = i * columns + (upper ? edge : 0)
        const strides = [rows * columns, 1]
        return {
          shape: [batch, upper ? columns - edge : edge], from: at, fromStrides: strides, to: at, toStrides: strides,
        }
      })
      return { shape, fill: 0, pieces }
    },
    samples: () => ([[[1, 1], 0], [[3, 3], 0], [[2, 5], 1], [[4, 2], -1], [[2, 3, 3], 0], [[0, 2], 0]] as const)
      .map(([shape, diagonal]) => ({ options: { diagonal }, inputs: [{ shape }] })),
  })
}

export const trilRecord = /* @__PURE__ */ triangleRecord('tril')
export const triuRecord = /* @__PURE__ */ triangleRecord('triu')

/**
 * Repeats to a shape. A length of -1 stays as it is.
 * Formula: y = x, repeated. Gradient: dx = the sum of dy over the repetitions.
 * Shapes: a shape that stretches to the wanted one (NumPy broadcasting) -> the wanted one; -1 keeps a length.
 * @throws ShapeError when an axis that is not 1 would change.
 * @example value([1, 2]).pipe(expand([2, 2])) // [1, 2, 1, 2]
 */
export function expand<const T extends Shape>(
  shape: T,
): (x: Values<Shape>) => Node<{ -readonly [K in keyof T]: T[K] extends -1 ? number : T[K] }> {
  const label = `expand(${formatShape(shape)})`
  return (x) => apply(expandRecord, [denseNode(x, label)], { shape: [...shape] }, { label })
}

/**
 * Turns elements around along one axis or several.
 * Formula: y_i = x_(n - 1 - i). Gradient: dx = dy, flipped.
 * Shapes: any of rank >= 1 -> the same.
 * @throws ShapeError when there is no such axis.
 * @example value([1, 2, 3]).pipe(flip(0)) // [3, 2, 1]
 */
export function flip(axes: number | readonly number[] = -1): SameShapeLayer {
  const list = [axes].flat() as readonly number[]
  const label = `flip(${list.join(', ')})`
  return (x) => apply(flipRecord, [denseNode(x, label)], { axes: list }, { label })
}

/**
 * Puts the axes into another order.
 * Formula: y[i_axes(0), i_axes(1), ..] = x[i_0, i_1, ..]. Gradient: dx = dy with the axes in the old order.
 * Shapes: the rank is kept; the compiler does not know the new lengths.
 * @throws ShapeError when the axes are not each named once.
 * @example value([[1, 2], [3, 4]]).pipe(permute([1, 0])) // [1, 3, 2, 4]
 */
export function permute(axes: readonly number[]): <S extends Shape>(x: Values<S>) => Node<SameRank<S>> {
  checkList(axes, 'permute', 'axes')
  const label = `permute(${axes.join(', ')})`
  return (x) => apply(permuteRecord, [denseNode(x, label)], { axes: [...axes] }, { label })
}

/**
 * Exchanges two axes, by default the last two.
 * Formula: y[i_axes(0), i_axes(1), ..] = x[i_0, i_1, ..]. Gradient: dx = dy with the axes in the old order.
 * Shapes: any -> its lengths in the new order.
 * @throws ShapeError when there is no such axis.
 * @example value([[1, 2], [3, 4]]).pipe(transpose()) // [1, 3, 2, 4]
 */
export function transpose(first = -2, second = -1): <S extends Shape>(x: Values<S>) => Node<SameRank<S>> {
  const label = `transpose(${first}, ${second})`
  return (x) => {
    const node = denseNode(x, label)
    const [a, b] = [axisOf(node.shape, first, label), axisOf(node.shape, second, label)]
    const axes = node.shape.map((_, axis) => (axis === a ? b : axis === b ? a : axis))
    return apply(permuteRecord, [node], { axes }, { label })
  }
}

/**
 * Moves elements around an axis; without an axis the elements in row-major order.
 * Formula: y_((i + shift) mod n) = x_i. Gradient: dx = dy, moved back.
 * Shapes: any -> the same.
 * @throws ShapeError when there is no such axis; ValueError for a shift that is no integer.
 * @example value([1, 2, 3]).pipe(roll(1)) // [3, 1, 2]
 */
export function roll(shift: number, axis: number | null = null): SameShapeLayer {
  const label = `roll(${shift}${axis === null ? '' : `, ${axis}`})`
  if (!Number.isInteger(shift)) {
    throw new ValueError({
      what: 'elements move by whole places', where: label, got: shift, wanted: 'an integer', hint: 'Round it first.',
    })
  }
  return (x) => apply(rollRecord, [denseNode(x, label)], { shift, axis }, { label })
}

/**
 * Puts a value around the elements. Widths come in PyTorch's order: before and after the last axis, then of the one
 * before it, and so on. Negative widths take elements away.
 * Formula: y = x inside, value outside. Gradient: dx = dy inside.
 * Shapes: any -> each of the last axes longer by its two widths.
 * @throws ShapeError when there are more widths than axes, or nothing is left.
 * @example value([1, 2]).pipe(pad([1, 2], 9)) // [9, 1, 2, 9, 9]
 */
export function pad(widths: readonly number[], value = 0): <S extends Shape>(x: Values<S>) => Node<SameRank<S>> {
  const label = `pad([${widths.join(', ')}])`
  return (x) => apply(padRecord, [denseNode(x, label)], { widths: [...widths], value }, { label })
}

/**
 * The lower triangle of each matrix: elements at most `diagonal` right of the main diagonal.
 * Formula: y_ij = x_ij where j - i <= diagonal, else 0. Gradient: dx = dy there, else 0.
 * Shapes: [.., n, m] -> the same.
 * @throws ShapeError for fewer than two axes.
 * @example value([[1, 2], [3, 4]]).pipe(tril()) // [1, 0, 3, 4]
 */
export function tril(diagonal = 0): SameShapeLayer {
  const label = `tril(${diagonal})`
  return (x) => apply(trilRecord, [denseNode(x, label)], { diagonal }, { label })
}

/**
 * The upper triangle of each matrix: elements at least `diagonal` right of the main diagonal.
 * Formula: y_ij = x_ij where j - i >= diagonal, else 0. Gradient: dx = dy there, else 0.
 * Shapes: [.., n, m] -> the same.
 * @throws ShapeError for fewer than two axes.
 * @example value([[1, 2], [3, 4]]).pipe(triu(1)) // [0, 2, 0, 0]
 */
export function triu(diagonal = 0): SameShapeLayer {
  const label = `triu(${diagonal})`
  return (x) => apply(triuRecord, [denseNode(x, label)], { diagonal }, { label })
}
