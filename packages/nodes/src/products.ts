import { apply, denseNode, type Node, type Operandish } from '@eddy/graph'
import { checkOptions, type Shape, ShapeError } from '@eddy/tensor'
import { add, mul, operandNode } from './arithmetic.ts'
import { checkNumbers } from './check-values.ts'
import { compositeRecord } from './composite.ts'
import type { Values } from './layer.ts'
import { matmul, matmulRecord } from './matmul.ts'
import { reshape } from './reshape.ts'

export const outerRecord = /* @__PURE__ */ compositeRecord<null>({
  name: 'outer',
  docs: {
    summary: 'Every product of an element of one vector with an element of the other.', formula: 'y_ij = a_i b_j',
    gradient: 'da_i = sum over j of dy_ij b_j, db_j = sum over i of dy_ij a_i', shapes: '[n], [m] -> [n, m]',
  },
  build: ([a, b]) => matmul(reshape([a!.shape[0]!, 1])(a!), reshape([1, b!.shape[0]!])(b!)),
  samples: () => ([[1, 1], [3, 5], [11, 2], [0, 3]] as const).map(([n, m]) => ({
    options: null, inputs: [{ shape: [n] }, { shape: [m] }],
  })),
})

interface AddmmOptions {
  readonly beta: number
  readonly alpha: number
}

export const addmmRecord = /* @__PURE__ */ compositeRecord<AddmmOptions>({
  name: 'addmm',
  docs: {
    summary: 'A matrix product added to a bias.', formula: 'y = beta bias + alpha a b',
    gradient: 'of the formula', shapes: 'bias that stretches to [n, m], a [n, k], b [k, m] -> [n, m]',
  },
  build: ([bias, a, b], { beta, alpha }) => add(mul(beta, bias!), mul(alpha, matmul(a!, b!))),
  samples: () => ([
    [[], [1, 1], [1, 1]], [[5], [3, 4], [4, 5]], [[2, 3], [2, 2], [2, 3]], [[2, 1], [2, 7], [7, 3]],
  ] as const)
    .map(([bias, a, b], k) => ({
      options: { beta: 0.5 + k, alpha: 1.5 - k }, inputs: [{ shape: bias }, { shape: a }, { shape: b }],
    })),
})

/**
 * The outer product of two vectors.
 * Formula: y_ij = a_i b_j. Gradient: da_i = sum over j of dy_ij b_j, db_j = sum over i of dy_ij a_i.
 * Shapes: [n], [m] -> [n, m].
 * @example outer(value([1, 2]), value([3, 4])) // [3, 4, 6, 8]
 */
export function outer<N extends number, M extends number>(a: Values<[N]>, b: Values<[M]>): Node<[N, M]> {
  return apply(outerRecord, [denseNode(a, 'outer'), denseNode(b, 'outer')], null)
}

/**
 * A matrix product added to a bias.
 * Formula: y = beta bias + alpha a b.
 * Shapes: bias that stretches to [n, m], a [n, k], b [k, m] -> [n, m].
 * @throws ShapeError when the shapes do not fit.
 * @example addmm(1, value([[1, 2]]), value([[3], [4]]), { beta: 2 }) // [13]
 */
export function addmm<N extends number, K extends number, M extends number>(
  bias: Operandish, a: Values<[N, K]>, b: Values<[NoInfer<K>, M]>, options: Partial<AddmmOptions> = {},
): Node<[N, M]> {
  checkOptions('addmm', options, ['beta', 'alpha'])
  const { beta = 1, alpha = 1 } = options
  checkNumbers('addmm', { beta, alpha })
  return apply(addmmRecord, [operandNode(bias, 'addmm'), denseNode(a, 'addmm'), denseNode(b, 'addmm')], { beta, alpha })
}

/**
 * The product of each pair of matrices of two batches.
 * Formula: y_ij = sum over k of a_ik b_kj. Gradient: da = dy b^T, db = a^T dy.
 * Shapes: [.., m, k], [.., k, n] -> [.., m, n]; a vector counts as one row on the left, one column on the right, and
 * that axis is dropped. Leading axes stretch to each other.
 * @throws ShapeError when the batches or the inner lengths differ; `matmul` also stretches and takes vectors.
 * @example bmm(value([[[1, 2]]]), value([[[3], [4]]])) // [11]
 */
export function bmm<B extends number, N extends number, K extends number, M extends number>(
  a: Values<[B, N, K]>, b: Values<[NoInfer<B>, NoInfer<K>, M]>,
): Node<[B, N, M]> {
  const inputs = [denseNode<Shape>(a, 'bmm'), denseNode<Shape>(b, 'bmm')]
  const [left, right] = inputs.map((node) => node.shape) as [Shape, Shape]
  if (left.length === 3 && right.length === 3 && left[0] === right[0]) {
    return apply(matmulRecord, inputs, null, { label: 'bmm' })
  }
  throw new ShapeError({
    what: 'these are not two batches of as many matrices', where: 'bmm', got: right,
    wanted: `[${left[0] ?? 'b'}, k, m]`,
    hint: 'Give [b, n, k] and [b, k, m], or use matmul.',
  })
}
