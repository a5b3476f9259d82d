import { apply, denseNode, type Leaf, type Node, parameter } from '@eddy/graph'
import { checkOptions, linearWeight, type Shape, ShapeError, sizeOf } from '@eddy/tensor'
import { add } from './arithmetic.ts'
import { checkNumbers } from './check-values.ts'
import { compositeRecord } from './composite.ts'
import { initialOf, type Start, uniqueName, type Values } from './layer.ts'
import { biasParameter } from './linear.ts'
import { matmul } from './matmul.ts'
import { pad, transpose } from './rearrangements.ts'
import { reshape } from './reshape.ts'
import { eachAxis, overlapAddRecord, padAround, perAxis, placeWindows, windowsRecord } from './windows.ts'

/** Each with one number for each spatial axis. */
export interface ConvRecordOptions {
  readonly stride: readonly number[]
  readonly padding: readonly number[]
  readonly dilation: readonly number[]
  readonly groups: number
}

export interface ConvTransposeRecordOptions extends ConvRecordOptions {
  readonly outputPadding: readonly number[]
}

/** An input as a batch [n, channels, ..spatial]. */
interface Batched {
  readonly x: Node<Shape>
  readonly n: number
  readonly spatial: Shape
  /** The result without the batch axis where the input had none. */
  readonly restore: (y: Node<Shape>, shape: Shape) => Node<Shape>
}

/** @throws ShapeError when the channels are not what the weight takes. */
function batched(x: Node<Shape>, channels: number, rank: number, where: string): Batched {
  const { shape } = x
  const axes = shape.length - rank - 1
  if ((axes === 0 || axes === 1) && shape[axes] === channels) {
    const n = axes === 0 ? 1 : shape[0]!
    const spatial = shape.slice(-rank)
    return { x, n, spatial, restore: (y, result) => reshape(axes === 0 ? result : [n, ...result])(y) }
  }
  throw new ShapeError({
    what: 'the channels differ', where, got: shape,
    wanted: `[${['n', channels, 'height', 'width'].slice(0, rank + 2).join(', ')}] or the same without n`,
    hint: 'Give the layer the number of channels that come in; images are [n, channels, height, width].',
  })
}

/** Matrices by group, with the batch in front where there is one: groups and a batch of 1 cost nothing. */
function grouped(x: Node<Shape>, n: number, groups: number, rows: number, columns: number): Node<Shape> {
  const front = [...(n === 1 ? [] : [n]), ...(groups === 1 ? [] : [groups])]
  return reshape([...front, rows, columns])(x)
}

function addBias(y: Node<Shape>, bias: Node<Shape> | undefined, rank: number): Node<Shape> {
  if (bias === undefined) return y
  return add(y, reshape([bias.shape[0]!, ...Array<number>(rank).fill(1)])(bias)) as Node<Shape>
}

export const convRecord = /* @__PURE__ */ compositeRecord<ConvRecordOptions>({
  name: 'conv',
  docs: {
    summary: 'Every window of an image, weighted and summed for each output channel.',
    formula: 'y[o, p] = b_o + sum over c, k of w[o, c, k] x[c, p stride + k dilation - padding], '
      + 'c within the group of o',
    gradient: 'of the formula',
    shapes: 'x [n, in, ..spatial] (or without n), w [out, in / groups, ..kernel], b [out] (optional) '
      + '-> [n, out, ..places]',
  },
  build([x, w, b], options) {
    const [outputs, perGroup, ...kernel] = w!.shape as readonly number[] as [number, number, ...number[]]
    const rank = kernel.length
    const { groups } = options
    const { n, spatial, restore } = batched(x!, perGroup * groups, rank, 'conv')
    const { places, widths } = placeWindows(spatial, { ...options, kernel }, 'conv')
    const padded = padAround(x!, widths, 0)
    const windows = apply<Shape>(windowsRecord, [padded], {
      kernel, stride: options.stride, dilation: options.dilation,
    })
    const depth = perGroup * sizeOf(kernel)
    const y = matmul(
      grouped(w!, 1, groups, outputs / groups, depth), grouped(windows, n, groups, depth, sizeOf(places)),
    ) as Node<Shape>
    return addBias(restore(y, [outputs, ...places]), b, rank)
  },
  samples: () => ([
    [[1, 1], [1, 1, 1], 1, 0, 1, 1], [[2, 1, 9], [2, 1, 3], 2, 2, 1, 1], [[1, 4, 7], [2, 2, 2], 1, 1, 2, 2],
    [[2, 4, 5], [3, 2, 2, 3], 1, 1, 1, 1], [[2, 2, 4, 4], [4, 1, 2, 2], 2, 0, 1, 2],
  ] as const).flatMap(([x, w, stride, padding, dilation, groups]) => [true, false].map((bias) => ({
    options: {
      stride: perAxis(stride, w.length - 2, 1), padding: perAxis(padding, w.length - 2, 0),
      dilation: perAxis(dilation, w.length - 2, 1), groups,
    },
    inputs: [{ shape: x }, { shape: w }, ...(bias ? [{ shape: [w[0]] }] : [])],
  }))),
})

