import { StoreError } from '../errors.ts'
import type { Outcome } from './learnable.ts'

/** How an event ends that was delivered before. */
export const again: Outcome = /* @__PURE__ */ Object.freeze({ result: null, rejection: null })

export function duplicate(): StoreError {
  return new StoreError({
    code: 'E_DUP', what: 'this event was learned before', where: 'learnOne', hint: 'Go on with the next one.',
  })
}

/** What is needed is not in the log, or not there any more. */
export function gap(what: string, hint: string, code: 'E_GAP' | 'E_CLOSED' = 'E_GAP'): StoreError {
  return new StoreError({ code, what, where: 'log', hint })
}

/** A learner that has learned is no longer what it was in the beginning: going back needs a checkpoint. */
export function nothingBefore(sequence: number): StoreError {
  return gap(`there is no checkpoint before operation ${sequence}`, 'Open the store again, with a learner made anew.')
}

/** A state is neither in a checkpoint nor led to by the log. */
export function outOfReach(sequence: number, hasLog: boolean): StoreError {
  const unlogged = 'Without a log only checkpoints can be asked for: give log: true from the start.'
  return gap(`${sequence} operations are in reach`, hasLog ? 'Ask for fewer.' : unlogged)
}
