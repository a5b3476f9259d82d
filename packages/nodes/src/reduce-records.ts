import type { Shape } from '@eddy/tensor'
import { defineRecord, edgeLengths, type NodeRecord } from './record.ts'
import { reduceOperator, type ReduceRecordOptions, type ReductionName } from './reduce.ts'

interface Row {
  readonly summary: string
  readonly formula: string
  readonly gradient: string
  /** Elements must differ: the gradient of a tie is a convention. */
  readonly apart?: true
}

const rows: Readonly<Record<ReductionName, Row>> = {
  logSumExp: {
    summary: 'A smooth maximum, exact for large values.', formula: 'y = log(sum of exp(x_i))',
    gradient: 'dx_i = dy softmax(x)_i',
  },
  max: {
    summary: 'The largest element.', formula: 'y = max of x_i', gradient: 'dy to the first largest', apart: true,
  },
  mean: { summary: 'The mean.', formula: 'y = (sum of x_i) / n', gradient: 'dx_i = dy / n' },
  min: {
    summary: 'The smallest element.', formula: 'y = min of x_i', gradient: 'dy to the first smallest', apart: true,
  },
  prod: { summary: 'The product.', formula: 'y = product of x_i', gradient: 'dx_i = dy (product of the others)' },
  sum: { summary: 'The sum.', formula: 'y = sum of x_i', gradient: 'dx_i = dy' },
}

const sampleShapes = (): readonly (readonly [Shape, readonly number[] | null])[] => [
  [[], null], [[1], null], [[7], null], [[2, 3], [0]], [[2, 3], [-1]], [[2, 3, 2], [1]], [[2, 3, 2], [0, 2]],
  [[2, 2, 3], [1, 2]], [[0, 3], [1]], [[2, 0], [0]], ...edgeLengths.slice(1).map((n) => [[2, n], [1]] as const),
  ...edgeLengths.map((n) => [[2, n], [0]] as const),
]

function reduceRecord(name: ReductionName): NodeRecord<ReduceRecordOptions> {
  const row = rows[name]
  return defineRecord<ReduceRecordOptions, never>({
    ...reduceOperator(name),
    docs: {
      summary: row.summary, formula: row.formula, gradient: row.gradient,
      shapes: 'any -> [], or without the given axes, or with keepDims those axes as 1',
    },
    samples: () => sampleShapes().flatMap(([shape, axes]) => [false, true].map((keepDims) => ({
      options: { axes, keepDims }, inputs: [{ shape }], ...(row.apart === true ? { apart: true as const } : {}),
    }))),
  })
}

export const reduceRecords = /* @__PURE__ */ Object.fromEntries(
  (Object.keys(rows) as ReductionName[]).map((name) => [name, reduceRecord(name)]),
) as Readonly<Record<ReductionName, NodeRecord<ReduceRecordOptions>>>
