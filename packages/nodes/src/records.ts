import { arithmeticRecords } from './arithmetic.ts'
import { concatRecord } from './concat.ts'
import { crossEntropyRecord } from './cross-entropy.ts'
import { densifyRecord } from './densify.ts'
import { dropoutRecord } from './dropout.ts'
import { elementwiseRecords } from './elementwise.ts'
import { embeddingRecord } from './embedding.ts'
import { layerNormRecord } from './layer-norm.ts'
import { linearRecord } from './linear.ts'
import { matmulRecord } from './matmul.ts'
import { pairLossRecords } from './pair-loss.ts'
import type { NodeRecord } from './record.ts'
import { reduceRecords } from './reduce.ts'
import { reshapeRecord } from './reshape.ts'
import { sliceRecord } from './slice.ts'
import { softmaxRecords } from './softmax.ts'
import { sparseLinearRecord } from './sparse-linear.ts'
import { sparseStandardizeRecord, standardizeRecord } from './standardize.ts'
import { stopGradientRecord } from './stop-gradient.ts'

/** Every operation of this package, alphabetical by file. The contract suite tests whatever stands here. */
export const records: readonly NodeRecord[] = /* @__PURE__ */ [
  ...Object.values(arithmeticRecords),
  concatRecord,
  crossEntropyRecord,
  densifyRecord,
  dropoutRecord,
  ...Object.values(elementwiseRecords),
  embeddingRecord,
  layerNormRecord,
  linearRecord,
  matmulRecord,
  ...Object.values(pairLossRecords),
  ...Object.values(reduceRecords),
  reshapeRecord,
  sliceRecord,
  ...Object.values(softmaxRecords),
  sparseLinearRecord,
  sparseStandardizeRecord,
  standardizeRecord,
  stopGradientRecord,
]