export const convTransposeRecord = /* @__PURE__ */ compositeRecord<ConvTransposeRecordOptions>({
  name: 'convTranspose',
  docs: {
    summary: 'Puts a weighted window into the output for each element of the input: the transpose of conv.',
    formula: 'y[o, p stride + k dilation - padding] += w[c, o, k] x[c, p], for each c of the group of o; then + b_o',
    gradient: 'of the formula',
    shapes: 'x [n, in, ..spatial] (or without n), w [in, out / groups, ..kernel], b [out] (optional) '
      + '-> [n, out, ..size]',
  },
  build([x, w, b], { stride, padding, dilation, outputPadding, groups }) {
    const [inputs, perGroup, ...kernel] = w!.shape as readonly number[] as [number, number, ...number[]]
    const rank = kernel.length
    const { n, spatial, restore } = batched(x!, inputs, rank, 'convTranspose')
    const size = spatial.map((length, k) =>
      (length - 1) * stride[k]! + dilation[k]! * (kernel[k]! - 1) + 1 + Math.max(0, outputPadding[k]!))
    const outputs = perGroup * groups
    const weight = transpose()(grouped(w!, 1, groups, inputs / groups, perGroup * sizeOf(kernel)))
    const windows = matmul(weight, grouped(x!, n, groups, inputs / groups, sizeOf(spatial))) as Node<Shape>
    const each = restore(windows, [outputs, ...kernel, ...spatial])
    const whole = apply<Shape>(overlapAddRecord, [each], { kernel, stride, dilation, size })
    const crop = [...padding].reverse().flatMap((width) => [-width, -width])
    return addBias(crop.every((width) => width === 0) ? whole : pad(crop)(whole), b, rank)
  },
  samples: () => ([
    [[1, 1], [1, 1, 1], 1, 0, 0, 1], [[2, 2, 5], [2, 1, 3], 2, 1, 1, 1], [[2, 3, 2], [2, 3, 2, 3], 1, 1, 0, 1],
    [[2, 4, 2, 3], [4, 1, 2, 2], 2, 0, 1, 2],
  ] as const).flatMap(([x, w, stride, padding, extra, groups]) => [true, false].map((bias) => ({
    options: {
      stride: perAxis(stride, w.length - 2, 1), padding: perAxis(padding, w.length - 2, 0),
      dilation: perAxis(1, w.length - 2, 1), outputPadding: perAxis(extra, w.length - 2, 0), groups,
    },
    inputs: [{ shape: x }, { shape: w }, ...(bias ? [{ shape: [w[1] * groups] }] : [])],
  }))),
})

/** A number for each spatial axis, or one for all. */
export type PerAxis = number | readonly number[]

export interface ConvOptions {
  /** Steps between windows; default 1. */
  readonly stride?: PerAxis
  /** Zeros on both sides of each axis; default 0. */
  readonly padding?: PerAxis
  /** Steps between the elements of a window; default 1. */
  readonly dilation?: PerAxis
  /** Channels are split into this many groups that do not see each other; default 1. */
  readonly groups?: number
  /** Initial weight [out, in / groups, ..kernel]; default U(-b, b), b = 1 / sqrt(in / groups * kernel size). */
  readonly weight?: Start<Shape>
  /** Initial bias [out], or false for none; default like the weight. */
  readonly bias?: Start<[number]> | boolean
  readonly name?: string
}

export interface ConvTransposeOptions extends ConvOptions {
  /** Rows added at the end of each axis, to choose among the sizes that a strided conv maps to one; default 0. */
  readonly outputPadding?: PerAxis
}

type ConvLayer = (x: Values<Shape>) => Node<Shape>

const convOptions = ['stride', 'padding', 'dilation', 'groups', 'weight', 'bias', 'name'] as const

/** The weight and, unless declined, the bias of a convolution. */
function parametersOf(
  shape: readonly [number, number, ...number[]], outputs: number, options: ConvOptions, label: string,
): readonly Leaf[] {
  const [, ...rest] = shape
  const fanIn = sizeOf(rest)
  const weight = parameter(
    initialOf(options.weight, shape as Shape, linearWeight({ fanIn }), label), { role: 'weight' },
  )
  const bias = biasParameter(options.bias, outputs, fanIn, label)
  return bias === null ? [weight] : [weight, bias]
}

