import { type AnyNode, apply, asNode, buffer, type Leaf, type Node } from '@eddy/graph'
import * as op from '@eddy/kernels/op'
import { checkOptions, type Initializer, type Shape, ValueError, zeros } from '@eddy/tensor'
import { atFirstUse, uniqueName, type Values } from './layer.ts'
import { defineRecord } from './record.ts'

const docs = {
  summary: 'Shifts and scales each element by the mean and deviation of what it was in earlier events.',
  formula: 'y = (x - mean) / sqrt(m2 / count) cut to [-limit, limit], 0 while that is no positive number; on commit, '
    + 'count += 1, d = x - mean, mean += d / count, m2 += d (x - mean)',
  source: 'Welford 1962',
} as const

interface Limit {
  readonly limit: number
}

export const standardizeRecord = /* @__PURE__ */ defineRecord<Limit>({
  name: 'standardize',
  docs: {
    ...docs, gradient: 'dx = dy / sqrt(m2 / count), 0 where y was cut; the statistics are no parameters',
    shapes: 'any -> the same',
  },
  shape: ([x]) => x!,
  differentiable: (port) => port === 0,
  forward(scope, { inputs: [x, mean, m2, count], output, options: { limit } }) {
    scope.emit(op.STANDARDIZE, x!, mean!, m2!, count!, output, output.size, { f64: limit })
  },
  backward(scope, { inputs: [, , m2, count], output, gradient, inputGradients: [dx], options: { limit } }) {
    if (dx != null) scope.emit(op.STANDARDIZE_BACKWARD, m2!, count!, output, gradient, dx, dx.size, { f64: limit })
  },
  commit(scope, { inputs: [x, mean, m2, count] }) {
    scope.emit(op.STANDARDIZE_COMMIT, x!, mean!, m2!, count!, x!.size)
  },
  samples: () => [[], [3], [2, 5]].map((shape) => ({
    options: { limit: 10 },
    inputs: [
      { shape }, { shape, buffer: true as const }, { shape, buffer: true as const, range: [4, 9] as const },
      { shape, buffer: true as const, range: [3, 5] as const },
    ],
  })),
})

export const sparseStandardizeRecord = /* @__PURE__ */ defineRecord<Limit>({
  name: 'sparseStandardize',
  docs: {
    ...docs, gradient: 'none: pairs come from the event',
    shapes: 'pairs of [n], statistics [n, 4] with rows (flag, count, mean, m2) -> pairs of [n]; flag 0: y = x',
  },
  shape: ([x]) => x!,
  pairs: ([capacity]) => capacity!,
  differentiable: () => false,
  forward(scope, { inputs: [x, statistics], output, options: { limit } }) {
    scope.emit(op.SPARSE_STANDARDIZE, x!, output, x!.pairs, statistics!, statistics!.shape[0]!, { f64: limit })
  },
  backward() {},
  commit(scope, { inputs: [x, statistics] }) {
    scope.emit(op.SPARSE_STANDARDIZE_COMMIT, x!, x!.pairs, statistics!, statistics!.shape[0]!)
  },
  commits: 'rows',
  samples: () => [[[1, 0.5], [2, -2]], [[0, 3], [2, 1], [0, 1]], []].map((entries) => ({
    options: { limit: 10 },
    inputs: [
      { shape: [3], pairs: { capacity: 4, entries: entries as [number, number][] } },
      { shape: [3, 4], buffer: true as const, data: [1, 5, 0.5, 9, 0, 0, 0, 0, 1, 3, -1, 2] },
    ],
  })),
})

export interface StandardizeOptions {
  /**
   * Largest magnitude of what comes out, default 10: a quantity that jumps after a quiet time must not ruin a model.
   */
  readonly limit?: number
  /** Of a sparse input, the columns to standardise; the others pass unchanged. Default: all. */
  readonly columns?: (index: number) => boolean
  readonly name?: string
}

/** Statistics of a column that has not been seen: [flag, 0, 0, 0]. */
function unseen(columns: (index: number) => boolean): Initializer {
  return { name: 'unseen', sampler: () => (i) => (i % 4 === 0 && columns(i / 4) ? 1 : 0) }
}

function buffersFor(node: AnyNode, options: StandardizeOptions): readonly Leaf[] {
  if (node.pairs > 0) {
    const initial = { shape: [node.shape[0]!, 4], initializer: unseen(options.columns ?? (() => true)) }
    return [buffer(initial, { role: 'statistics', growing: () => node.shape[0]! })]
  }
  const initial = { shape: node.shape, initializer: zeros() }
  return ['mean', 'm2', 'count'].map((role) => buffer(initial, { role }))
}

/**
 * A layer that standardises what comes in by running statistics, updated after each learned event; dense or sparse.
 * An event is standardised by the events before it, so a prediction never sees itself. Statistics are f64 and part of
 * the training state.
 * Formula: y = (x - mean) / sqrt(m2 / count) cut to [-limit, limit], 0 while that is no positive number; on commit,
 * count += 1, d = x - mean, mean += d / count, m2 += d (x - mean).
 * Gradient: dx = dy / sqrt(m2 / count), 0 where y was cut; none for sparse pairs. Source: Welford 1962.
 * Shapes: any, unchanged.
 * @throws ShapeError when applied again to another shape; ValueError for a limit that is not positive.
 * @example value([3, 4]).pipe(standardize()) // [0, 0]
 */
export function standardize(options: StandardizeOptions = {}): <S extends Shape>(x: Values<S>) => Node<S> {
  const label = 'standardize()'
  checkOptions(label, options, ['limit', 'columns', 'name'])
  const { limit = 10, columns } = options
  if (columns !== undefined && typeof columns !== 'function') {
    throw new ValueError({
      what: 'columns picks nothing', where: label, got: columns, wanted: 'a function of the number of a column',
      hint: 'Such as (index) => index < 10.',
    })
  }
  if (!(typeof limit === 'number' && limit > 0)) {
    throw new ValueError({
      what: 'limit cuts everything', where: label, got: limit, wanted: 'a number above 0',
      hint: 'Leave it out for 10; Infinity cuts nothing.',
    })
  }
  const buffersOf = atFirstUse(label, (shape) => shape, (node) => buffersFor(node, options))
  return (x) => {
    const node = asNode(x, label)
    const record = node.pairs > 0 ? sparseStandardizeRecord : standardizeRecord
    const how = { label, name: uniqueName(node, options.name ?? 'standardize') }
    return apply(record, [node, ...buffersOf(node)], { limit }, how)
  }
}
