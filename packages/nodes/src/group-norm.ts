import { apply, denseNode, type Leaf, type Node, parameter } from '@eddy/graph'
import { checkOptions, constant, type Shape, ShapeError, sizeOf, zeros } from '@eddy/tensor'
import { add, mul } from './arithmetic.ts'
import { checkNumbers } from './check-values.ts'
import { compositeRecord } from './composite.ts'
import { rsqrt, square } from './elementary.ts'
import { layerNormRecord } from './layer-norm.ts'
import { atFirstUse, initialOf, type SameShapeLayer, type Start, uniqueName, type Values } from './layer.ts'
import { mean } from './reduce.ts'
import { reshape } from './reshape.ts'

interface GroupNormRecordOptions {
  readonly groups: number
  readonly epsilon: number
}

export const groupNormRecord = /* @__PURE__ */ compositeRecord<GroupNormRecordOptions>({
  name: 'groupNorm',
  docs: {
    summary: 'Shifts and scales each group of channels to mean 0 and variance 1, then each channel by learned weights.',
    formula: 'y = (x - mean) / sqrt(variance + epsilon) w_c + b_c over a whole group; the variance divides by n',
    gradient: 'that of layerNorm over each group',
    shapes: 'x [n, c, ..], w and b [c] (both or neither), c a multiple of the groups -> the same as x',
    source: 'Wu and He 2018',
  },
  build([x, w, b], { groups, epsilon }) {
    const [n, channels, ...rest] = x!.shape as readonly number[] as [number, number, ...number[]]
    if (channels === undefined || channels % groups !== 0) {
      throw new ShapeError({
        what: `the channels do not split into ${groups} groups`, where: 'groupNorm', got: x!.shape,
        wanted: '[n, channels, ..]', hint: 'The second axis is the channels, a multiple of the groups.',
      })
    }
    const shape = [(channels / groups) * sizeOf(rest)]
    const rows = reshape([n * groups, ...shape])(x!)
    const normal = reshape(x!.shape)(apply<Shape>(layerNormRecord, [rows], { shape, epsilon }))
    if (w === undefined || b === undefined) return normal
    const perChannel = [channels, ...rest.map(() => 1)]
    return add(mul(normal, reshape(perChannel)(w)), reshape(perChannel)(b))
  },
  samples: () => ([[[1, 1, 3], 1], [[2, 4], 2], [[2, 4, 3], 2], [[1, 3, 2, 5], 3], [[2, 2, 9], 1]] as const)
    .flatMap(([x, groups]) => [true, false].map((affine) => ({
      options: { groups, epsilon: 1e-5 },
      inputs: [{ shape: x }, ...(affine ? [{ shape: [x[1]] }, { shape: [x[1]] }] : [])],
    }))),
})

export const rmsNormRecord = /* @__PURE__ */ compositeRecord<{ readonly epsilon: number }>({
  name: 'rmsNorm',
  docs: {
    summary: 'Divides each row by its root mean square, then multiplies by learned weights.',
    formula: 'y = x / sqrt(mean(x^2) + epsilon) w, over the last axis', gradient: 'of the formula',
    shapes: 'x [.., n], w [n] (optional) -> the same as x', source: 'Zhang and Sennrich 2019',
  },
  build([x, w], { epsilon }) {
    const meanSquare = mean(square(x!), { axis: -1, keepDims: true }) as Node<Shape>
    const normal = mul(x!, rsqrt(add(meanSquare, epsilon) as Node<Shape>)) as Node<Shape>
    return w === undefined ? normal : mul(normal, w)
  },
  samples: () => ([[1], [9], [2, 5], [2, 2, 3]] as const).flatMap((shape) => [true, false].map((affine) => ({
    options: { epsilon: 1e-5 }, inputs: [{ shape }, ...(affine ? [{ shape: shape.slice(-1) }] : [])],
  }))),
})

export interface ChannelNormOptions {
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number
  /** Initial weight [channels], or false for no weight and no bias. */
  readonly weight?: Start<[number]> | false
  /** Initial bias [channels]; default zeros. */
  readonly bias?: Start<[number]>
  readonly name?: string
}

/** @throws ValueError for unknown options, or an epsilon that cannot be added. */
function check(label: string, options: ChannelNormOptions): void {
  checkOptions(label, options, ['epsilon', 'weight', 'bias', 'name'])
  checkNumbers(label, { epsilon: options.epsilon }, { least: 0 })
}

