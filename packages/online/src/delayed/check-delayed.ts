import { ValueError } from '@eddy/tensor'
import { counted, type DelayedState, type PastPrediction, type PendingPrediction } from './delayed-options.ts'

type Waiting = Partial<PendingPrediction>
/** Whether a model can have said this of an event. */
export type Said = (prediction: unknown, event: unknown) => boolean

const fates: readonly unknown[] = ['learned', 'expired', 'evicted']
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0
const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A number, or a class with its probabilities. */
const isAnswer: Said = (prediction, event) => (
  event !== null && event !== undefined && (isRecord(prediction) || Number.isFinite(prediction))
)

/** @throws ValueError when this is no state of delayed labels, naming its part. */
export function checkDelayed(state: DelayedState | undefined, isSaid: Said = isAnswer): void {
  if (state === undefined) return
  const part = brokenPart(state, isSaid)
  if (part === null) return
  throw new ValueError({
    what: `this is no state of delayed labels, see ${part}`, where: 'Learner.restore', got: state,
    wanted: '{ now, counts, pending, past } whose counts add up', hint: 'Restore only what snapshot() gave.',
  })
}

function brokenPart(state: DelayedState | null, isSaid: Said): string | null {
  const { rules, now, counts, pending, past } = state ?? {} as Partial<DelayedState>
  const { within, capacity, revised } = rules ?? {}
  const isAge = within === null || (typeof within === 'number' && within >= 0)
  const isRoom = isCount(capacity) && capacity! > 0
  if (!isAge || !isRoom || (revised !== 'ignore' && revised !== 'learn')) return 'rules'
  if (now !== null && !Number.isFinite(now)) return 'now'
  if (!counted.every((name) => isCount(counts?.[name]))) return 'counts'
  const isTime = (time: unknown): boolean => (now === null ? time === null : Number.isFinite(time))
  if (!areWaiting(pending, (one) => isTime(one.time) && isSaid(one.prediction, one.event))) return 'pending'
  const { kept, learned, expired, evicted, replaced } = counts!
  if (pending!.length !== kept - learned - expired - evicted - replaced) return 'counts'
  const isPast = ({ fate, label, time, event, prediction }: Partial<PastPrediction>): boolean => (
    fates.includes(fate) && (label === null || ['string', 'number', 'boolean'].includes(typeof label))
    && (time === null || isTime(time))
    && (event === null && prediction === null ? true : isSaid(prediction, event))
  )
  return areWaiting(past, isPast) ? null : 'past'
}

/** A list of predictions with a key each, none twice. */
function areWaiting(list: unknown, suits: (one: Waiting) => boolean): list is readonly Waiting[] {
  const isOne = (one: Waiting | null | undefined): boolean => {
    const { key, number, recollection, guesses } = one ?? {}
    return (typeof key === 'string' || typeof key === 'number') && Number.isInteger(number)
      && typeof recollection === 'object' && (guesses === null || Array.isArray(guesses)) && suits(one!)
  }
  return Array.isArray(list) && Array.from(list as readonly Waiting[]).every(isOne)
    && new Set(list.map(({ key }: Waiting) => key)).size === list.length
}
