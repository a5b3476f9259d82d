import { apply, denseNode, type Node, parameter } from '@eddy/graph'
import * as op from '@eddy/kernels/op'
import { checkOptions, embeddingWeight, type Shape } from '@eddy/tensor'
import { checkNumbers } from './check-values.ts'
import { compositeRecord } from './composite.ts'
import { initialOf, type Start, uniqueName, type Values } from './layer.ts'
import { equal, where } from './masks.ts'
import { defineRecord, edgeLengths } from './record.ts'
import { reshape } from './reshape.ts'
import { stopGradient } from './stop-gradient.ts'

export const embeddingRecord = /* @__PURE__ */ defineRecord<null>({
  name: 'embedding',
  docs: {
    summary: 'The row of a table for each index.', formula: 'y_i = table[index_i]',
    gradient: 'dtable[index_i] += dy_i, in order; the index has no gradient',
    shapes: 'index [..], table [count, width] -> [.., width]. An index is an integer from 0 to count - 1',
  },
  shape: ([index, table]) => [...index!, table![1]!],
  differentiable: (port) => port === 1,
  forward(scope, { inputs: [index, table], output }) {
    const [count, width] = table!.shape as readonly [number, number]
    scope.emit(op.GATHER_ROWS, table!, index!, output, count, width, index!.size)
  },
  backward(scope, { inputs: [index, table], gradient, inputGradients: [, dTable] }) {
    const [count, width] = table!.shape as readonly [number, number]
    if (dTable != null) scope.emit(op.SCATTER_ROWS, index!, gradient, dTable, count, width, index!.size)
  },
  structured({ inputs: [index], gradient }, port) {
    return port === 1 ? { kind: 'lookup', gradient, index: index! } : null
  },
  samples: () => ([
    [[], [4, 3]], [[1], [1, 1]], [[3], [5, 9]], [[2, 3], [3, 2]], [[0], [3, 2]],
    ...edgeLengths.slice(1).map((n) => [[n], [3, n]] as const),
  ] as readonly (readonly [readonly number[], readonly [number, number]])[]).map(([index, table]) => ({
    options: null, inputs: [{ shape: index, below: table[0] }, { shape: table }],
  })),
})

export const frozenRowRecord = /* @__PURE__ */ compositeRecord<{ readonly row: number }>({
  name: 'frozenRow',
  docs: {
    summary: 'Passes looked-up rows on, but no gradient to those of one index.', formula: 'y = x',
    gradient: 'dx_i = dy_i, 0 where index_i is that of the frozen row; the index has none',
    shapes: 'x [.., width], index [..] -> x',
  },
  build([x, index], { row }) {
    const frozen = reshape([...index!.shape, 1])(equal(index!, row))
    return where(frozen, stopGradient(x!), x!)
  },
  // The derivative is meant not to be that of the values.
  differentiable: (port) => port === 0,
  samples: () => ([[[3], []], [[2, 3], [2]], [[2, 2, 5], [2, 2]]] as const).map(([shape, index]) => ({
    options: { row: 9 }, inputs: [{ shape }, { shape: index, below: 4 }],
  })),
})

export interface EmbeddingOptions<N extends number = number, W extends number = number> {
  /** Initial table [count, width]; default N(0, 1). */
  readonly weight?: Start<[N, W]>
  /** This row keeps its value: it is what stands for "nothing". Default: every row learns. */
  readonly paddingIndex?: number | null
  readonly name?: string
}

/**
 * A learned vector for each of `count` things, looked up by integer index. Only the rows that were looked up are ever
 * updated. Source: initial values as PyTorch's `nn.Embedding`.
 * Formula: y_i = table[index_i]. Gradient: dtable[index_i] += dy_i, in order; the index has no gradient.
 * Shapes: [..] -> [.., width]. Errors: an event with an index outside the table is rejected.
 * @example value([1, 0]).pipe(embedding(2, 1, { weight: tensor([[5], [6]]) })) // [6, 5]
 */
export function embedding<const N extends number, const W extends number>(
  count: N, width: W, options: EmbeddingOptions<NoInfer<N>, NoInfer<W>> = {},
): <S extends Shape>(index: Values<S>) => Node<[...S, W]> {
  const label = `embedding(${count}, ${width})`
  checkOptions(label, options, ['weight', 'paddingIndex', 'name'])
  const table = parameter(initialOf(options.weight, [count, width], embeddingWeight(), label), { role: 'weight' })
  const { paddingIndex: row = null } = options
  if (row !== null) checkNumbers(label, { paddingIndex: row }, { least: 0, below: count, integer: true })
  return (index) => {
    const node = denseNode(index, label)
    const rows = apply<Shape>(embeddingRecord, [node, table], null, { label, name: uniqueName(node, options.name) })
    return (row === null ? rows : apply(frozenRowRecord, [rows, node], { row }, { label })) as never
  }
}
