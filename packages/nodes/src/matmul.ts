import { apply, type Node, type Scope, type Slot } from '@eddy/graph'
import { op, reduction } from '@eddy/kernels'
import { formatShape, sameShape, type Shape, ShapeError, sizeOf } from '@eddy/tensor'
import { denseNode, type Values } from './layer.ts'
import type { MatmulFits, MatmulShape } from './matmul-types.ts'
import { defineRecord } from './record.ts'

/** One factor, row-major, as a batch of matrices. A vector is one row on the left and one column on the right. */
interface Factor {
  readonly slot: Slot
  readonly batch: number
  readonly rows: number
  readonly columns: number
}

/** A factor as the kernel reads it: element strides for batch, row and column. */
interface Strided {
  readonly slot: Slot
  readonly strides: readonly [batch: number, row: number, column: number]
}

function factors(a: Slot, b: Slot): readonly [Factor, Factor] {
  return [
    { slot: a, batch: sizeOf(a.shape.slice(0, -2)), rows: a.shape.at(-2) ?? 1, columns: a.shape.at(-1)! },
    b.shape.length === 1
      ? { slot: b, batch: 1, rows: b.shape[0]!, columns: 1 }
      : { slot: b, batch: sizeOf(b.shape.slice(0, -2)), rows: b.shape.at(-2)!, columns: b.shape.at(-1)! },
  ]
}

function plain({ slot, batch, rows, columns }: Factor): Strided {
  return { slot, strides: [batch === 1 ? 0 : rows * columns, columns, 1] }
}

function transposed(factor: Factor): Strided {
  const { slot, strides: [batch, row, column] } = plain(factor)
  return { slot, strides: [batch, column, row] }
}

/** y [batch, m, n] = a [batch, m, k] b [batch, k, n] */
function emitProduct(
  scope: Scope, a: Strided, b: Strided, y: Slot, [batch, m, k, n]: readonly [number, number, number, number],
): void {
  scope.emit(op.MATMUL, a.slot, b.slot, y, batch, m, k, n, ...a.strides, ...b.strides)
}

/** Where the gradient of a factor goes: a factor shared by the whole batch gets the sum over it. */
function summedOver(scope: Scope, batch: number, factor: Factor, dst: Slot, write: (into: Slot) => void): void {
  const inner = factor.rows * factor.columns
  if (factor.batch === batch) return write(dst)
  const each = scope.temporary(batch * inner)
  write(each)
  scope.emit(op.REDUCE, reduction.sum, each, dst, 1, batch, inner)
}

export const matmulRecord = /* @__PURE__ */ defineRecord<null>({
  name: 'matmul',
  docs: {
    summary: 'The matrix product, for each matrix of a batch.',
    formula: 'y_ij = sum over k of a_ik b_kj', gradient: 'da = dy b^T, db = a^T dy',
    shapes: '[.., m, k], [.., k, n] -> [.., m, n]; a vector counts as one row on the left, one column on the right, '
      + 'and that axis is dropped. Leading axes are equal, or one factor has none',
  },
  shape([left, right]) {
    const [a, b] = [left!, right!]
    if (a.length === 0 || b.length === 0) throw mismatch('a scalar is no factor', a, b, 'Use mul for scalars.')
    const inner = b.length === 1 ? b[0] : b.at(-2)
    if (a.at(-1) !== inner) {
      throw mismatch(`${a.at(-1)} columns meet ${inner} rows`, a, b, 'The last axis of a is summed over b\'s rows.')
    }
    const [frontA, frontB] = [a.slice(0, -2), b.slice(0, -2)]
    if (frontA.length > 0 && frontB.length > 0 && !sameShape(frontA, frontB)) {
      throw mismatch('the leading axes differ', a, b, 'Give both the same leading axes, or one of them none.')
    }
    const front = frontA.length > 0 ? frontA : frontB
    return [...front, ...(a.length > 1 ? [a.at(-2)!] : []), ...(b.length > 1 ? [b.at(-1)!] : [])]
  },
  forward(scope, { inputs: [left, right], output }) {
    const [a, b] = factors(left!, right!)
    const batch = Math.max(a.batch, b.batch)
    emitProduct(scope, plain(a), plain(b), output, [batch, a.rows, a.columns, b.columns])
  },
  backward(scope, { inputs: [left, right], gradient, inputGradients: [da, db] }) {
    const [a, b] = factors(left!, right!)
    const batch = Math.max(a.batch, b.batch)
    const dy: Factor = { slot: gradient, batch, rows: a.rows, columns: b.columns }
    if (da != null) {
      summedOver(scope, batch, a, da, (into) =>
        emitProduct(scope, plain(dy), transposed(b), into, [batch, a.rows, b.columns, a.columns]))
    }
    if (db != null) {
      summedOver(scope, batch, b, db, (into) =>
        emitProduct(scope, transposed(a), plain(dy), into, [batch, a.columns, a.rows, b.columns]))
    }
  },
  samples: ([
    [[3], [3]], [[3], [3, 2]], [[4, 3], [3]], [[2, 3], [3, 4]], [[1, 1], [1, 1]], [[5, 17], [17, 9]],
    [[2, 3, 4], [2, 4, 5]], [[2, 3, 4], [4, 2]], [[3, 4], [2, 4, 2]], [[3], [2, 3, 2]], [[2, 1, 3, 2], [2, 1, 2, 2]],
  ] as const).map(([a, b]) => ({ options: null, inputs: [{ shape: a }, { shape: b }] })),
})

function mismatch(what: string, a: Shape, b: Shape, hint: string): ShapeError {
  return new ShapeError({ what, where: 'matmul', got: b, wanted: `a factor that fits ${formatShape(a)}`, hint })
}

/**
 * The matrix product; formula, gradient and shapes: `matmulRecord`.
 * @throws ShapeError when the inner lengths or the leading axes differ; literal shapes that differ do not compile.
 * @example matmul(value([[1, 2], [3, 4]]), value([1, 10])) // [21, 43]
 */
export function matmul<A extends Shape, B extends Shape>(
  a: Values<A>, b: Values<B> & MatmulFits<A, B>,
): Node<MatmulShape<A, B>> {
  return apply(matmulRecord, [denseNode(a, 'matmul'), denseNode<B>(b, 'matmul')], null)
}
