import { apply, constant, denseNode, type Node } from '@eddy/graph'
import { checkOptions, type Shape, tensor } from '@eddy/tensor'
import { mul } from './arithmetic.ts'
import { checkFlags, checkNumbers } from './check-values.ts'
import { compositeRecord } from './composite.ts'
import type { Values } from './layer.ts'
import { where } from './masks.ts'
import { matmul } from './matmul.ts'
import { transpose } from './rearrangements.ts'
import { softmax } from './softmax.ts'

/** What a masked score counts as: its softmax is exactly 0 beside any real score. */
const masked = -1e30

interface ScaleOptions {
  /** null: 1 / sqrt(d) */
  readonly scale: number | null
}

export const attentionRecord = /* @__PURE__ */ compositeRecord<ScaleOptions>({
  name: 'attention',
  docs: {
    summary: 'Values averaged by how well each query fits each key; a mask keeps queries from seeing keys.',
    formula: 'y = softmax(scale q k^T, masked scores -1e30) v, scale 1 / sqrt(d) unless given',
    gradient: 'of the formula',
    shapes: 'q [.., n, d], k [.., m, d], v [.., m, e], mask that stretches to [.., n, m] (optional) -> [.., n, e]',
    source: 'Vaswani et al. 2017',
  },
  build([q, k, v, mask], { scale }) {
    const scores = mul(matmul(q!, transpose()(k!)), scale ?? 1 / Math.sqrt(q!.shape.at(-1)!)) as Node<Shape>
    return matmul(softmax()(mask === undefined ? scores : where(mask, scores, masked)), v!)
  },
  differentiable: (port) => port < 3,
  samples: () => ([
    [[1, 1], [1, 1], [1, 1], null], [[2, 3], [4, 3], [4, 2], null],
    [[3, 2], [3, 2], [3, 5], [1, 0, 0, 1, 1, 0, 1, 1, 1]],
    [[2, 2, 3], [2, 3, 3], [2, 3, 1], null],
  ] as const).map(([q, k, v, mask], i) => ({
    options: { scale: i === 3 ? 0.7 : null },
    inputs: [
      { shape: q }, { shape: k }, { shape: v },
      ...(mask === null ? [] : [{ shape: [q.at(-2)!, k.at(-2)!], data: mask }]),
    ],
  })),
})

export interface AttentionOptions {
  /** Query i sees keys 0 to i only. Default false. */
  readonly causal?: boolean
  /** 1 where a query may see a key, 0 where not; stretches to [.., n, m]. */
  readonly mask?: Values<Shape>
  /** What scores are multiplied by; default 1 / sqrt(d). */
  readonly scale?: number
}

/**
 * Scaled dot-product attention. A query whose keys are all masked sees the mean.
 * Formula: y = softmax(scale q k^T, masked scores -1e30) v, scale 1 / sqrt(d) unless given.
 * Source: Vaswani et al. 2017.
 * Shapes: q [.., n, d], k [.., m, d], v [.., m, e] -> [.., n, e].
 * @throws ShapeError when the shapes do not fit.
 * @example attention(value([[0, 0]]), value([[1, 0], [0, 1]]), value([[2], [4]])) // [3]
 */
export function attention(
  q: Values<Shape>, k: Values<Shape>, v: Values<Shape>, options: AttentionOptions = {},
): Node<Shape> {
  checkOptions('attention', options, ['causal', 'mask', 'scale'])
  checkFlags('attention', { causal: options.causal })
  checkNumbers('attention', { scale: options.scale })
  const inputs = [q, k, v].map((input) => denseNode(input, 'attention'))
  const [n, m] = [inputs[0]!.shape.at(-2) ?? 1, inputs[1]!.shape.at(-2) ?? 1]
  const { causal = false, mask, scale = null } = options
  const seen = Array.from({ length: n * m }, (_, i) => (i % m <= Math.floor(i / m) ? 1 : 0))
  const past = causal ? constant<Shape>(tensor(seen, [n, m])) : null
  const given = mask === undefined ? null : denseNode(mask, 'attention')
  const both = past !== null && given !== null ? (mul(past, given) as Node<Shape>) : (past ?? given)
  return apply(attentionRecord, both === null ? inputs : [...inputs, both], { scale })
}
