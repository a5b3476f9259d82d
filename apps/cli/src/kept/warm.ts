import { fromStateDict, readSafetensors, type Safetensors, toStateDict } from '@eddy/interop'
import { modelText } from '../learn/read-model.ts'
import type { Session } from '../learn/session.ts'
import { Misuse } from '../misuse.ts'

/** The text that stands beside the tensors: which classes a session has. */
const labelsKey = 'eddy.labels'

/**
 * The tensors of what was learned, with what it takes to start from them: names of features, classes, unit of labels.
 * @throws Misuse for the automatic model, which is no one graph.
 */
export function stateDictOf({ model, labels, plan }: Session): Safetensors {
  if (model.learner === null) throw new Misuse(noGraph('safetensors', model.experts()))
  const { tensors, metadata } = toStateDict(model.learner)
  const texts = new Map(metadata)
  if (plan.task !== 'regression') texts.set(labelsKey, JSON.stringify(labels.classes))
  return { tensors, metadata: texts }
}

/** Why a mixture cannot be written, what carries it, and what can be done. */
export function noGraph(form: string, experts: readonly { readonly name: string; readonly weight: number }[]): string {
  const [first] = [...experts].sort((a, b) => b.weight - a.weight)
  const share = first === undefined ? '' : `, of which ${first.name} carries ${(100 * first.weight).toFixed(0)} %`
  return `--model auto is a mixture of ${experts.length} experts${share}; ${form} can hold one model. Learn again `
    + 'with --model linear or --model mlp:32, which can be exported.'
}

/**
 * Starts a session that has learned nothing from a safetensors file.
 * @throws Misuse when the file does not belong to such a model.
 */
export function startWarm({ model, labels, plan }: Session, bytes: Uint8Array): void {
  if (model.learner === null) {
    throw new Misuse('--warm-start has no effect on --model auto. Add --model linear, or the mlp that the file is of.')
  }
  try {
    const file = readSafetensors(bytes)
    const classes = file.metadata.get(labelsKey)
    if (classes !== undefined && classes !== JSON.stringify(labels.classes)) {
      throw new Error(`it tells ${classes} apart, these records ${JSON.stringify(labels.classes)}`)
    }
    fromStateDict(model.learner, file)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Misuse(`--warm-start does not fit --model ${modelText(plan.model)}: ${reason}`, { cause: error })
  }
}
