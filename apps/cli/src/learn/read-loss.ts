import { InvalidArgumentError } from 'commander'
import {
  absoluteError, binaryCrossEntropyWithLogits, crossEntropy, EddyError, huber, type LearnerLoss, logCosh, smoothL1,
  squaredError, type Task,
} from 'eddy'
import { suggestion } from '../nearest.ts'
import { readNamedOptions } from './named-options.ts'

/** A loss and the task that it is one of. */
export interface LossChoice {
  readonly name: string
  readonly task: Task
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

export const lossNames: readonly string[] = [...losses.keys()]

/** The loss of a task when none was asked for. */
export function usualLoss(task: Task): LossChoice {
  return readLoss(task === 'regression' ? 'squared' : task === 'binary' ? 'log' : 'cross-entropy')
}

/** Reads `absolute`, or `huber:delta=2`. */
export function readLoss(text: string): LossChoice {
  const { name, options } = readNamedOptions(text, 'huber:delta=2')
  const known = losses.get(name)
  if (known === undefined) throw new InvalidArgumentError(`No such loss.${suggestion(name, lossNames)}`)
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
  return { name, task: known.task, make }
}
