import { type Shape, sizeOf, stridesOf } from '@eddy/tensor'
import type { GraphBuilder } from './graph-builder.ts'
import { axesFromFront } from './reductions.ts'
import type { Exporter, Use } from './value.ts'

export function reshaped(g: GraphBuilder, x: string, shape: Shape): string {
  return g.op('Reshape', [x, g.integers(shape)])
}

interface Range {
  readonly axis: number
  readonly start: number
  readonly end: number
  readonly step: number
}

/** A part of an axis; `end` may lie behind the last element. */
function sliced(g: GraphBuilder, x: string, { axis, start, end, step }: Range): string {
  return g.op('Slice', [x, ...[start, end, axis, step].map((value) => g.integers([value]))])
}

/** Stands for "from the last element on" of a slice that runs backwards. */
const beforeFirst = -(2 ** 31)

interface SliceOptions {
  readonly start: number
  readonly end: number | null
  readonly step: number
  readonly axis: number
}

function slice({ graph, x, shapes: [shape], options }: Use<SliceOptions>): string {
  const [axis] = axesFromFront(shape!, [options.axis]) as [number]
  return sliced(graph, x[0]!, { axis, start: options.start, end: options.end ?? shape![axis]!, step: options.step })
}

function flip({ graph: g, x, shapes: [shape], options: { axes } }: Use<{ readonly axes: readonly number[] }>): string {
  const places = [...new Set(axesFromFront(shape!, axes))]
  return places.reduce((y, axis) => sliced(g, y, { axis, start: -1, end: beforeFirst, step: -1 }), x[0]!)
}

interface RollOptions {
  readonly shift: number
  readonly axis: number | null
}

function roll({ graph: g, x, shapes: [shape], options: { shift, axis: given } }: Use<RollOptions>): string {
  const [axis] = given === null ? [0] : axesFromFront(shape!, [given]) as [number]
  const n = given === null ? sizeOf(shape!) : shape![axis]!
  const by = ((shift % n) + n) % n
  if (by === 0) return x[0]!
  const whole = given === null ? reshaped(g, x[0]!, [n]) : x[0]!
  const back = sliced(g, whole, { axis, start: n - by, end: n, step: 1 })
  const turned = g.op('Concat', [back, sliced(g, whole, { axis, start: 0, end: n - by, step: 1 })], { axis })
  return given === null ? reshaped(g, turned, shape!) : turned
}

interface PadOptions {
  readonly widths: readonly number[]
  readonly value: number
}

/** Ours counts from the last axis, ONNX from the first: all widths before, then all behind. Negative widths cut. */
function pad({ graph: g, x, shapes: [shape], options: { widths, value } }: Use<PadOptions>): string {
  const of = (side: 0 | 1): number[] => shape!.map((_, axis) => widths[2 * (shape!.length - 1 - axis) + side] ?? 0)
  return shape!.length === 0 ? x[0]! : g.op('Pad', [x[0]!, g.integers([...of(0), ...of(1)]), g.scalar(value)])
}

interface WindowOptions {
  readonly kernel: readonly number[]
  readonly stride: readonly number[]
  readonly dilation: readonly number[]
}

/** For each element of all windows [..kernel, ..places], which element of [..spatial] it is. */
function placesOf(spatial: Shape, places: Shape, { kernel, stride, dilation }: WindowOptions): number[] {
  const shape = [...kernel, ...places]
  const rank = kernel.length
  const steps = stridesOf(spatial)
  return Array.from({ length: sizeOf(shape) }, (_, k) => {
    let rest = k
    let place = 0
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const index = rest % shape[axis]!
      rest = Math.floor(rest / shape[axis]!)
      place += axis < rank
        ? index * dilation[axis]! * steps[axis]! : index * stride[axis - rank]! * steps[axis - rank]!
    }
    return place
  })
}

