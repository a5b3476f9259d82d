import { type Shape, sizeOf } from '@eddy/tensor'
import type { GraphBuilder } from './graph-builder.ts'
import { reshaped } from './shapes.ts'
import type { Exporter, Sparse, Use, Value } from './value.ts'

function linear({ graph: g, x: [x, w, b], shapes: [from], shape }: Use): string {
  if (from!.length === 2) return g.op('Gemm', b === undefined ? [x!, w!] : [x!, w!, b], { transB: 1 })
  if (from!.length > 2) {
    const rows = reshaped(g, x!, [sizeOf(from!.slice(0, -1)), from!.at(-1)!])
    return reshaped(g, g.op('Gemm', b === undefined ? [rows, w!] : [rows, w!, b], { transB: 1 }), shape)
  }
  const product = g.op('MatMul', [w!, x!])
  return b === undefined ? product : g.op('Add', [product, b])
}

/** The rows that the pairs name, weighted and added up: costs the pairs, whatever the size of the table. */
function sparseLinear({ graph: g, inputs, x: [, table, b], shape }: Use): string {
  const pairs = inputs[0] as Sparse
  if (pairs.count === 0) return b ?? g.filled(0, shape)
  const rows = g.op('Gather', [table!, pairs.indices], { axis: 0 })
  const sum = g.op('MatMul', [pairs.values, rows])
  return b === undefined ? sum : g.op('Add', [sum, b])
}

function densify({ graph: g, inputs, shape }: Use): string {
  const pairs = inputs[0] as Sparse
  const zeros = g.filled(0, shape)
  if (pairs.count === 0) return zeros
  return g.op('ScatterElements', [zeros, pairs.indices, pairs.values], { axis: 0, reduction: 'add' })
}

/** One number of the statistics that an element is standardised by; those of no use give 0. */
interface Statistics {
  readonly mean: Float64Array
  readonly deviation: Float64Array
  readonly isKnown: readonly boolean[]
}

function statisticsOf(mean: ArrayLike<number>, m2: ArrayLike<number>, count: ArrayLike<number>): Statistics {
  const isKnown = Array.from(mean, (_, k) => m2[k]! > 0 && count[k]! > 0)
  return {
    mean: Float64Array.from(mean), isKnown,
    deviation: Float64Array.from(isKnown, (known, k) => (known ? Math.sqrt(m2[k]! / count[k]!) : 1)),
  }
}

/** (x - mean) / deviation in 64 bits, cut to the limit; 0 where nothing is known yet. */
function standardized(
  g: GraphBuilder, x: string, [mean, deviation, isKnown]: readonly [string, string, string], limit: number,
): string {
  const wide = g.dtype === 'f64' ? x : g.cast(x, 'double')
  const z = g.op('Div', [g.op('Sub', [wide, mean]), deviation])
  const cut = limit === Infinity ? z : g.op('Clip', [z, g.scalar(-limit, 'double'), g.scalar(limit, 'double')])
  return g.op('Where', [isKnown, g.dtype === 'f64' ? cut : g.cast(cut, 'float'), g.scalar(0)])
}

interface Limit {
  readonly limit: number
}

function standardize({ graph: g, x, shape, options: { limit }, buffer }: Use<Limit>): string {
  const { mean, deviation, isKnown } = statisticsOf(buffer(1)!, buffer(2)!, buffer(3)!)
  const statistics = [
    g.doubles(mean, shape, 'mean'), g.doubles(deviation, shape, 'deviation'), g.booleans(isKnown, shape),
  ] as const
  return standardized(g, x[0]!, statistics, limit)
}

/** Rows of statistics are [flag, count, mean, m2]; the flag 0 leaves a number as it is. */
function sparseStandardize({ graph: g, inputs, shapes: [from], options: { limit }, buffer }: Use<Limit>): Value {
  const pairs = inputs[0] as Sparse
  const n = from![0]!
  if (pairs.count === 0 || n === 0) return pairs
  const rows = buffer(1)!
  const column = (c: number): Float64Array => Float64Array.from({ length: n }, (_, k) => rows[4 * k + c]!)
  const { mean, deviation, isKnown } = statisticsOf(column(2), column(3), column(1))
  const take = (table: string): string => g.op('Gather', [table, pairs.indices], { axis: 0 })
  const statistics = [
    take(g.doubles(mean, [n], 'mean')), take(g.doubles(deviation, [n], 'deviation')), take(g.booleans(isKnown)),
  ] as const
  const isMeant = take(g.booleans(Array.from(column(0), (flag) => flag !== 0)))
  const z = g.op('Where', [isMeant, standardized(g, pairs.values, statistics, limit), pairs.values])
  return { ...pairs, values: pairs.present === null ? z : g.op('Where', [pairs.present, z, g.scalar(0)]) }
}