function scaleAndShift(channels: number, { weight, bias }: ChannelNormOptions, label: string): readonly Leaf[] {
  if (weight === false) return []
  return [
    parameter(initialOf(weight, [channels], constant(1), label), { role: 'weight' }),
    parameter(initialOf(bias, [channels], zeros(), label), { role: 'bias' }),
  ]
}

/**
 * Normalises groups of channels.
 * Formula: y = (x - mean) / sqrt(variance + epsilon) w_c + b_c over a whole group; the variance divides by n.
 * Gradient: that of layerNorm over each group.
 * Source: Wu and He 2018.
 * Shapes: [n, channels, ..] -> the same.
 * @throws ShapeError when the channels are no multiple of the groups.
 * @example value([[1, 3]]).pipe(groupNorm(1, 2, { epsilon: 0 })) // [-1, 1]
 */
export function groupNorm(groups: number, channels: number, options: ChannelNormOptions = {}): SameShapeLayer {
  const label = `groupNorm(${groups}, ${channels})`
  check(label, options)
  const parameters = scaleAndShift(channels, options, label)
  const how = { groups, epsilon: options.epsilon ?? 1e-5 }
  return (x) => {
    const node = denseNode(x, label)
    if (node.shape[1] !== channels) {
      throw new ShapeError({
        what: 'the channels differ', where: label, got: node.shape, wanted: `[n, ${channels}, ..]`,
        hint: 'The second axis is the channels.',
      })
    }
    return apply(groupNormRecord, [node, ...parameters], how, { label, name: uniqueName(node, options.name) })
  }
}

/**
 * Normalises each channel of each image by itself: a group norm of as many groups as channels; no weight and bias
 * unless given or asked for with an initializer.
 * Formula: y = (x - mean) / sqrt(variance + epsilon) w_c + b_c over a whole group; the variance divides by n.
 * Gradient: that of layerNorm over each group.
 * Shapes: [n, channels, ..] -> the same. Source: Ulyanov et al. 2016.
 * @throws ShapeError when applied again to another number of channels.
 * @example value([[[1, 3]]]).pipe(instanceNorm({ epsilon: 0 })) // [-1, 1]
 */
export function instanceNorm(options: ChannelNormOptions = {}): SameShapeLayer {
  const label = 'instanceNorm()'
  check(label, options)
  const affine = options.weight !== undefined && options.weight !== false
  const parametersOf = atFirstUse(label, (shape) => shape.slice(1, 2), (node) =>
    scaleAndShift(node.shape[1] ?? 0, affine ? options : { weight: false }, label))
  return (x) => {
    const node = denseNode(x, label)
    const how = { groups: node.shape[1] ?? 0, epsilon: options.epsilon ?? 1e-5 }
    const inputs = [node, ...parametersOf(node)]
    return apply(groupNormRecord, inputs, how, { label, name: uniqueName(node, options.name ?? 'instanceNorm') })
  }
}

export interface RmsNormOptions {
  /** Added to the mean square; default 1e-6. */
  readonly epsilon?: number
  /** Initial weight [n], or false for none; default ones. */
  readonly weight?: Start<[number]> | false
  readonly name?: string
}

/**
 * Divides each row of the last axis by its root mean square.
 * Formula: y = x / sqrt(mean(x^2) + epsilon) w, over the last axis.
 * Source: Zhang and Sennrich 2019.
 * Shapes: [.., n] -> the same.
 * @throws ShapeError when applied to another last axis.
 * @example value([3, 3]).pipe(rmsNorm(2, { epsilon: 0 })) // [1, 1]
 */
export function rmsNorm(n: number, options: RmsNormOptions = {}): <S extends Shape>(x: Values<S>) => Node<S> {
  const label = `rmsNorm(${n})`
  checkOptions(label, options, ['epsilon', 'weight', 'name'])
  const { epsilon = 1e-6, weight } = options
  checkNumbers(label, { epsilon }, { least: 0 })
  const parameters = weight === false ? [] : [
    parameter(initialOf(weight, [n], constant(1), label), { role: 'weight' }),
  ]
  return (x) => {
    const node = denseNode(x, label)
    if (node.shape.at(-1) !== n) {
      throw new ShapeError({
        what: 'the last axis differs', where: label, got: node.shape, wanted: `[.., ${n}]`,
        hint: `Write rmsNorm(${node.shape.at(-1)}) to take what comes in.`,
      })
    }
    return apply(rmsNormRecord, [node, ...parameters], { epsilon }, { label, name: uniqueName(node, options.name) })
  }
}
