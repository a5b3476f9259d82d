import type { Node } from '@eddy/graph'
import { type Loss, quantileError, type QuantilesError } from './index.ts'
import type { Same } from './testing/same.ts'

declare const one: Node<[1]>
declare const three: Node<[3]>
declare const scalar: Node<[]>
declare const rows: Node<[4, 3]>
declare const four: Node<[4]>

const share = { quantile: 0.9 } as const
const shares = { quantile: [0.1, 0.5, 0.9] } as const
const node = quantileError(one, one, share)
const each = quantileError(rows, four, { ...shares, reduction: 'none' })
const ofRow = quantileError(three, scalar, shares)
const later = quantileError(share)
const severalLater = quantileError(shares)
export const exact: readonly [
  Same<typeof node, Node<[]>>, Same<typeof each, Node<[4, 3]>>, Same<typeof ofRow, Node<[]>>,
  Same<typeof later, Loss & { readonly link: 'identity' }>, Same<typeof severalLater, QuantilesError>,
] = [true, true, true, true, true]
export const applied: Node<[]> = severalLater(three, one)

// @ts-expect-error which quantile?
quantileError()

// @ts-expect-error one prediction, three targets
quantileError(one, three, share)

// @ts-expect-error the outputs of a row have one target
quantileError(three, three, shares)

// @ts-expect-error a learner has one output, so it takes one quantile
export const loss: Loss = quantileError(shares)
