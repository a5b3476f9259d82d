import { type AnyNode, apply, asNode, GraphError, type Layer, parameter } from '@eddy/graph'
import * as op from '@eddy/kernels/op'
import { checkOptions, formatShape, linearWeight, ShapeError } from '@eddy/tensor'
import { initialOf, type Start, uniqueName } from './layer.ts'
import { biasParameter } from './linear.ts'
import { defineRecord } from './record.ts'

export interface SparseLinearRecordOptions {
  /** The table follows a named axis: it may have had fewer rows when the node was made. */
  readonly growing: boolean
}

export const sparseLinearRecord = /* @__PURE__ */ defineRecord<SparseLinearRecordOptions>({
  name: 'sparseLinear',
  docs: {
    summary: 'A linear layer over (index, value) pairs: touches the rows of the pairs and nothing else.',
    formula: 'y = sum over pairs k of value_k table[index_k] + b',
    gradient: 'dtable[index_k] += value_k dy, in order; db = dy; the pairs have no gradient',
    shapes: 'x [in] as pairs, table [in, out], b [out] (optional) -> [out]',
  },
  shape([x, table], { growing }) {
    const [inputs, outputs] = table as readonly [number, number]
    if (x!.length === 1 && (growing ? x![0]! >= inputs : x![0] === inputs)) return [outputs]
    throw new ShapeError({
      what: 'the number of inputs differs', where: 'sparseLinear', got: x!, wanted: [inputs],
      hint: 'dense(out) takes what comes in.',
    })
  },
  differentiable: (port) => port > 0,
  forward(scope, { inputs: [x, table, b], output }) {
    const [rows, outputs] = table!.shape as readonly [number, number]
    scope.emit(op.SPARSE_LINEAR, x!, x!.pairs, table!, b ?? 0, output, rows, outputs, table!.apart ?? outputs)
  },
  backward(scope, { inputs: [x, table], gradient, inputGradients: [, dTable, db] }) {
    const [rows, outputs] = table!.shape as readonly [number, number]
    if (dTable != null) scope.emit(op.SPARSE_LINEAR_DW, x!, x!.pairs, gradient, dTable, rows, outputs)
    if (db != null) scope.emit(op.COPY, db, gradient, db.size)
  },
  structured: ({ inputs: [x], gradient }, port) => (
    port === 1 ? { kind: 'rows', gradient, pairs: x! } : port === 2 ? { kind: 'same', gradient } : null
  ),
  apart: (port) => port === 1,
  samples: () => ([
    [4, 1, [[1, 0.5], [3, -2]]], [5, 3, [[4, 1], [0, 2], [4, -0.5]]], [6, 9, [[2, 1.5]]], [3, 2, []],
    [9, 1, [[0, 1], [1, -1], [2, 0.5], [5, 2], [8, 3]]],
  ] as const).flatMap(([inputs, outputs, entries]) => [true, false].map((bias) => ({
    options: { growing: false },
    inputs: [
      { shape: [inputs], pairs: { capacity: 6, entries } }, { shape: [inputs, outputs] },
      ...(bias ? [{ shape: [outputs] }] : []),
    ],
  }))),
})

/** @throws GraphError when the values are dense. */
export function sparseNode(x: Parameters<typeof asNode>[0], label: string): AnyNode {
  const node = asNode(x, label)
  if (node.pairs > 0) return node
  throw new GraphError(
    `needs sparse (index, value) pairs, got dense values from ${node.label} -> ${formatShape(node.shape)}`, label,
    'Use linear(in, out) or dense(out) for dense values',
  )
}

export interface SparseLinearOptions<I extends number = number, O extends number = number> {
  /** Initial table [in, out]; default U(-1/sqrt(in), 1/sqrt(in)). */
  readonly weight?: Start<[I, O]>
  /** Initial bias [out], or false for none. */
  readonly bias?: Start<[O]> | boolean
  readonly name?: string
}

/**
 * A fully connected layer for sparse inputs: an event costs its own pairs, whatever the size of the table, in forward,
 * backward and update. The table is stored by input: [in, out].
 * Formula: y = sum over pairs k of value_k table[index_k] + b.
 * Gradient: dtable[index_k] += value_k dy, in order; db = dy; the pairs have no gradient.
 * Shapes: pairs of [in] -> [out].
 * @throws ShapeError when applied to a node of another length; GraphError when it is dense.
 * @example pairs(2, [[0, 2], [1, 1]]).pipe(sparseLinear(2, 1, { weight: tensor([[5], [7]]), bias: false })) // [17]
 */
export function sparseLinear<const I extends number, const O extends number>(
  inputs: I, outputs: O, options: SparseLinearOptions<NoInfer<I>, NoInfer<O>> = {},
): Layer<[I], [O]> {
  const label = `sparseLinear(${inputs}, ${outputs})`
  checkOptions(label, options, ['weight', 'bias', 'name'])
  const initial = initialOf(options.weight, [inputs, outputs], linearWeight({ fanIn: inputs }), label)
  const weight = parameter(initial, { role: 'weight' })
  const bias = biasParameter(options.bias, outputs, inputs, label)
  return (x) => {
    const node = sparseNode(x, label)
    const ports = bias === null ? [node, weight] : [node, weight, bias]
    return apply(sparseLinearRecord, ports, { growing: false }, { label, name: uniqueName(node, options.name) })
  }
}
