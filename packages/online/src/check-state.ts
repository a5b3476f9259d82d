import { ValueError } from '@eddy/tensor'
import { checkTraining } from './check-training.ts'

/**
 * What `restore` asks before anything else, so that what is no state is refused with words, and nothing has changed.
 * A part whose name ends in `?` may be null.
 * @throws ValueError unless this is a record with these parts; of a `training`, with those of one.
 */
export function checkState(where: string, state: unknown, ...parts: readonly string[]): void {
  const given = (typeof state === 'object' && state !== null ? state : {}) as Readonly<Record<string, unknown>>
  const names = parts.map((part) => part.replace('?', ''))
  const missing = names.find((name, k) => given[name] === undefined || (given[name] === null && parts[k] === name))
  if (missing === undefined) {
    if (names.includes('training')) checkTraining(`${where}, training`, given['training'])
    return
  }
  throw new ValueError({
    what: `this is no state, it has no ${missing}`, where, got: state, wanted: `{ ${names.join(', ')} }`,
    hint: 'Restore only what snapshot() of such a model gave.',
  })
}

/** @throws ValueError unless a part of a state can have been counted. */
export function checkCount(where: string, part: string, count: unknown): void {
  if (Number.isSafeInteger(count) && (count as number) >= 0) return
  throw new ValueError({
    what: `${part} is no count`, where, got: count, wanted: 'an integer >= 0',
    hint: 'Restore only what snapshot() of such a model gave.',
  })
}