function convLayer(
  inputs: number, outputs: number, kernel: readonly number[], options: ConvOptions, label: string,
): ConvLayer {
  checkOptions(label, options, convOptions)
  const rank = kernel.length
  const groups = groupsOf(options.groups, inputs, outputs, label)
  const parameters = parametersOf([outputs, inputs / groups, ...kernel], outputs, options, label)
  const how = {
    stride: eachAxis(label, 'stride', options.stride, rank, 1),
    padding: eachAxis(label, 'padding', options.padding, rank, 0),
    dilation: eachAxis(label, 'dilation', options.dilation, rank, 1), groups,
  }
  return (x) => {
    const node = denseNode(x, label)
    return apply(convRecord, [node, ...parameters], how, { label, name: uniqueName(node, options.name) })
  }
}

/** @throws ShapeError when the channels cannot be split; ValueError for what is no number of groups. */
function groupsOf(groups: number | undefined, inputs: number, outputs: number, where: string): number {
  const count = groups ?? 1
  checkNumbers(where, { groups: count }, { least: 1, integer: true })
  if (inputs % count === 0 && outputs % count === 0) return count
  throw new ShapeError({
    what: `the channels do not split into ${count} groups`, where, got: [inputs, outputs],
    wanted: `multiples of ${count}`, hint: 'Choose a number of groups that divides both numbers of channels.',
  })
}

/**
 * A convolution over the last axis.
 * Formula: y[o, p] = b_o + sum over c, k of w[o, c, k] x[c, p stride + k dilation - padding], c within the group of o.
 * Shapes: [n, in, length] -> [n, out, places], or without n. Source: initial values as PyTorch's `nn.Conv1d`.
 * @throws ShapeError for other channels, groups that do not divide them, or a kernel that does not fit.
 * @example value([[1, 2, 4]]).pipe(conv1d(1, 1, 2, { weight: tensor([[[-1, 1]]]), bias: false })) // [1, 2]
 */
export function conv1d(inputs: number, outputs: number, kernel: number, options: ConvOptions = {}): ConvLayer {
  return convLayer(inputs, outputs, [kernel], options, `conv1d(${inputs}, ${outputs}, ${kernel})`)
}

/**
 * A convolution over images.
 * Formula: y[o, p] = b_o + sum over c, k of w[o, c, k] x[c, p stride + k dilation - padding], c within the group of o.
 * Shapes: [n, in, height, width] -> [n, out, ..], or without n. Source: initial values as PyTorch's `nn.Conv2d`.
 * @throws ShapeError for other channels, groups that do not divide them, or a kernel that does not fit.
 * @example value([[[1, 2]]]).pipe(conv2d(1, 1, [1, 2], { weight: tensor([[[[3, 4]]]]), bias: false })) // [11]
 */
export function conv2d(inputs: number, outputs: number, kernel: PerAxis, options: ConvOptions = {}): ConvLayer {
  const sizes = perAxis(kernel, 2, 1)
  return convLayer(inputs, outputs, sizes, options, `conv2d(${inputs}, ${outputs}, ${sizes.join('x')})`)
}

/**
 * A transposed convolution over images.
 * Formula: y[o, p stride + k dilation - padding] += w[c, o, k] x[c, p], for each c of the group of o; then + b_o.
 * Shapes: [n, in, height, width] -> [n, out, ..], or without n; the weight is [in, out / groups, ..kernel].
 * Source: initial values as PyTorch's `nn.ConvTranspose2d`.
 * @throws ShapeError for other channels, or groups that do not divide them.
 * @example value([[[2]]]).pipe(convTranspose2d(1, 1, [1, 2], { weight: tensor([[[[3, 4]]]]), bias: false })) // [6, 8]
 */
export function convTranspose2d(
  inputs: number, outputs: number, kernel: PerAxis, options: ConvTransposeOptions = {},
): ConvLayer {
  const sizes = perAxis(kernel, 2, 1)
  const label = `convTranspose2d(${inputs}, ${outputs}, ${sizes.join('x')})`
  checkOptions(label, options, [...convOptions, 'outputPadding'])
  const groups = groupsOf(options.groups, inputs, outputs, label)
  const parameters = parametersOf([inputs, outputs / groups, ...sizes], outputs, options, label)
  const how = {
    stride: eachAxis(label, 'stride', options.stride, 2, 1), padding: eachAxis(label, 'padding', options.padding, 2, 0),
    dilation: eachAxis(label, 'dilation', options.dilation, 2, 1),
    outputPadding: eachAxis(label, 'outputPadding', options.outputPadding, 2, 0), groups,
  }
  return (x) => {
    const node = denseNode(x, label)
    return apply(convTransposeRecord, [node, ...parameters], how, { label, name: uniqueName(node, options.name) })
  }
}
