import type { Node } from '@eddy/graph'
import { checkNumber, type Shape, ShapeError, stridesOf } from '@eddy/tensor'
import { pad } from './rearrangements.ts'
import { type Piece, rearrangeRecord } from './rearrange.ts'

/** Windows that slide over the last axes: one number for each of them. */
export interface WindowOptions {
  readonly kernel: readonly number[]
  readonly stride: readonly number[]
  readonly dilation: readonly number[]
}

/** How long a window is from its first to its last element. */
const spanOf = ({ kernel, dilation }: WindowOptions, axis: number): number => dilation[axis]! * (kernel[axis]! - 1) + 1

/** The elements of all windows: between [.., ..spatial] and [.., ..kernel, ..places]. */
function pieceOf(lead: Shape, spatial: Shape, places: Shape, { kernel, stride, dilation }: WindowOptions): Piece {
  const batch = lead.reduce((product, length) => product * length, 1)
  const shape = [batch, ...kernel, ...places]
  const [outer, ...strides] = stridesOf([batch, ...spatial])
  const fromStrides = [
    outer!, ...strides.map((size, k) => size * dilation[k]!), ...strides.map((size, k) => size * stride[k]!),
  ]
  return { shape, from: 0, fromStrides, to: 0, toStrides: stridesOf(shape) }
}

/** How many windows fit along each axis. @throws ShapeError when not even one does. */
function placesIn(spatial: Shape, options: WindowOptions): number[] {
  return spatial.map((length, axis) => {
    const places = Math.floor((length - spanOf(options, axis)) / options.stride[axis]!) + 1
    if (places > 0) return places
    throw new ShapeError({
      what: 'no window fits', where: 'windows', got: spatial,
      wanted: `at least ${spanOf(options, axis)} at axis ${axis}`,
      hint: 'Use a smaller kernel or more padding.',
    })
  })
}

const sampleWindows = () => ([
  [[1], [1], [1], [1]], [[5], [2], [1], [1]], [[2, 9], [3], [2], [2]], [[2, 4, 5], [2, 3], [1, 2], [1, 1]],
  [[3, 3], [3, 3], [1, 1], [1, 1]], [[1, 2, 5, 4], [2, 2], [2, 1], [2, 1]],
] as const).map(([shape, kernel, stride, dilation]) => ({ shape, options: { kernel, stride, dilation } }))

export const windowsRecord = /* @__PURE__ */ rearrangeRecord<WindowOptions>({
  name: 'windows',
  docs: {
    summary: 'The elements of every window that slides over the last axes.',
    formula: 'y[.., k, p] = x[.., p stride + k dilation]',
    gradient: 'dx = the sum of dy over the windows an element is in',
    shapes: '[.., ..spatial] -> [.., ..kernel, ..places]',
  },
  plan(x, options) {
    const [lead, spatial] = [x.slice(0, -options.kernel.length), x.slice(-options.kernel.length)]
    const places = placesIn(spatial, options)
    return {
      shape: [...lead, ...options.kernel, ...places], fill: null, pieces: [pieceOf(lead, spatial, places, options)],
    }
  },
  samples: () => sampleWindows().map(({ shape, options }) => ({ options, inputs: [{ shape }] })),
})

export const overlapAddRecord = /* @__PURE__ */ rearrangeRecord<WindowOptions & { readonly size: Shape }>({
  name: 'overlapAdd',
  docs: {
    summary: 'Adds the elements of windows up where they lie: the transpose of windows.',
    formula: 'y[.., i] = the sum of x[.., k, p] over p stride + k dilation = i', gradient: 'dx = the windows of dy',
    shapes: '[.., ..kernel, ..places] -> [.., ..size]',
  },
  plan(x, { size, ...options }) {
    const rank = size.length
    const lead = x.slice(0, -2 * rank)
    const { shape, from, fromStrides, to, toStrides } = pieceOf(lead, size, x.slice(-rank), options)
    const piece = { shape, from: to, fromStrides: toStrides, to: from, toStrides: fromStrides }
    return { shape: [...lead, ...size], fill: 0, adds: true, pieces: [piece] }
  },
  samples: () => sampleWindows().map(({ shape, options }) => {
    const rank = options.kernel.length
    const size = shape.slice(-rank)
    const windows = [...shape.slice(0, -rank), ...options.kernel, ...placesIn(size, options)]
    return { options: { ...options, size }, inputs: [{ shape: windows }] }
  }),
})

/** Where padded windows lie. */
export interface Placement {
  /** How many windows along each axis. */
  readonly places: readonly number[]
  /** Elements put before and after each axis; negative where some are never looked at. */
  readonly widths: readonly (readonly [before: number, after: number])[]
}

/** Places windows on axes padded on both sides; in ceil mode a last window may hang over the end. */
export function placeWindows(
  spatial: Shape, options: WindowOptions & { readonly padding: readonly number[]; readonly ceilMode?: boolean },
  where: string,
): Placement {
  const { stride, padding, ceilMode = false } = options
  const places = spatial.map((length, axis) => {
    const steps = (length + 2 * padding[axis]! - spanOf(options, axis)) / stride[axis]!
    let count = (ceilMode ? Math.ceil(steps) : Math.floor(steps)) + 1
    if (ceilMode && (count - 1) * stride[axis]! >= length + padding[axis]!) count--
    if (count > 0) return count
    throw new ShapeError({
      what: 'no window fits', where, got: spatial,
      wanted: `at least ${spanOf(options, axis) - 2 * padding[axis]!} at axis ${axis}`,
      hint: 'Use a smaller kernel or more padding.',
    })
  })
  const widths = spatial.map((length, axis) => {
    const needed = (places[axis]! - 1) * stride[axis]! + spanOf(options, axis)
    return [padding[axis]!, needed - length - padding[axis]!] as const
  })
  return { places, widths }
}

/** Puts the value around the last axes. */
export function padAround(x: Node<Shape>, widths: Placement['widths'], value: number): Node<Shape> {
  const flat = [...widths].reverse().flat()
  return flat.every((width) => width === 0) ? x : pad(flat, value)(x)
}

/** A number for each spatial axis. */
export function perAxis(given: number | readonly number[] | undefined, rank: number, fallback: number): number[] {
  return Array.from({ length: rank }, (_, axis) => (typeof given === 'object' ? given[axis]! : (given ?? fallback)))
}

/** The same for an option: `fallback` is the least that each may be. @throws ValueError for what is no such integer. */
export function eachAxis(
  where: string, option: string, given: number | readonly number[] | undefined, rank: number, fallback: number,
): number[] {
  const range = { least: fallback, integer: true }
  const hint = rank === 1 ? 'Give one number.' : `Give one number, or a list of ${rank}.`
  const all = perAxis(given ?? fallback, rank, fallback)
  for (const value of all) checkNumber(where, option, value, range, hint)
  if (typeof given === 'object' && given.length !== rank) checkNumber(where, option, given, range, hint)
  return all
}
