import { type Leaf, type Node, parameter } from '@eddy/graph'
import { scalar, type Shape, type Tensor } from '@eddy/tensor'
import { add, div, mul, pow, square, sub, tanh } from './index.ts'
import type { Same } from './testing/same.ts'

declare const two: Node<[2]>
declare const three: Node<[3]>
declare const table: Node<[4, 3]>
declare const column: Node<[4, 1]>
declare const some: Node<[number]>
declare const any: Node<Shape>
declare const t: Tensor<[]>

const same = mul(two, two)
const scaled = mul(0.5, two)
const shifted = add(two, t)
const rows = sub(table, three)
const stretched = div(column, three)
const unknownLength = add(some, two)
const unknownRank = add(any, two)
export const exact: readonly [
  Same<typeof same, Node<[2]>>, Same<typeof scaled, Node<[2]>>, Same<typeof shifted, Node<[2]>>,
  Same<typeof rows, Node<[4, 3]>>, Same<typeof stretched, Node<[4, 3]>>, Same<typeof unknownLength, Node<[2]>>,
  Same<typeof unknownRank, Node<Shape>>,
] = [true, true, true, true, true, true, true]

const w: Leaf<[]> = parameter(scalar(1.5))
export const seed: Node<[]> = mul(0.5, square(sub(mul(w, 2), t)))
export const inPipe: Node<[2]> = two.pipe(square, tanh(), (x) => pow(x, 2))

// @ts-expect-error 2 and 3 do not broadcast
add(two, three)

// @ts-expect-error 4 rows of 3 and a vector of 2 do not broadcast
mul(table, two)

// @ts-expect-error a string is no operand
add(two, 'two')
