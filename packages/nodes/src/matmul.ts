import { apply, denseNode, type Node, type Scope, type Slot } from '@eddy/graph'
import { reduction } from '@eddy/kernels'
import * as op from '@eddy/kernels/op'
import { broadcastShapes, formatShape, type Shape, ShapeError, sizeOf } from '@eddy/tensor'
import { emitCollapse, emitExpand } from './broadcast.ts'
import type { Values } from './layer.ts'
import type { MatmulFits, MatmulShape } from './matmul-types.ts'
import { defineRecord, edgeLengths } from './record.ts'

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

/** The leading axes of the product. */
function frontOf(a: Shape, b: Shape): Shape {
  return broadcastShapes(a.slice(0, -2), b.slice(0, -2), 'matmul')
}

/** The factor with as many matrices as the product has, or with one that serves them all. */
function spread(scope: Scope, factor: Factor, front: Shape): Factor {
  const batch = sizeOf(front)
  if (factor.batch === batch || factor.batch === 1) return factor
  const slot = scope.temporary(batch * factor.rows * factor.columns)
  emitExpand(scope, slot, factor.slot, [...front, factor.rows, factor.columns])
  return { ...factor, slot, batch }
}

/** Where the gradient of a factor goes: a matrix that served several gets the sum over them. */
function summedOver(scope: Scope, front: Shape, factor: Factor, dst: Slot, write: (into: Slot) => void): void {
  const { rows, columns, batch } = factor
  if (batch === sizeOf(front)) return write(dst)
  const each = scope.temporary(sizeOf(front) * rows * columns)
  write(each)
  if (batch === 1) scope.emit(op.REDUCE, reduction.sum, each, dst, 1, sizeOf(front), rows * columns)
  else emitCollapse(scope, { ...dst, shape: factor.slot.shape }, each, [...front, rows, columns])
}

export const matmulRecord = /* @__PURE__ */ defineRecord<null, readonly [Factor, Factor]>({
  name: 'matmul',
  docs: {
    summary: 'The matrix product, for each matrix of a batch.',
    formula: 'y_ij = sum over k of a_ik b_kj', gradient: 'da = dy b^T, db = a^T dy',
    shapes: '[.., m, k], [.., k, n] -> [.., m, n]; a vector counts as one row on the left, one column on the right, '
      + 'and that axis is dropped. Leading axes stretch to each other',
  },
  shape([left, right]) {
    const [a, b] = [left!, right!]
    if (a.length === 0 || b.length === 0) throw mismatch('a scalar is no factor', a, b, 'Use mul for scalars.')
    const inner = b.length === 1 ? b[0] : b.at(-2)
    if (a.at(-1) !== inner) {
      throw mismatch(`${a.at(-1)} columns meet ${inner} rows`, a, b, 'The last axis of a is summed over b\'s rows.')
    }
    return [...frontOf(a, b), ...(a.length > 1 ? [a.at(-2)!] : []), ...(b.length > 1 ? [b.at(-1)!] : [])]
  },
  forward(scope, { inputs: [left, right], output }) {
    const front = frontOf(left!.shape, right!.shape)
    const [a, b] = factors(left!, right!).map((factor) => spread(scope, factor, front)) as [Factor, Factor]
    emitProduct(scope, plain(a), plain(b), output, [sizeOf(front), a.rows, a.columns, b.columns])
    return [a, b]
  },
  backward(scope, { inputs: [left, right], gradient, inputGradients: [da, db], residual: [a, b] }) {
    const front = frontOf(left!.shape, right!.shape)
    const batch = sizeOf(front)
    const [ownA, ownB] = factors(left!, right!)
    const dy: Factor = { slot: gradient, batch, rows: a.rows, columns: b.columns }
    if (da != null) {
      summedOver(scope, front, ownA, da, (into) =>
        emitProduct(scope, plain(dy), transposed(b), into, [batch, a.rows, b.columns, a.columns]))
    }
    if (db != null) {
      summedOver(scope, front, ownB, db, (into) =>
        emitProduct(scope, transposed(a), plain(dy), into, [batch, a.columns, a.rows, b.columns]))
    }
  },
  samples: () => ([
    [[3], [3]], [[3], [3, 2]], [[4, 3], [3]], [[2, 3], [3, 4]], [[1, 1], [1, 1]], [[5, 17], [17, 9]],
    [[2, 3, 4], [2, 4, 5]], [[2, 3, 4], [4, 2]], [[3, 4], [2, 4, 2]], [[3], [2, 3, 2]], [[2, 1, 3, 2], [2, 1, 2, 2]],
    ...edgeLengths.map((n) => [[2, n], [n, n]] as const), [[2, 1, 2, 3], [3, 3, 1]],
    [[3, 2, 2], [2, 1, 2, 4]], [[0, 3], [3, 2]], [[2, 0], [0, 3]], [[0, 1, 2], [2, 2]],
  ] as readonly (readonly [readonly number[], readonly number[]])[]).map(([a, b]) => ({
    options: null, inputs: [{ shape: a }, { shape: b }],
  })),
})

function mismatch(what: string, a: Shape, b: Shape, hint: string): ShapeError {
  return new ShapeError({ what, where: 'matmul', got: b, wanted: `a factor that fits ${formatShape(a)}`, hint })
}

/**
 * The matrix product.
 * Formula: y_ij = sum over k of a_ik b_kj. Gradient: da = dy b^T, db = a^T dy.
 * Shapes: [.., m, k], [.., k, n] -> [.., m, n]; a vector counts as one row on the left, one column on the right, and
 * that axis is dropped. Leading axes stretch to each other.
 * @throws ShapeError when the inner lengths or the leading axes differ; literal shapes that differ do not compile.
 * @example matmul(value([[1, 2], [3, 4]]), value([1, 10])) // [21, 43]
 */
export function matmul<A extends Shape, B extends Shape>(
  a: Values<A>, b: Values<B> & MatmulFits<A, B>,
): Node<MatmulShape<A, B>> {
  return apply(matmulRecord, [denseNode(a, 'matmul'), denseNode<B>(b, 'matmul')], null)
}
