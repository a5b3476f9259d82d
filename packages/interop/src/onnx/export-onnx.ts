import { type AnyNode, Node } from '@eddy/graph'
import { Learner } from '@eddy/online'
import { checkOptions, formatValue } from '@eddy/tensor'
import { ExportError } from '../errors.ts'
import type { AnyLearner } from '../state-dict/model-parts.ts'
import { exportLearner } from './export-learner.ts'
import { exportNode, type ExportOnnxOptions } from './export-node.ts'

/**
 * Writes what predicts as a model of ONNX: weights and statistics as they are now, no gradient, no optimizer.
 *
 * A node becomes a model from the inputs it depends on to itself, both under their names and with their shapes; a
 * sparse input `x` is two inputs, `x.indices` and `x.values`. Dropout does nothing, `stopGradient` is the identity.
 *
 * A learner becomes a model from the fields of one event to `prediction`, `probability` (of the second of two classes)
 * or `probabilities` and `label`. Encoders: numeric, boolean (1 and 0), categorical (text; one that was never learned
 * contributes nothing), cycle (64 bits), vector. NaN is a missing number, the text U+FFFF a missing category
 * (`missingText`). Only features that were learned from are inputs. Values that a learner would reject are not.
 *
 * Dtype: that of the run. Of a model in f64, ONNX Runtime lacks some nodes (Erf, Atan), and merges others into nodes
 * that it lacks unless told `graphOptimizationLevel: 'basic'`. Batches: none, one event a call.
 * @throws ExportError (E_EXPORT) naming the node or feature: operators and encoders in JavaScript, lenses, state that
 * is carried from event to event (`delay`, `recurrent`, `lag`, ...), hashed features, losses.
 *
 * @example
 * await writeFile('trips.onnx', exportOnnx(trips))
 * exportOnnx(logit, { opset: 21 })
 */
export function exportOnnx(source: AnyNode | AnyLearner, options: ExportOnnxOptions = {}): Uint8Array {
  checkOptions('exportOnnx', options, ['classes', 'name', 'opset', 'unit'])
  if (source instanceof Learner) return exportLearner(source, options)
  if (source instanceof Node) return exportNode(source, options)
  throw new ExportError(
    `got ${formatValue(source)}, wanted a node or a learner`, 'exportOnnx',
    'Mixtures of models (autoModel, ensemble) have no counterpart: export one learner; of a kept one, its `learner`',
  )
}
