import { arithmeticRecords } from './arithmetic.ts'
import { crossEntropyRecord } from './cross-entropy.ts'
import { elementwiseRecords } from './elementwise.ts'
import { linearRecord } from './linear.ts'
import { pairLossRecords } from './pair-loss.ts'
import type { NodeRecord } from './record.ts'
import { reduceRecords } from './reduce.ts'
import { softmaxRecords } from './softmax.ts'
import { stopGradientRecord } from './stop-gradient.ts'

/** Every operation of this package, alphabetical by file. The contract suite tests whatever stands here. */
export const records: readonly NodeRecord[] = /* @__PURE__ */ [
  ...Object.values(arithmeticRecords),
  crossEntropyRecord,
  ...Object.values(elementwiseRecords),
  linearRecord,
  ...Object.values(pairLossRecords),
  ...Object.values(reduceRecords),
  ...Object.values(softmaxRecords),
  stopGradientRecord,
]
