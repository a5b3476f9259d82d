import { InvalidArgumentError } from 'commander'
import {
  absoluteError, binaryCrossEntropyWithLogits, crossEntropy, EddyError, huber, type LearnerLoss, logCosh, quantileError,
  smoothL1, squaredError, type Task,
} from 'eddy'
import { suggestion } from '../nearest.ts'
import { readNamedOptions } from './named-options.ts'

/** A loss and the task that it is one of. */
export interface LossChoice {
  readonly name: string
  readonly task: Task
  /** The share of labels that are to stay below what is predicted; null: another loss. */
  readonly quantile: number | null
  readonly make: () => LearnerLoss
}

interface Known {
  readonly task: Task
  readonly options: readonly string[]
  readonly make: (options: never) => LearnerLoss
}

const losses: ReadonlyMap<string, Known> = new Map(Object.entries<Known>({
  squared: { task: 'regression', options: [], make: squaredError as Known['make'] },
  absolute: { task: 'regression', options: [], make: absoluteError as Known['make'] },
  huber: { task: 'regression', options: ['delta'], make: huber as Known['make'] },
  'smooth-l1': { task: 'regression', options: ['beta'], make: smoothL1 as Known['make'] },
  'log-cosh': { task: 'regression', options: [], make: logCosh as Known['make'] },
  log: { task: 'binary', options: ['posWeight'], make: binaryCrossEntropyWithLogits as Known['make'] },
  'cross-entropy': { task: 'multiclass', options: ['labelSmoothing'], make: crossEntropy as Known['make'] },
}))

export const lossNames: readonly string[] = [...losses.keys(), 'quantile']

/** The loss of a task when none was asked for. */
export function usualLoss(task: Task): LossChoice {
  return readLoss(task === 'regression' ? 'squared' : task === 'binary' ? 'log' : 'cross-entropy')
}

/** Reads `quantile:0.9`, or `quantile:quantile=0.9`; null for another loss. */
function readQuantile(text: string): LossChoice | null {
  const [name, ...rest] = text.split(':').map((part) => part.trim())
  if (name !== 'quantile') return null
  const share = rest.join(':').replace(/^quantile=/, '')
  const quantile = share === '' ? NaN : Number(share)
  if (!(quantile > 0 && quantile < 1)) {
    throw new InvalidArgumentError('quantile needs one share between 0 and 1, as in quantile:0.9.')
  }
  return { name, task: 'regression', quantile, make: () => quantileError({ quantile }) }
}

/** Reads `absolute`, `huber:delta=2` or `quantile:0.9`. */
export function readLoss(text: string): LossChoice {
  const ofQuantile = readQuantile(text)
  if (ofQuantile !== null) return ofQuantile
  const name = text.split(':', 1)[0]!.trim()
  const known = losses.get(name)
  if (known === undefined) throw new InvalidArgumentError(`No such loss.${suggestion(name, lossNames)}`)
  const { options } = readNamedOptions(text, 'huber:delta=2')
  const stray = Object.keys(options).find((option) => !known.options.includes(option))
  if (stray !== undefined) throw new InvalidArgumentError(`${name} has no option ${stray}.`)
  const fits = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value < Infinity
  const odd = Object.entries(options).find(([, value]) => !fits(value))
  if (odd !== undefined) throw new InvalidArgumentError(`${name}: ${odd[0]} must be a number, at least 0.`)
  const make = (): LearnerLoss => known.make(options as never)
  try {
    make()
  } catch (error) {
    if (error instanceof EddyError) throw new InvalidArgumentError(error.message)
    throw error
  }
  return { name, task: known.task, quantile: null, make }
}
