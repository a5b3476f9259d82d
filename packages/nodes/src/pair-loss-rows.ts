import * as binary from '@eddy/kernels/binary'
import type { PairLossRow } from './pair-loss.ts'

/**
 * Losses of a prediction and a target of one shape, one element at a time, each by itself: a page has those that it
 * uses. Formulas: `pair-loss-records.ts`.
 */

export const absoluteError: PairLossRow = { name: 'absoluteError', f: binary.absoluteError }
export const binaryCrossEntropy: PairLossRow = { name: 'binaryCrossEntropy', f: binary.binaryCrossEntropy }
export const binaryCrossEntropyWithLogits: PairLossRow = {
  name: 'binaryCrossEntropyWithLogits', f: binary.binaryCrossEntropyWithLogits, link: 'sigmoid',
}
export const hinge: PairLossRow = { name: 'hinge', f: binary.hinge }
export const hingeEmbedding: PairLossRow = {
  name: 'hingeEmbedding', f: binary.hingeEmbedding, choice: true, defaults: [1],
}
export const huber: PairLossRow = { name: 'huber', f: binary.huber, defaults: [1] }
export const klDiv: PairLossRow = { name: 'klDiv', f: binary.klDiv, defaults: [0] }
export const logCosh: PairLossRow = { name: 'logCosh', f: binary.logCosh }
export const poissonNll: PairLossRow = { name: 'poissonNll', f: binary.poissonNll, defaults: [1, 1e-8] }
export const smoothL1: PairLossRow = { name: 'smoothL1', f: binary.smoothL1, defaults: [1] }
export const softMargin: PairLossRow = { name: 'softMargin', f: binary.softMargin }
export const squaredError: PairLossRow = { name: 'squaredError', f: binary.squaredError }
