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
