import type { Node } from '@eddy/graph'
import type { Shape } from '@eddy/tensor'
import { binaryCrossEntropyWithLogits, crossEntropy, huber, type Loss, squaredError } from './index.ts'
import type { Same } from './testing/same.ts'

declare const one: Node<[1]>
declare const two: Node<[2]>
declare const scalar: Node<[]>
declare const rows: Node<[4, 2]>
declare const labels: Node<[4]>
declare const any: Node<Shape>

const loss = binaryCrossEntropyWithLogits(one, one)
const curried = squaredError()(two, two)
const each = squaredError(two, two, { reduction: 'none' })
const eachLater = huber({ delta: 2, reduction: 'none' })(two, two)
const classes = crossEntropy(two, scalar)
const classesOfRows = crossEntropy(rows, labels)
const classesLater = crossEntropy()(two, one)
const later = squaredError()
export const exact: readonly [
  Same<typeof loss, Node<[]>>, Same<typeof curried, Node<[]>>, Same<typeof each, Node<[2]>>,
  Same<typeof eachLater, Node<[2]>>, Same<typeof classes, Node<[]>>, Same<typeof classesOfRows, Node<[]>>,
  Same<typeof classesLater, Node<[]>>, Same<typeof later, Loss & { readonly link: 'identity' }>,
] = [true, true, true, true, true, true, true, true]

/** What a learner asks of a loss whose shapes it does not know. */
type AnyLoss = (prediction: Node<Shape>, target: Node<Shape>) => Node<[]>
export const accepted: readonly AnyLoss[] = [squaredError(), huber({ delta: 2 }), crossEntropy()]
export const unknownShape: Node<[]> = squaredError(any, two)

// @ts-expect-error one prediction, two targets
squaredError(one, two)

// @ts-expect-error the same mismatch in the curried form
squaredError()(one, two)

// @ts-expect-error a scalar is no vector of one element
binaryCrossEntropyWithLogits(one, scalar)

// @ts-expect-error two logits have one label, not two
crossEntropy(two, two)

// @ts-expect-error four rows have four labels
crossEntropy(rows, two)

// @ts-expect-error there is no such option
squaredError({ delta: 2 })

// @ts-expect-error a prediction without a target
squaredError(one)

// @ts-expect-error there is no such reduction
squaredError(one, one, { reduction: 'median' })