function windows({ graph: g, x, shapes: [from], shape, options }: Use<WindowOptions>): string {
  const rank = options.kernel.length
  const lead = from!.slice(0, -rank)
  const spatial = from!.slice(-rank)
  const index = placesOf(spatial, shape.slice(-rank), options)
  const flat = reshaped(g, x[0]!, [...lead, sizeOf(spatial)])
  return reshaped(g, g.op('Gather', [flat, g.integers(index)], { axis: lead.length }), shape)
}

/** The elements of windows added up where they lie. */
function overlapAdd({ graph: g, x, shapes: [from], shape, options }: Use<WindowOptions & { size: Shape }>): string {
  const rank = options.size.length
  const lead = sizeOf(shape.slice(0, -rank))
  const index = placesOf(options.size, from!.slice(-rank), options)
  const all = Array.from({ length: lead }, () => index).flat()
  const rows = reshaped(g, x[0]!, [lead, index.length])
  const target = g.filled(0, [lead, sizeOf(options.size)])
  const places = g.integers(all, [lead, index.length])
  return reshaped(g, g.op('ScatterElements', [target, places, rows], { axis: 1, reduction: 'add' }), shape)
}

const triangle = (upper: 0 | 1): Exporter => ({ graph, x, options }: Use<{ readonly diagonal: number }>) => (
  graph.op('Trilu', [x[0]!, graph.scalar(options.diagonal, 'int64')], { upper })
)

interface OneHotOptions {
  readonly classes: number
  readonly ignoreIndex: number | null
}

function oneHot({ graph: g, x, shapes: [from], options: { classes, ignoreIndex } }: Use<OneHotOptions>): string {
  const label = reshaped(g, x[0]!, [...from!, 1])
  const isHot = g.op('Equal', [label, g.numbers(Array.from({ length: classes }, (_, c) => c))])
  if (ignoreIndex === null) return g.cast(isHot, g.type)
  const isIgnored = g.op('Equal', [label, g.scalar(ignoreIndex)])
  return g.cast(g.op('And', [isHot, g.op('Not', [isIgnored])]), g.type)
}

const same: Exporter = ({ inputs }: Use) => inputs[0]!

interface AxisOptions {
  readonly axis: number
}

/** Exporters of operations that move elements. */
export const shapeExporters: Readonly<Record<string, Exporter>> = {
  concat: ({ graph, x, options: { axis } }: Use<AxisOptions>) => graph.op('Concat', [...x], { axis }),
  // Both do nothing in a prediction.
  dropout: same,
  stopGradient: same,
  // Differs from the identity in its gradient only.
  frozenRow: same,
  expand: ({ graph, x, shape }: Use) => graph.op('Expand', [x[0]!, graph.integers(shape)]),
  flip,
  gather: ({ graph, x: [x, index], options: { axis } }: Use<AxisOptions>) => (
    graph.op('GatherElements', [x!, graph.cast(index!, 'int64')], { axis })
  ),
  indexSelect: ({ graph, x: [x, index], options: { axis } }: Use<AxisOptions>) => (
    graph.op('Gather', [x!, graph.cast(index!, 'int64')], { axis })
  ),
  oneHot,
  overlapAdd,
  pad,
  permute: ({ graph, x, shapes: [from], options: { axes } }: Use<{ readonly axes: readonly number[] }>) => (
    from!.length === 0 ? x[0]! : graph.op('Transpose', [x[0]!], { perm: axesFromFront(from!, axes) })
  ),
  reshape: ({ graph, x, shape }: Use) => reshaped(graph, x[0]!, shape),
  roll,
  scatterAdd: ({ graph: g, x: [x, index, source], options: { axis } }: Use<AxisOptions>) => (
    g.op('ScatterElements', [x!, g.cast(index!, 'int64'), source!], { axis, reduction: 'add' })
  ),
  slice,
  topk: ({ graph: g, x, options: { axis, k, largest } }: Use<AxisOptions & { k: number; largest: boolean }>) => (
    g.node('TopK', [x[0]!, g.integers([k])], {
      attributes: { axis, largest: largest ? 1 : 0, sorted: 1 }, outputs: 2,
    })[0]!
  ),
  tril: triangle(0),
  triu: triangle(1),
  windows,
}
