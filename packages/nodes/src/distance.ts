import { apply, denseNode, type Node } from '@eddy/graph'
import { checkOptions, type Shape, ShapeError } from '@eddy/tensor'
import { div, maximum, mul, sub } from './arithmetic.ts'
import { checkNumbers } from './check-values.ts'
import { compositeRecord } from './composite.ts'
import { sqrt } from './elementary.ts'
import type { Values } from './layer.ts'
import { normRecord } from './norm.ts'
import { sum } from './reduce.ts'
import { reshape } from './reshape.ts'

interface AlongOptions {
  readonly axis: number
  readonly epsilon: number
}

export const cosineSimilarityRecord = /* @__PURE__ */ compositeRecord<AlongOptions>({
  name: 'cosineSimilarity',
  docs: {
    summary: 'The cosine of the angle between vectors along an axis.',
    formula: 'y = sum of a_i b_i / max(sqrt(sum of a_i^2 sum of b_i^2), epsilon)', gradient: 'of the formula',
    shapes: 'a, b that stretch to one shape -> without the axis',
  },
  build([a, b], { axis, epsilon }) {
    const dot = (x: Node<Shape>, y: Node<Shape>): Node<Shape> => sum(mul(x, y), { axis }) as Node<Shape>
    const products = mul(dot(a!, a!), dot(b!, b!))
    return div(dot(a!, b!), sqrt(maximum(products, epsilon * epsilon)))
  },
  samples: () => ([[[3], [3], 0], [[1, 2], [1, 2], 1], [[2, 5], [2, 5], -1], [[3, 2], [3, 2], 0]] as const)
    .map(([a, b, axis]) => ({ options: { axis, epsilon: 1e-8 }, inputs: [{ shape: a }, { shape: b }] })),
})

export const cdistRecord = /* @__PURE__ */ compositeRecord<{ readonly p: number }>({
  name: 'cdist',
  docs: {
    summary: 'The distance of each row of a to each row of b.', formula: 'y_ij = (sum over k of |a_ik - b_jk|^p)^(1/p)',
    gradient: 'of the formula; 0 between equal rows', shapes: 'a [n, d], b [m, d] -> [n, m]',
  },
  build([a, b], { p }) {
    const [[n, d], [m, e]] = [a!.shape, b!.shape] as unknown as [[number, number], [number, number]]
    if (a!.shape.length !== 2 || b!.shape.length !== 2 || d !== e) {
      throw new ShapeError({
        what: 'these are not two lists of rows of one length', where: 'cdist', got: b!.shape,
        wanted: `[m, ${d ?? 'd'}]`,
        hint: 'Give a of shape [n, d] and b of shape [m, d].',
      })
    }
    const difference = sub(reshape([n, 1, d])(a!), reshape([1, m, e])(b!))
    return apply(normRecord, [difference], { p, axis: -1, keepDims: false })
  },
  samples: () => ([[[1, 1], [1, 1]], [[3, 4], [2, 4]], [[2, 3], [5, 3]]] as const)
    .flatMap(([a, b]) => [1, 2].map((p) => ({
      options: { p }, inputs: [{ shape: a }, { shape: b }], apart: true as const,
    }))),
})
/**
 * The cosine of the angle between vectors along an axis, by default the last.
 * Formula: y = sum of a_i b_i / max(sqrt(sum of a_i^2 sum of b_i^2), epsilon).
 * Shapes: a, b that stretch to one shape -> without the axis.
 * @throws ShapeError when the shapes do not stretch to one, or there is no such axis.
 * @example cosineSimilarity(value([1, 0]), value([1, 1])) // 0.7071068
 */
export function cosineSimilarity(
  a: Values<Shape>, b: Values<Shape>, options: { readonly axis?: number; readonly epsilon?: number } = {},
): Node<Shape> {
  checkOptions('cosineSimilarity', options, ['axis', 'epsilon'])
  const { axis = -1, epsilon = 1e-8 } = options
  checkNumbers('cosineSimilarity', { epsilon }, { least: 0 })
  const inputs = [denseNode(a, 'cosineSimilarity'), denseNode(b, 'cosineSimilarity')]
  return apply(cosineSimilarityRecord, inputs, { axis, epsilon })
}

/**
 * Distances between all pairs of rows, Euclidean (p = 2) by default.
 * Formula: y_ij = (sum over k of |a_ik - b_jk|^p)^(1/p). Gradient: of the formula; 0 between equal rows.
 * Shapes: [n, d], [m, d] -> [n, m].
 * @throws ShapeError when the rows have different lengths.
 * @example cdist(value([[0, 0], [3, 0]]), value([[0, 4]])) // [4, 5]
 */
export function cdist<N extends number, M extends number, D extends number>(
  a: Values<[N, D]>, b: Values<[M, NoInfer<D>]>, options: { readonly p?: number } = {},
): Node<[N, M]> {
  checkOptions('cdist', options, ['p'])
  checkNumbers('cdist', { p: options.p }, { least: 1 })
  return apply(cdistRecord, [denseNode(a, 'cdist'), denseNode(b, 'cdist')], { p: options.p ?? 2 })
}
