import { ValueError } from '@eddy/tensor'
import { StoreError } from '../errors.ts'
import type { Store } from '../journal/store.ts'
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

/** @throws StoreError (E_GAP) unless the log leads from a checkpoint before operation `first` to the last. */
export function checkReach(store: Store, first: number, last: number): void {
  const found = store.newest(({ sequence }) => sequence < first)
  const from = found?.sequence ?? 0
  let sequence = from
  for (const { operations } of store.operations(from)) sequence = operations.at(-1)!.sequence
  if (sequence === last && found === null) throw nothingBefore(first)
  if (sequence === last) return
  throw gap(`the log leads from ${from} to ${sequence} of ${last} operations`, 'Nothing was taken back.')
}

/** Nobody can tell whether an event was learned of which the log has nothing. */
export function untold(id: string | number, count: number, last: number): StoreError {
  return gap(
    `the log has ${count} of ${last} operations, and ${JSON.stringify(id)} in none of them`,
    'It may be in the others: only a log from the start has all. Learn anew without it.',
  )
}

/** So much of the log waits to be written that learning has to pause. */
export function noRoom({ waitingBytes, medium }: Store): StoreError {
  return new StoreError({
    code: 'E_IO', what: `${waitingBytes} bytes of the log wait, learning pauses`, where: medium.name,
    hint: 'Make room, then go on from the position of this learner.',
  })
}

/** @throws ValueError when this is no list. */
export function checkEvents(events: readonly unknown[]): void {
  if (Array.isArray(events)) return
  throw new ValueError({
    what: 'these are no events', where: 'learnMany', got: events, wanted: 'a list of events',
    hint: 'For one event there is learnOne(event), for a stream train().',
  })
}

/** @throws ValueError for what an event cannot be called; null is what those are called that nobody finds again. */
export function checkName(id: unknown): void {
  if (id === null || typeof id === 'string' || typeof id === 'number' || typeof id === 'bigint') return
  throw new ValueError({
    what: 'no event is called this', where: 'forget', got: id, wanted: 'text or a number',
    hint: 'Give what id gives for the event; without id, the number of its operation.',
  })
}

/** @throws ValueError when a rejected event was to be mended, and what has come of it is no event. */
export function checkMended(mended: unknown): void {
  if (typeof (mended as { then?: unknown } | null | undefined)?.then !== 'function') return
  throw new ValueError({
    what: 'this is no event', where: 'retryRejected', got: mended, wanted: 'the mended event, at once',
    hint: 'Look up what is needed before: kept.rejected has the rows.',
  })
}
