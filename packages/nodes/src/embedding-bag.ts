import { type AnyNode, apply, constant, denseNode, type Node } from '@eddy/graph'
import { checkChoice, checkOptions, type Shape, tensor } from '@eddy/tensor'
import { add, div, maximum, mul, sub } from './arithmetic.ts'
import { compositeRecord } from './composite.ts'
import { concat } from './concat.ts'
import { embedding, type EmbeddingOptions } from './embedding.ts'
import type { Values } from './layer.ts'
import { less } from './masks.ts'
import { matmul } from './matmul.ts'
import { reshape } from './reshape.ts'
import { slice } from './slice.ts'
import { sum } from './reduce.ts'

interface BagOptions {
  readonly mode: 'sum' | 'mean'
}

export const bagRecord = /* @__PURE__ */ compositeRecord<BagOptions>({
  name: 'bag',
  docs: {
    summary: 'Sums, or means, of stretches of rows; each stretch ends where the next begins, the last one at the end.',
    formula: 'y_b = the sum (or mean) of rows offset_b to offset_(b+1) - 1; 0 for an empty one',
    gradient: 'drow = dy of its stretch (divided by its length for the mean); offsets have none',
    shapes: 'rows [n, width], offsets [bags] ascending, places [n] = 0, 1, .. -> [bags, width]',
  },
  build([rows, offsets, places], { mode }) {
    const [n, bags] = [rows!.shape[0]!, offsets!.shape[0]!]
    // 1 where a row comes before an offset: a stretch is what lies before the next offset but not before its own.
    const before = less(reshape([1, n])(places!), reshape([bags, 1])(offsets!))
    const rest = slice(1)(before)
    const last = add(mul(0, slice(0, 1)(before)), 1) as Node<Shape>
    const next = concat([rest, last] as never) as Node<Shape>
    const member = sub(next, before) as Node<Shape>
    const total = matmul(member, rows!)
    if (mode === 'sum') return total
    return div(total, maximum(sum(member, { axis: 1, keepDims: true }) as Node<Shape>, 1))
  },
  differentiable: (port) => port === 0,
  samples: () => ([[[1, 1], [0]], [[5, 2], [0, 2]], [[7, 3], [0, 3, 3]], [[4, 9], [0, 1, 2, 3]]] as const)
    .flatMap(([rows, offsets]) => (['sum', 'mean'] as const).map((mode) => ({
      options: { mode },
      inputs: [
        { shape: rows }, { shape: [offsets.length], data: offsets },
        { shape: [rows[0]], data: Array.from({ length: rows[0] }, (_, i) => i) },
      ],
    }))),
})

export interface EmbeddingBagOptions<N extends number = number, W extends number = number>
  extends EmbeddingOptions<N, W> {
  /** Whether the vectors of a bag are averaged (the default) or summed. */
  readonly mode?: 'sum' | 'mean'
}

/**
 * Sums or means of learned vectors: one for all indices, or one for each bag of them. The indices of bag b are those
 * from offset_b on, up to the next offset. Only rows that were looked up are ever updated.
 * Formula: y_b = the sum (or mean) of table[index_i] over the bag; 0 for an empty one.
 * Shapes: index [n] -> [1, width]; with offsets [bags] -> [bags, width].
 * Errors: an event with an index outside the table is rejected.
 * @example embeddingBag(2, 1, { mode: 'sum', weight: tensor([[5], [6]]) })(value([1, 0, 1])) // [17]
 */
export function embeddingBag<const N extends number, const W extends number>(
  count: N, width: W, options: EmbeddingBagOptions<NoInfer<N>, NoInfer<W>> = {},
): (index: Values<Shape>, offsets?: Values<Shape>) => Node<Shape> {
  const label = `embeddingBag(${count}, ${width})`
  checkOptions(label, options, ['mode', 'weight', 'paddingIndex', 'name'])
  const { mode = 'mean', ...rest } = options
  checkChoice(label, 'mode', mode, ['mean', 'sum'])
  const rowsOf = embedding(count, width, rest)
  return (index, offsets) => {
    const node = denseNode(index, label)
    const n = node.shape[0] ?? 1
    const starts: AnyNode = offsets === undefined ? constant(tensor([0])) : denseNode(offsets, label)
    const places = constant(tensor(Array.from({ length: n }, (_, i) => i), [n]))
    return apply(bagRecord, [rowsOf(node), starts, places], { mode }, { label })
  }
}