interface ConvOptions {
  readonly stride: readonly number[]
  readonly padding: readonly number[]
  readonly dilation: readonly number[]
  readonly groups: number
  readonly outputPadding?: readonly number[]
}

/** As the node of ONNX in f32; runtimes have it in no other type, so in f64 it is taken apart into windows. */
const convolution = (op: 'Conv' | 'ConvTranspose'): Exporter => (
  ({ graph: g, x: [x, w, b], shapes: [from, weight], shape, options }: Use<ConvOptions>) => {
    if (g.dtype === 'f64') return null
    const { stride, padding, dilation, groups, outputPadding } = options
    const rank = stride.length
    const isBatch = from!.length === rank + 2
    const image = isBatch ? x! : reshaped(g, x!, [1, ...from!])
    const y = g.op(op, b === undefined ? [image, w!] : [image, w!, b], {
      kernel_shape: weight!.slice(2), strides: stride, pads: [...padding, ...padding], dilations: dilation,
      group: groups, ...(outputPadding === undefined ? {} : { output_padding: outputPadding }),
    })
    return isBatch ? y : reshaped(g, y, shape)
  }
)

interface PoolOptions {
  readonly kernel: readonly number[]
  readonly stride: readonly number[]
  readonly padding: readonly number[]
  readonly dilation: readonly number[]
}

/**
 * A pool as the node of ONNX, with the padding written out, so that a last window that hangs over needs no rule of its
 * own; null where runtimes do not take it.
 */
function pooled(
  op: 'MaxPool' | 'AveragePool', { graph: g, x, shapes: [from], shape, options }: Use<PoolOptions>,
): string | null {
  const { kernel, stride, padding, dilation } = options
  const rank = kernel.length
  const spatial = from!.slice(-rank)
  const after = spatial.map((length, k) => (
    Math.max(0, (shape.at(k - rank)! - 1) * stride[k]! + dilation[k]! * (kernel[k]! - 1) + 1 - length - padding[k]!)
  ))
  const fits = kernel.every((size, k) => padding[k]! < size && after[k]! < size)
  if (g.dtype === 'f64' || !fits) return null
  if (op === 'AveragePool' && g.opset < 19 && dilation.some((step) => step !== 1)) return null
  const image = reshaped(g, x[0]!, [1, sizeOf(from!.slice(0, -rank)), ...spatial])
  const y = g.op(op, [image], {
    kernel_shape: kernel, strides: stride, pads: [...padding, ...after],
    ...(dilation.some((step) => step !== 1) ? { dilations: dilation } : {}),
    ...(op === 'AveragePool' ? { count_include_pad: 1 } : {}),
  })
  return reshaped(g, y, shape)
}

/** Exporters of layers with weights or statistics, and of what works on images. */
export const layerExporters: Readonly<Record<string, Exporter>> = {
  // The mean of every window times its size is its sum; the second input is the share that each sum counts.
  avgPool: (use: Use<PoolOptions>) => {
    const mean = pooled('AveragePool', use)
    const { graph: g, x, options: { kernel } } = use
    return mean === null ? null : g.op('Mul', [g.op('Mul', [mean, g.scalar(sizeOf(kernel as Shape))]), x[1]!])
  },
  conv: convolution('Conv'),
  convTranspose: convolution('ConvTranspose'),
  densify,
  embedding: ({ graph, x: [index, table] }: Use) => (
    graph.op('Gather', [table!, graph.cast(index!, 'int64')], { axis: 0 })
  ),
  linear,
  matmul: ({ graph, x }: Use) => graph.op('MatMul', [...x]),
  maxPool: (use: Use<PoolOptions>) => pooled('MaxPool', use),
  sparseLinear,
  sparseStandardize,
  standardize,
}
