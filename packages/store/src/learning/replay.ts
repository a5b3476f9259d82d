import { checkNumber, checkOptions, ValueError } from '@eddy/tensor'
import { StoreError } from '../errors.ts'
import type { Store } from '../journal/store.ts'
import { checkLearner, checkStore } from './check-persist.ts'
import { type DelayedRules, Feeder, type Learnable, type StateOf } from './learnable.ts'
import { recover } from './recover.ts'

export interface ReplayOptions {
  /** Numbers of operations to leave out; of an id, `DurableLearner#numbersOf` gives them. Default: none. */
  readonly without?: readonly number[]
  /** The last operation to do; default: as far as the log goes. */
  readonly until?: number
  /**
   * Go on from the nearest checkpoint after so many operations or fewer. Give 0 for a model that would have learned
   * otherwise from the beginning, with another learning rate, say. Default: the newest that fits.
   */
  readonly from?: number
  /** As in `persist`, when labels come later. */
  readonly delayed?: DelayedRules
}

/** What a replay has come to. */
export interface Replayed<S> {
  readonly state: S
  /** The last operation. */
  readonly sequence: number
  /** Operations that were done again. */
  readonly replayed: number
}

/**
 * Learns again, in a learner of its own, what the log of a store has; the store stays as it is. The state equals, bit
 * for bit, that of a run which saw just these operations.
 * @throws StoreError (E_GAP) when the log does not lead to `until`.
 *
 * @example
 * const clean = replay(store, makeTrips(), { without: [4711] }).state
 * const bolder = replay(store, makeTrips({ learningRate: 0.1 }), { from: 0 }).state
 * difference(clean, bolder).tensors
 */
export function replay<M extends Learnable>(
  store: Store, learner: M, options: ReplayOptions = {},
): Replayed<StateOf<M>> {
  checkStore('replay', store)
  checkLearner('replay', learner)
  checkOptions('replay', options, ['without', 'until', 'from', 'delayed'])
  const { without = [], until = Infinity, from, delayed } = options
  const where = 'replay'
  if (until !== Infinity) checkNumber(where, 'until', until, { least: 0, integer: true }, 'Leave it out for all.')
  if (from !== undefined && from !== Infinity) {
    checkNumber(where, 'from', from, { least: 0, integer: true }, 'Leave it out for the newest checkpoint that fits.')
  }
  if (!Array.isArray(without) || !without.every(Number.isInteger)) {
    throw new ValueError({
      what: 'these are no numbers of operations', where, got: without,
      wanted: 'a list of them, such as without: [4711]', hint: 'Of an id, numbersOf(id) of what persist gave has them.',
    })
  }
  const { sequence, replayed } = recover(store, learner, new Feeder(learner, delayed ?? null), {
    until, without: new Set(without), ...(from === undefined ? {} : { from }),
  })
  if (until !== Infinity && sequence !== until) {
    throw new StoreError({
      code: 'E_GAP', what: `the log leads to ${sequence} operations, ${until} were asked for`, where: store.medium.name,
      hint: 'Keep a log from the start: persist(learner, store, { log: true }).',
    })
  }
  return { state: learner.snapshot() as StateOf<M>, sequence, replayed }
}
