import { apply, constant, denseNode, type Node } from '@eddy/graph'
import { checkOptions, type Shape, ShapeError, sizeOf, tensor } from '@eddy/tensor'
import { mul } from './arithmetic.ts'
import { checkFlags } from './check-values.ts'
import { compositeRecord } from './composite.ts'
import type { PerAxis } from './conv.ts'
import type { Values } from './layer.ts'
import { matmul } from './matmul.ts'
import { max, sum } from './reduce.ts'
import { reshape } from './reshape.ts'
import { eachAxis, padAround, perAxis, placeWindows, type WindowOptions, windowsRecord } from './windows.ts'

/** Each with one number for each of the pooled axes, the last ones. */
export interface PoolRecordOptions extends WindowOptions {
  readonly padding: readonly number[]
  readonly ceilMode: boolean
}

/** One reduction of every window of the padded last axes. */
function pooled(
  x: Node<Shape>, options: PoolRecordOptions, value: number,
  reduce: (windows: Node<Shape>, axis: number) => Node<Shape>,
): Node<Shape> {
  const rank = options.kernel.length
  const lead = x.shape.slice(0, -rank)
  const { places, widths } = placeWindows(x.shape.slice(-rank), options, 'pool')
  const { kernel, stride, dilation } = options
  const windows = apply<Shape>(windowsRecord, [padAround(x, widths, value)], { kernel, stride, dilation })
  const flat = reshape([sizeOf(lead), sizeOf(kernel), sizeOf(places)])(windows)
  return reshape([...lead, ...places])(reduce(flat, 1))
}

const sampleWindows = () => ([
  [[1], [1], [1], [0], [1], false], [[5], [2], [2], [1], [1], true], [[2, 9], [3], [2], [1], [2], false],
  [[1, 4, 5], [2, 3], [2, 2], [1, 1], [1, 1], false], [[2, 5, 4], [2, 2], [2, 3], [0, 1], [1, 1], true],
] as const).map(([shape, kernel, stride, padding, dilation, ceilMode]) =>
  ({ shape, options: { kernel, stride, padding, dilation, ceilMode } }))

export const maxPoolRecord = /* @__PURE__ */ compositeRecord<PoolRecordOptions>({
  name: 'maxPool',
  docs: {
    summary: 'The largest element of every window of the last axes.',
    formula: 'y_p = max of x[p stride + k dilation - padding]',
    gradient: 'dy to the first largest of each window', shapes: '[.., ..spatial] -> [.., ..places]',
  },
  build: ([x], options) =>
    pooled(x!, options, Number.NEGATIVE_INFINITY, (windows, axis) => max(windows, { axis }) as Node<Shape>),
  samples: () => sampleWindows().map(({ shape, options }) => ({ options, inputs: [{ shape }], apart: true as const })),
})

export const avgPoolRecord = /* @__PURE__ */ compositeRecord<PoolRecordOptions>({
  name: 'avgPool',
  docs: {
    summary: 'The sum of every window of the last axes, times a share: 1 / (number of elements that count).',
    formula: 'y_p = share_p (sum of x[p stride + k dilation - padding])',
    gradient: 'dx = the sum of dy share over the windows an element is in; the share has none',
    shapes: 'x [.., ..spatial], share [] or [..places] -> [.., ..places]',
  },
  build: ([x, share], options) =>
    mul(pooled(x!, options, 0, (windows, axis) => sum(windows, { axis }) as Node<Shape>), share!),
  differentiable: (port) => port === 0,
  samples: () => sampleWindows().map(({ shape, options }, k) => {
    const rank = options.kernel.length
    const { places } = placeWindows(shape.slice(-rank), options, 'sample')
    return { options, inputs: [{ shape }, { shape: k % 2 === 0 ? [] : places }] }
  }),
})

