import { ValueError } from '@eddy/tensor'
import { optimizerOf, type TransformOptimizer } from './optimizer.ts'
import type { Transform } from './transform.ts'

/**
 * Joins transforms and an optimizer, or `applyLearningRate`, into one optimizer: each sees what the one before it made.
 * The idea is optax's: an optimizer is a list of small gradient transforms.
 * Limits: `clipByGlobalNorm` comes first, since it measures the raw gradients.
 * @throws ValueError when the last member does not write the weight or an earlier one does.
 * @example
 * chain(clipByGlobalNorm(1), adam({ learningRate: 0.01 }))
 * chain(scaleByAdam(), decoupledWeightDecay(0.01), applyLearningRate(0.001))   // what adamw() is
 */
export function chain(...members: readonly [...Transform[], Transform | TransformOptimizer]): TransformOptimizer {
  const known = members.every((member) => (
    Array.isArray((member as TransformOptimizer)?.transforms) || typeof (member as Transform)?.rule === 'number'
  ))
  if (!known) {
    throw new ValueError({
      what: 'a member is neither a transform nor an optimizer made of transforms', where: 'chain', got: members,
      wanted: 'transforms, then one optimizer', hint: 'Call it: write adam(), not adam.',
    })
  }
  const transforms = members.flatMap((member) => ('transforms' in member ? member.transforms : [member]))
  return optimizerOf(`chain(${members.map((member) => member.name).join(', ')})`, transforms)
}
