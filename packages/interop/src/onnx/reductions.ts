import { type Shape, sizeOf } from '@eddy/tensor'
import type { GraphBuilder } from './graph-builder.ts'
import type { Exporter, Use } from './value.ts'

/** Axes counted from the front. */
export function axesFromFront(shape: Shape, axes: readonly number[]): number[] {
  return axes.map((axis) => (axis < 0 ? axis + shape.length : axis))
}

/** A reduction along axes. From opset 18 on they are an input of every reduction, before that of the sum alone. */
export function reduce(
  g: GraphBuilder, kind: string, x: string, axes: readonly number[], keepDims: boolean,
): string {
  if (axes.length === 0) return x
  const keepdims = keepDims ? 1 : 0
  if (kind === 'Sum' || g.opset >= 18) return g.op(`Reduce${kind}`, [x, g.integers(axes)], { keepdims })
  return g.op(`Reduce${kind}`, [x], { axes, keepdims })
}

interface ReduceOptions {
  readonly axes: readonly number[] | null
  readonly keepDims: boolean
}

const reduction = (kind: string): Exporter => ({ graph, x, shapes: [shape], options }: Use<ReduceOptions>) => {
  const axes = options.axes === null ? shape!.map((_, axis) => axis) : axesFromFront(shape!, options.axes)
  return reduce(graph, kind, x[0]!, [...new Set(axes)].sort((a, b) => a - b), options.keepDims)
}

interface NormOptions {
  readonly p: number
  readonly axis: number | null
  readonly keepDims: boolean
}

function norm({ graph: g, x, shapes: [shape], options: { p, axis, keepDims } }: Use<NormOptions>): string {
  const axes = axis === null ? shape!.map((_, k) => k) : axesFromFront(shape!, [axis])
  const sizes = g.op('Abs', [x[0]!])
  if (p === 1) return reduce(g, 'Sum', sizes, axes, keepDims)
  const powers = p === 2 ? g.op('Mul', [sizes, sizes]) : g.op('Pow', [sizes, g.scalar(p)])
  const sum = reduce(g, 'Sum', powers, axes, keepDims)
  return p === 2 ? g.op('Sqrt', [sum]) : g.op('Pow', [sum, g.scalar(1 / p)])
}

const softmax = (op: string): Exporter => ({ graph, x, options: { axis } }: Use<{ readonly axis: number }>) => (
  graph.op(op, [x[0]!], { axis })
)

interface LayerNormOptions {
  readonly shape: Shape
  readonly epsilon: number
}

/** In f64 by its formula: the attribute epsilon has 32 bits. */
function layerNorm({ graph: g, x, options: { shape, epsilon } }: Use<LayerNormOptions>): string {
  const [input, weight, bias] = x as [string, string?, string?]
  if (g.dtype === 'f32') {
    const scale = weight ?? g.filled(1, shape)
    return g.op('LayerNormalization', bias === undefined ? [input, scale] : [input, scale, bias], {
      axis: -shape.length, epsilon: { float: epsilon },
    })
  }
  const axes = shape.map((_, k) => k - shape.length)
  const centred = g.op('Sub', [input, reduce(g, 'Mean', input, axes, true)])
  const variance = reduce(g, 'Mean', g.op('Mul', [centred, centred]), axes, true)
  const normal = g.op('Div', [centred, g.op('Sqrt', [g.op('Add', [variance, g.scalar(epsilon)])])])
  const scaled = weight === undefined ? normal : g.op('Mul', [normal, weight])
  return bias === undefined ? scaled : g.op('Add', [scaled, bias])
}

/** Running products: those of the rows of a matrix whose lower triangle, with the diagonal, is x, and the rest 1. */
function cumprod({ graph: g, x, shapes: [shape], options }: Use<{ readonly axis: number }>): string {
  const [axis] = axesFromFront(shape!, [options.axis]) as [number]
  const n = shape![axis]!
  const rows = [...shape!.slice(0, axis), 1, ...shape!.slice(axis)]
  const inner = sizeOf(shape!.slice(axis + 1))
  const seen = Array.from({ length: n * n * inner }, (_, k) => Math.floor(k / inner) % n <= Math.floor(k / inner / n))
  const mask = g.booleans(seen, [n, n, ...shape!.slice(axis + 1)])
  const spread = g.op('Where', [mask, g.op('Reshape', [x[0]!, g.integers(rows)]), g.scalar(1)])
  return reduce(g, 'Prod', spread, [axis + 1], false)
}

/** Exporters of operations along axes. */
export const reductionExporters: Readonly<Record<string, Exporter>> = {
  cumprod,
  cumsum: ({ graph, x, options: { axis } }: Use<{ readonly axis: number }>) => (
    graph.op('CumSum', [x[0]!, graph.scalar(axis, 'int64')])
  ),
  layerNorm,
  logSoftmax: softmax('LogSoftmax'),
  logSumExp: reduction('LogSumExp'),
  max: reduction('Max'),
  mean: reduction('Mean'),
  min: reduction('Min'),
  norm,
  prod: reduction('Prod'),
  softmax: softmax('Softmax'),
  sum: reduction('Sum'),
}