export const adaptiveAvgPoolRecord = /* @__PURE__ */ compositeRecord<null>({
  name: 'adaptiveAvgPool',
  docs: {
    summary: 'Means over rectangles that divide an image evenly, given as two matrices of weights.',
    formula: 'y = rows x columns', gradient: 'dx = rows^T dy columns^T; the weights have none',
    shapes: 'x [.., h, w], rows [p, h], columns [w, q] -> [.., p, q]',
  },
  build: ([x, rows, columns]) => matmul(matmul(rows!, x!), columns!),
  differentiable: (port) => port === 0,
  samples: () => ([[[1, 1], 1, 1], [[3, 5], 2, 3], [[2, 4, 7], 3, 1]] as const).map(([x, p, q]) => ({
    options: null, inputs: [{ shape: x }, { shape: [p, x.at(-2)!] }, { shape: [x.at(-1)!, q] }],
  })),
})

export interface PoolOptions {
  /** Steps between windows; default: the size of a window. */
  readonly stride?: PerAxis
  /** Added on both sides, at most half a window; never the largest, in means see `countIncludePad`. Default 0. */
  readonly padding?: PerAxis
  /** Whether a last window may hang over the end; default false. */
  readonly ceilMode?: boolean
}

export interface MaxPoolOptions extends PoolOptions {
  /** Steps between the elements of a window; default 1. */
  readonly dilation?: PerAxis
}

export interface AvgPoolOptions extends PoolOptions {
  /** Whether padding counts as zeros; default true, as in PyTorch. */
  readonly countIncludePad?: boolean
}

type PoolLayer = (x: Values<Shape>) => Node<Shape>

const poolOptions = ['stride', 'padding', 'ceilMode'] as const

function optionsFor(kernel: readonly number[], options: MaxPoolOptions, label: string): PoolRecordOptions {
  const rank = kernel.length
  checkFlags(label, { ceilMode: options.ceilMode })
  eachAxis(label, 'kernel', kernel, rank, 1)
  const stride = eachAxis(label, 'stride', options.stride ?? kernel, rank, 1)
  const padding = eachAxis(label, 'padding', options.padding, rank, 0)
  if (padding.some((width, axis) => width > kernel[axis]! / 2)) {
    throw new ShapeError({
      what: 'the padding is more than half a window', where: label, got: padding,
      wanted: `at most half of ${kernel.join(', ')}`,
      hint: 'A window of padding alone has no largest element.',
    })
  }
  const dilation = eachAxis(label, 'dilation', options.dilation, rank, 1)
  return { kernel, stride, padding, dilation, ceilMode: options.ceilMode ?? false }
}

function maxPool(kernel: readonly number[], given: MaxPoolOptions, label: string): PoolLayer {
  checkOptions(label, given, [...poolOptions, 'dilation'])
  const options = optionsFor(kernel, given, label)
  return (x) => apply(maxPoolRecord, [denseNode(x, label)], options, { label })
}

/** 1 / (elements that count) of each window: along one axis, then for all axes together. */
function sharesOf(spatial: Shape, options: PoolRecordOptions, includePad: boolean, where: string): Node<Shape> {
  const { places } = placeWindows(spatial, options, where)
  const counts = spatial.map((length, axis) => {
    const margin = includePad ? options.padding[axis]! : 0
    return Array.from({ length: places[axis]! }, (_, p) => {
      const first = p * options.stride[axis]! - options.padding[axis]!
      const inside = (at: number): boolean => at >= -margin && at < length + margin
      return Array.from({ length: options.kernel[axis]! }, (__, k) => first + k).filter(inside).length
    })
  })
  const all = counts.reduce((left, right) => left.flatMap((a) => right.map((b) => a * b)), [1])
  const shares = all.map((count) => 1 / count)
  return shares.every((share) => share === shares[0])
    ? constant<Shape>(tensor([shares[0]!], [], 'f64')) : constant<Shape>(tensor(shares, [...places], 'f64'))
}

function avgPool(kernel: readonly number[], given: AvgPoolOptions, label: string): PoolLayer {
  checkOptions(label, given, [...poolOptions, 'countIncludePad'])
  checkFlags(label, { countIncludePad: given.countIncludePad })
  const options = optionsFor(kernel, given, label)
  return (x) => {
    const node = denseNode(x, label)
    const shares = sharesOf(node.shape.slice(-kernel.length), options, given.countIncludePad ?? true, label)
    return apply(avgPoolRecord, [node, shares], options, { label })
  }
}

