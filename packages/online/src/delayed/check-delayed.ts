import { ValueError } from '@eddy/tensor'
import type { Key } from '../many/keyed-options.ts'
import { counted, type DelayedState } from './delayed-options.ts'

/** @throws ValueError when this is no state of delayed labels. */
export function checkDelayed(state: DelayedState | undefined): void {
  if (state === undefined) return
  const isTime = (time: unknown): boolean => (state.now === null ? time === null : Number.isFinite(time))
  const fits = (
    list: readonly { key: Key; number: number; time: number | null }[] | undefined, isPast: boolean,
  ): boolean => (
    Array.isArray(list) && new Set(list.map(({ key }) => key)).size === list.length
    && list.every(({ key, number, time }) => (
      (typeof key === 'string' || typeof key === 'number') && Number.isInteger(number)
      && (isTime(time) || (isPast && time === null))
    ))
  )
  const counts = counted.map((name) => state?.counts?.[name])
  const { kept, learned, expired, evicted, replaced } = state?.counts ?? {}
  const { within, capacity, revised } = state?.rules ?? {}
  const areRules = (within === null || within! >= 0) && Number.isInteger(capacity) && typeof revised === 'string'
  const isWhole = areRules && counts.every((count) => Number.isInteger(count) && count! >= 0) && isTime(state.now)
  if (isWhole && fits(state.pending, false) && fits(state.past, true)
    && state.pending.length === kept! - learned! - expired! - evicted! - replaced!) return
  throw new ValueError({
    what: 'this is no state of delayed labels', where: 'Learner.restore', got: state,
    wanted: '{ now, counts, pending, past } whose counts add up', hint: 'Restore only what snapshot() gave.',
  })
}
