import { InvalidArgumentError } from 'commander'
import {
  adadelta, adagrad, adam, adamax, adamw, asgd, cocob, EddyError, ftrl, nadam, normalizedAdagrad, type Optimizer,
  passiveAggressive, radam, rmsprop, rprop, sgd,
} from 'eddy'
import { suggestion } from '../nearest.ts'
import { readNamedOptions } from './named-options.ts'
import type { ModelChoice } from './read-model.ts'

const optimizers: ReadonlyMap<string, (options: never) => Optimizer> = new Map(Object.entries({
  adadelta, adagrad, adam, adamax, adamw, asgd, cocob, ftrl, nadam, 'normalized-adagrad': normalizedAdagrad,
  'passive-aggressive': passiveAggressive, radam, rmsprop, rprop, sgd,
}))

export const optimizerNames: readonly string[] = [...optimizers.keys()]

/** As it would be written: steps that shrink with what was seen. No rate suits every stream, these do least harm. */
export function usualOptimizer({ kind }: ModelChoice): string {
  return kind === 'linear' ? 'ftrl:alpha=0.5' : 'adagrad:learning-rate=0.1,initial-accumulator-value=0.1'
}

/** Reads `sgd`, or `adam:learning-rate=0.01`: what makes the optimizer anew, each time it is called. */
export function readOptimizer(text: string): () => Optimizer {
  const { name, options } = readNamedOptions(text, 'adam:learning-rate=0.01')
  const make = optimizers.get(name)
  if (make === undefined) throw new InvalidArgumentError(`No such optimizer.${suggestion(name, optimizerNames)}`)
  const made = (): Optimizer => make(options as never)
  try {
    made()
  } catch (error) {
    if (error instanceof EddyError) throw new InvalidArgumentError(error.message)
    throw error
  }
  return made
}