/**
 * The largest element of every window of the last axis.
 * Formula: y_p = max of x[p stride + k dilation - padding]. Gradient: dy to the first largest of each window.
 * Shapes: [.., ..spatial] -> [.., ..places].
 * @throws ShapeError when no window fits, or the padding is more than half a window.
 * @example value([1, 5, 2, 3]).pipe(maxPool1d(2)) // [5, 3]
 */
export function maxPool1d(kernel: number, options: MaxPoolOptions = {}): PoolLayer {
  return maxPool([kernel], options, `maxPool1d(${kernel})`)
}

/**
 * The largest element of every window of the last two axes.
 * Formula: y_p = max of x[p stride + k dilation - padding]. Gradient: dy to the first largest of each window.
 * Shapes: [.., ..spatial] -> [.., ..places].
 * @throws ShapeError when no window fits, or the padding is more than half a window.
 * @example value([[1, 5], [2, 3]]).pipe(maxPool2d(2)) // [5]
 */
export function maxPool2d(kernel: PerAxis, options: MaxPoolOptions = {}): PoolLayer {
  const sizes = perAxis(kernel, 2, 1)
  return maxPool(sizes, options, `maxPool2d(${sizes.join('x')})`)
}

/**
 * The mean of every window of the last axis.
 * Formula: y_p = (sum over k of x[p stride + k - padding]) / n_p, n_p the elements of the window that count.
 * Gradient: dx = the sum of dy_p / n_p over the windows an element is in.
 * Shapes: [.., ..spatial] -> [.., ..places].
 * @throws ShapeError when no window fits, or the padding is more than half a window.
 * @example value([1, 5, 2, 4]).pipe(avgPool1d(2)) // [3, 3]
 */
export function avgPool1d(kernel: number, options: AvgPoolOptions = {}): PoolLayer {
  return avgPool([kernel], options, `avgPool1d(${kernel})`)
}

/**
 * The mean of every window of the last two axes.
 * Formula: y_p = (sum over k of x[p stride + k - padding]) / n_p, n_p the elements of the window that count.
 * Gradient: dx = the sum of dy_p / n_p over the windows an element is in.
 * Shapes: [.., ..spatial] -> [.., ..places].
 * @throws ShapeError when no window fits, or the padding is more than half a window.
 * @example value([[1, 5], [2, 4]]).pipe(avgPool2d(2)) // [3]
 */
export function avgPool2d(kernel: PerAxis, options: AvgPoolOptions = {}): PoolLayer {
  const sizes = perAxis(kernel, 2, 1)
  return avgPool(sizes, options, `avgPool2d(${sizes.join('x')})`)
}

/** Weights [parts, length] of the means over `parts` stretches of an axis, floor(i n / m) to ceil((i + 1) n / m). */
function stretchMeans(length: number, parts: number): number[][] {
  return Array.from({ length: parts }, (_, i) => {
    const [from, to] = [Math.floor((i * length) / parts), Math.ceil(((i + 1) * length) / parts)]
    return Array.from({ length }, (__, at) => (at >= from && at < to ? 1 / (to - from) : 0))
  })
}

/**
 * Means over as many rectangles as asked for, whatever the size of the image.
 * Formula: y_pq = the mean of x_ij, i from floor(p h / parts) to ceil((p + 1) h / parts) - 1, j likewise.
 * Shapes: [.., height, width] -> [.., ..size].
 * @throws ShapeError for fewer than two axes.
 * @example value([[1, 2, 3, 6]]).pipe(adaptiveAvgPool2d([1, 2])) // [1.5, 4.5]
 */
export function adaptiveAvgPool2d(size: PerAxis): PoolLayer {
  const [p, q] = perAxis(size, 2, 1) as [number, number]
  const label = `adaptiveAvgPool2d(${p}x${q})`
  return (x) => {
    const node = denseNode(x, label)
    const [height = 1, width = 1] = node.shape.slice(-2)
    const rows = constant<Shape>(tensor(stretchMeans(height, p).flat(), [p, height], 'f64'))
    const means = stretchMeans(width, q)
    const columns = Array.from({ length: width }, (_, at) => means.map((mean) => mean[at]!))
    const weights = constant<Shape>(tensor(columns.flat(), [width, q], 'f64'))
    return apply(adaptiveAvgPoolRecord, [node, rows, weights], null, { label })
  }
}
