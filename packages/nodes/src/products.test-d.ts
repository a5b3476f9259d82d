import { constant, type Node } from '@eddy/graph'
import { tensor } from '@eddy/tensor'
import { cdist } from './distance.ts'
import { addmm, bmm, outer } from './products.ts'
import type { Same } from './testing/same.ts'

const a = constant(tensor([[1, 2, 3], [4, 5, 6]]))
const b = constant(tensor([[1], [2], [3]]))
const v = constant(tensor([1, 2]))

export const shapes: readonly [
  Same<ReturnType<typeof outerOf>, Node<[2, 2]>>, Same<ReturnType<typeof addmmOf>, Node<[2, 1]>>,
] = [true, true]

function outerOf() {
  return outer(v, v)
}

function addmmOf() {
  return addmm(0, a, b)
}

// @ts-expect-error three columns meet two rows
addmm(0, a, a)

// @ts-expect-error matrices are no batches
bmm(a, b)

// @ts-expect-error rows of three and rows of one have no distance
cdist(a, b)
