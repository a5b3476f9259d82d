import { type Arithmetic, arithmeticOperator } from './arithmetic.ts'
import { defineRecord, edgeLengths, type NodeRecord, type Sample } from './record.ts'

interface Row {
  readonly formula: string
  readonly gradient: string
  /** Ranges of a and b in the tests. */
  readonly ranges?: readonly [readonly [number, number], readonly [number, number]]
  readonly apart?: true
}

const positive = [0.3, 3] as const

const rows: Readonly<Record<Arithmetic, Row>> = {
  add: { formula: 'a + b', gradient: 'da = dy, db = dy' },
  atan2: { formula: 'the angle of the point (b, a)', gradient: 'da = dy b / (a^2 + b^2), db = -dy a / (a^2 + b^2)',
    ranges: [[-2, 2], positive] },
  div: { formula: 'a / b', gradient: 'da = dy / b, db = -dy y / b', ranges: [[-2, 2], positive] },
  maximum: { formula: 'the larger of a and b', gradient: 'dy to the larger, half to each of two equal', apart: true },
  minimum: { formula: 'the smaller of a and b', gradient: 'dy to the smaller, half to each of two equal', apart: true },
  mul: { formula: 'a b', gradient: 'da = dy b, db = dy a' },
  pow: { formula: 'a^b', gradient: 'da = dy b a^(b - 1), db = dy y log(a)', ranges: [positive, [-2, 2]] },
  sub: { formula: 'a - b', gradient: 'da = dy, db = -dy' },
}

const shapes = (): readonly (readonly [readonly number[], readonly number[]])[] => [
  [[], []], [[5], []], [[], [5]], [[2, 3], [2, 3]], [[19], [19]], [[0], []], [[2, 0], [2, 1]], [[2, 3], [3]],
  [[3, 1], [4, 1, 2]],
  [[1], [2, 1]], [[2, 3], [2, 1]], ...edgeLengths.map((n) => [[n], [n]] as const),
]

function samplesOf(row: Row): readonly Sample<null>[] {
  return shapes().map(([a, b]) => ({
    options: null,
    inputs: [a, b].map((shape, port) => ({ shape, range: row.ranges?.[port] ?? ([-2, 2] as const) })),
    ...(row.apart === true ? { apart: true as const } : {}),
  }))
}

function arithmeticRecord(name: Arithmetic): NodeRecord<null> {
  const row = rows[name]
  return defineRecord<null, never>({
    ...arithmeticOperator(name),
    docs: {
      summary: `${name}(a, b) for every pair of elements.`, formula: `y = ${row.formula}`,
      gradient: `${row.gradient}; summed over the axes an operand was stretched along`,
      shapes: 'a, b -> the shape both stretch to (NumPy broadcasting)',
    },
    samples: () => samplesOf(row),
  })
}

export const arithmeticRecords = /* @__PURE__ */ Object.fromEntries(
  (Object.keys(rows) as Arithmetic[]).map((name) => [name, arithmeticRecord(name)]),
) as Readonly<Record<Arithmetic, NodeRecord<null>>>
