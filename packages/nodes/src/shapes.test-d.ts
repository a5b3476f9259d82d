import type { Node } from '@eddy/graph'
import type { Shape } from '@eddy/tensor'
import {
  concat, dense, embedding, linear, matmul, max, mean, relu, reshape, slice, softmax, sparseLinear, standardize, sum,
} from './index.ts'
import type { Plus } from './natural.ts'
import type { Same } from './testing/same.ts'

declare const x: Node<[2]>
declare const y: Node<[3]>
declare const table: Node<[4, 3]>
declare const cube: Node<[4, 3, 5]>
declare const index: Node<[7]>
declare const named: Node<[number]>
declare const any: Node<Shape>

const all = sum(table)
const kept = sum(table, { keepDims: true })
const first = mean(table, { axis: 0 })
const last = max(cube, { axis: -1 })
const two = sum(cube, { axis: [0, 2] })
const twoKept = sum(cube, { axis: [0, -1], keepDims: true })
const piped = x.pipe(relu(), mean)
const unknown = mean(any, { axis: 0 })
export const reduced: readonly [
  Same<typeof all, Node<[]>>, Same<typeof kept, Node<[1, 1]>>, Same<typeof first, Node<[3]>>,
  Same<typeof last, Node<[4, 3]>>, Same<typeof two, Node<[3]>>, Same<typeof twoKept, Node<[1, 3, 1]>>,
  Same<typeof piped, Node<[]>>, Same<typeof unknown, Node<Shape>>,
] = [true, true, true, true, true, true, true, true]

const joined = concat([x, y])
const joinedColumns = concat([table, table], { axis: 1 })
const reshaped = table.pipe(reshape([2, 6]))
const sliced = table.pipe(slice(0, 2))
export const moved: readonly [
  Same<typeof joined, Node<[5]>>, Same<typeof joinedColumns, Node<[4, 6]>>, Same<typeof reshaped, Node<[2, 6]>>,
  Same<typeof sliced, Node<[number, number]>>,
  Same<Plus<784, 256>, 1040>, Same<Plus<999, 1>, 1000>, Same<Plus<0, 0>, 0>,
] = [true, true, true, true, true, true, true]

const vector = matmul(table, y)
const matrix = matmul(y, table.pipe(reshape([3, 4])))
const dotted = matmul(y, y)
export const products: readonly [
  Same<typeof vector, Node<[4]>>, Same<typeof matrix, Node<[4]>>, Same<typeof dotted, Node<[]>>,
] = [true, true, true]

const wide = x.pipe(dense(32), relu(), dense(1))
const fromNames = named.pipe(standardize(), dense(32), relu(), dense(1), softmax())
const looked = index.pipe(embedding(10, 4))
const sparse = y.pipe(sparseLinear(3, 2))
export const layers: readonly [
  Same<typeof wide, Node<[1]>>, Same<typeof fromNames, Node<[1]>>, Same<typeof looked, Node<[7, 4]>>,
  Same<typeof sparse, Node<[2]>>,
] = [true, true, true, true]

export const together: Node<[1]> = concat([x, y]).pipe(linear(5, 4), relu(), linear(4, 1))

// @ts-expect-error 2 + 3 is not 6
concat([x, y]).pipe(linear(6, 1))

// @ts-expect-error 3 columns meet 2 rows
matmul(table, x)

// @ts-expect-error x has 2 elements
x.pipe(sparseLinear(3, 2))
