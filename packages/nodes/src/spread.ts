import { apply, denseNode, type Node } from '@eddy/graph'
import { checkOptions, type Shape, ShapeError } from '@eddy/tensor'
import { mul, sub } from './arithmetic.ts'
import { checkFlags } from './check-values.ts'
import { compositeRecord } from './composite.ts'
import { square } from './elementary.ts'
import type { Values } from './layer.ts'
import { normRecord, viewOf } from './norm.ts'
import { mean, sum } from './reduce.ts'
import type { ReducedShape } from './reduce-types.ts'

interface SpreadRecordOptions {
  readonly axis: number | null
  readonly keepDims: boolean
  readonly unbiased: boolean
}

const spreadSamples = () => ([[[2], 0], [[5], null], [[19], 0], [[4, 3], 0], [[2, 5], -1], [[2, 3, 2], 1]] as const)
  .flatMap(([shape, axis], k) => [true, false].map((unbiased) => ({
    options: { axis, keepDims: k % 2 === 1, unbiased }, inputs: [{ shape }],
  })))

/** What the squares are divided by. @throws ShapeError when nothing is left. */
function divisorOf(shape: Shape, { axis, unbiased }: SpreadRecordOptions, where: string): number {
  const divisor = viewOf(shape, axis, where).n - (unbiased ? 1 : 0)
  if (divisor > 0) return divisor
  throw new ShapeError({
    what: 'there are too few elements', where, got: shape, wanted: unbiased ? 'at least 2 of them' : 'at least 1',
    hint: 'With { unbiased: false } one element is enough.',
  })
}

const axisOption = (axis: number | null): { readonly axis?: number } => (axis === null ? {} : { axis })
const centred = (x: Node<Shape>, axis: number | null): Node<Shape> =>
  sub(x, mean(x, { ...axisOption(axis), keepDims: true }) as Node<Shape>)

export const varianceRecord = /* @__PURE__ */ compositeRecord<SpreadRecordOptions>({
  name: 'variance',
  docs: {
    summary: 'The variance along an axis, or of all elements.',
    formula: 'y = (sum of (x_i - mean)^2) / (n - 1), or / n when it need not be unbiased',
    gradient: 'dx_i = dy 2 (x_i - mean) / (n - 1), or / n', shapes: 'any -> [], or without the axis',
  },
  build([x], options) {
    const squares = sum(square(centred(x!, options.axis)), { ...axisOption(options.axis), keepDims: options.keepDims })
    return mul(squares as Node<Shape>, 1 / divisorOf(x!.shape, options, 'variance'))
  },
  samples: spreadSamples,
})

export const stdRecord = /* @__PURE__ */ compositeRecord<SpreadRecordOptions>({
  name: 'std',
  docs: {
    summary: 'The standard deviation along an axis, or of all elements.', formula: 'y = sqrt(variance(x))',
    gradient: 'dx_i = dy (x_i - mean) / (y (n - 1)), or / n; 0 where y is 0', shapes: 'any -> [], or without the axis',
  },
  build([x], options) {
    const { axis, keepDims } = options
    const norms = apply<Shape>(normRecord, [centred(x!, axis)], { p: 2, axis, keepDims })
    return mul(norms, 1 / Math.sqrt(divisorOf(x!.shape, options, 'std')))
  },
  samples: spreadSamples,
})

export interface SpreadOptions<A extends number | undefined = number | undefined, K extends boolean = boolean> {
  /** The axis; default: all elements. */
  readonly axis?: A
  /** Keep the reduced axis with length 1. Default false. */
  readonly keepDims?: K
  /** Whether to divide by n - 1, so that the expected value is right; default true, as in PyTorch. */
  readonly unbiased?: boolean
}

function spreadOptions(where: string, options: SpreadOptions): SpreadRecordOptions {
  checkOptions(where, options, ['axis', 'keepDims', 'unbiased'])
  const { axis = null, keepDims = false, unbiased = true } = options
  checkFlags(where, { keepDims, unbiased })
  return { axis, keepDims, unbiased }
}

/**
 * The variance of all elements or along an axis.
 * Formula: y = (sum of (x_i - mean)^2) / (n - 1), or / n when it need not be unbiased.
 * Gradient: dx_i = dy 2 (x_i - mean) / (n - 1), or / n.
 * Shapes: any -> [], or without the axis.
 * @throws ShapeError when there is no such axis, or too few elements.
 * @example variance(value([1, 2, 3])) // 1
 */
export function variance<S extends Shape, const A extends number | undefined = undefined, K extends boolean = false>(
  x: Values<S>, options: SpreadOptions<A, K> = {},
): Node<ReducedShape<S, A, K>> {
  return apply(varianceRecord, [denseNode(x, 'variance')], spreadOptions('variance', options))
}

/**
 * The standard deviation of all elements or along an axis.
 * Formula: y = sqrt(variance(x)). Gradient: dx_i = dy (x_i - mean) / (y (n - 1)), or / n; 0 where y is 0.
 * Shapes: any -> [], or without the axis.
 * @throws ShapeError when there is no such axis, or too few elements.
 * @example std(value([1, 3]), { unbiased: false }) // 1
 */
export function std<S extends Shape, const A extends number | undefined = undefined, K extends boolean = false>(
  x: Values<S>, options: SpreadOptions<A, K> = {},
): Node<ReducedShape<S, A, K>> {
  return apply(stdRecord, [denseNode(x, 'std')], spreadOptions('std', options))
}
