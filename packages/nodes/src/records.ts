import { arithmeticRecords } from './arithmetic-records.ts'
import { attentionRecord } from './attention.ts'
import { bilinearRecord } from './bilinear.ts'
import { gruGatesRecord, lstmCellStateRecord, lstmHiddenRecord, rnnGatesRecord } from './cells.ts'
import {
  cosineEmbeddingRecord, gaussianNllRecord, marginRankingRecord, multilabelSoftMarginRecord, tripletMarginRecord,
} from './composite-losses.ts'
import { concatRecord } from './concat.ts'
import { convRecord, convTransposeRecord } from './conv.ts'
import { crossEntropyRecord } from './cross-entropy.ts'
import { cumprodRecord, cumsumRecord } from './cumulative.ts'
import { densifyRecord } from './densify.ts'
import { cdistRecord, cosineSimilarityRecord } from './distance.ts'
import { dropoutRecord } from './dropout.ts'
import { einsumRecord } from './einsum.ts'
import { elementwiseRecords } from './elementwise-records.ts'
import { embeddingRecord, frozenRowRecord } from './embedding.ts'
import { bagRecord } from './embedding-bag.ts'
import { binaryFocalRecord, focalRecord } from './focal.ts'
import { groupNormRecord, rmsNormRecord } from './group-norm.ts'
import { hedgeRecord } from './hedge.ts'
import { gatherRecord, indexSelectRecord, scatterAddRecord, topkRecord } from './indexing.ts'
import {
  multiMarginRecord, nllLossRecord, oneHotRecord, softCrossEntropyRecord, weightedCrossEntropyRecord,
} from './label-losses.ts'
import { layerNormRecord } from './layer-norm.ts'
import { linearRecord } from './linear-record.ts'
import { dropIfRecord, equalRecord, keepIfRecord, lessRecord, whereRecord } from './masks.ts'
import { matmulRecord } from './matmul.ts'
import { normalizeRecord, normRecord } from './norm.ts'
import { pairLossRecords } from './pair-loss-records.ts'
import { adaptiveAvgPoolRecord, avgPoolRecord, maxPoolRecord } from './pool.ts'
import { posWeightedRecord } from './pos-weight-record.ts'
import { preluRecord } from './prelu.ts'
import { addmmRecord, outerRecord } from './products.ts'
import { quantileErrorRecord } from './quantile-error.ts'
import {
  expandRecord, flipRecord, padRecord, permuteRecord, rollRecord, trilRecord, triuRecord,
} from './rearrangements.ts'
import type { NodeRecord } from './record.ts'
import { reduceRecords } from './reduce-records.ts'
import { rememberRecord } from './remember.ts'
import { reshapeRecord } from './reshape.ts'
import { sliceRecord } from './slice.ts'
import { softmaxRecords, softminRecord } from './softmax.ts'
import { sparseLinearRecord } from './sparse-linear.ts'
import { stdRecord, varianceRecord } from './spread.ts'
import { stackRecord } from './stack.ts'
import { sparseStandardizeRecord, standardizeRecord } from './standardize.ts'
import { stopGradientRecord } from './stop-gradient.ts'
import { overlapAddRecord, windowsRecord } from './windows.ts'

/** Every operation of this package, alphabetical by file. The contract suite tests whatever stands here. */
export const records: readonly NodeRecord[] = [
  ...Object.values(arithmeticRecords),
  attentionRecord,
  bilinearRecord,
  gruGatesRecord, lstmCellStateRecord, lstmHiddenRecord, rnnGatesRecord,
  cosineEmbeddingRecord, gaussianNllRecord, marginRankingRecord, multilabelSoftMarginRecord, tripletMarginRecord,
  concatRecord,
  convRecord, convTransposeRecord,
  crossEntropyRecord,
  cumprodRecord, cumsumRecord,
  densifyRecord,
  cdistRecord, cosineSimilarityRecord,
  dropoutRecord,
  einsumRecord,
  ...Object.values(elementwiseRecords),
  embeddingRecord, frozenRowRecord,
  bagRecord,
  binaryFocalRecord, focalRecord,
  groupNormRecord, rmsNormRecord,
  hedgeRecord,
  gatherRecord, indexSelectRecord, scatterAddRecord, topkRecord,
  multiMarginRecord, nllLossRecord, oneHotRecord, softCrossEntropyRecord, weightedCrossEntropyRecord,
  layerNormRecord,
  linearRecord,
  dropIfRecord, equalRecord, keepIfRecord, lessRecord, whereRecord,
  matmulRecord,
  normalizeRecord, normRecord,
  ...Object.values(pairLossRecords),
  adaptiveAvgPoolRecord, avgPoolRecord, maxPoolRecord,
  posWeightedRecord,
  preluRecord,
  addmmRecord, outerRecord,
  quantileErrorRecord,
  expandRecord, flipRecord, padRecord, permuteRecord, rollRecord, trilRecord, triuRecord,
  ...Object.values(reduceRecords),
  rememberRecord,
  reshapeRecord,
  sliceRecord,
  ...Object.values(softmaxRecords), softminRecord,
  sparseLinearRecord,
  stdRecord, varianceRecord,
  stackRecord,
  sparseStandardizeRecord,
  standardizeRecord,
  stopGradientRecord,
  overlapAddRecord, windowsRecord,
]
