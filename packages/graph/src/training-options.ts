import { checkChoice, checkNumber, checkOptions } from '@eddy/tensor'
import { Ingress } from './ingress.ts'
import type { AnyNode } from './node.ts'
import type { RunOptions } from './run.ts'

export interface TrainingOptions extends RunOptions {
  /**
   * Keep the states of this many updates, so that `undo` can take them back. Costs one snapshot an update. Default 0.
   */
  readonly history?: number
  /** Nodes whose values `Run#read` gives while a step is being delivered, also in bursts. */
  readonly reads?: readonly AnyNode[]
}

/** TypeScript sees a misspelt option, JavaScript does not. @throws ValueError */
export function checkTraining(where: string, options: TrainingOptions): void {
  checkOptions(where, options, [
    'dtype', 'fusion', 'history', 'onReject', 'pick', 'queue', 'reads', 'seed', 'weights',
  ])
  const { dtype = 'f32', fusion = 'on', history = 0, onReject = 'stop', seed = 0, weights = 'auto' } = options
  checkChoice(where, 'dtype', dtype, ['f32', 'f64'])
  if (typeof fusion !== 'object') checkChoice(where, 'fusion', fusion, ['on', 'off'])
  checkChoice(where, 'onReject', onReject, ['continue', 'stop'])
  checkChoice(where, 'weights', weights, ['auto', 'rows', 'columns'])
  // It looks at its options by itself.
  void new Ingress(options.queue)
  checkNumber(where, 'seed', seed, { integer: true }, 'Any whole number.')
  checkNumber(where, 'history', history, { least: 0, integer: true }, 'It is how many can be undone.')
}
