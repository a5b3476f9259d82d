import type { Operation, OperationKind } from '../journal/operation.ts'
import type { Store } from '../journal/store.ts'
import type { Rejected } from './quarantine.ts'
import type { EventId } from './recent-ids.ts'

/** What an operation's event is called: null when it has no name, or `id` threw at it. */
export function nameOf(
  id: ((event: never) => unknown) | undefined, kind: OperationKind, value: unknown,
): EventId | null {
  const name = rawNameOf(id, kind, value)
  return isName(name) ? name : null
}

/** The reason why an event cannot be found again by what it is called; null when it can, or has no name. */
export function badNameOf(id: (event: never) => unknown, event: unknown): string | null {
  const name = rawNameOf(id, 'event', event)
  if (name === null || isName(name)) return null
  const given = typeof name === 'object' ? 'an object' : `a ${typeof name}`
  return `id gave ${given}, by which no event can be found again, wanted text, a number, or null for none`
}

/** Large whole numbers are called what they read. */
function rawNameOf(id: ((event: never) => unknown) | undefined, kind: OperationKind, value: unknown): unknown {
  if (id === undefined || kind === 'tick' || kind === 'refused') return null
  try {
    const name = id((kind === 'retry' ? (value as { event: unknown }).event : value) as never) ?? null
    return typeof name === 'bigint' ? String(name) : name
  } catch {
    return null
  }
}

function isName(name: unknown): name is EventId {
  return typeof name === 'string' || typeof name === 'number'
}

/** What is known of the operations of a log. */
export interface Numbered {
  readonly id: ((event: never) => unknown) | undefined
  /** How many there are. */
  readonly sequence: number
  /** Those that were taken back, and those that were rejected and learned later on. */
  readonly without: readonly number[]
  readonly retried: ReadonlySet<number>
  /** Those that could not be used: of some of them the log has nothing. */
  readonly rejected: readonly Rejected[]
}

/** Numbers of the operations whose event is called so, ascending. */
export function numbersOf(
  store: Store, called: string | number, { id, sequence, without, retried, rejected }: Numbered,
): readonly number[] {
  const left = new Set(without)
  const name = typeof called === 'bigint' ? String(called) : called
  if (id !== undefined) {
    const unused = rejected.filter((row) => row.id === name).map((row) => row.sequence)
    const found = name === null ? [] : operationsOf(store, ({ kind, value }) => nameOf(id, kind, value) === name)
    return [...new Set([...found, ...unused])].filter((number) => !left.has(number)).sort((a, b) => a - b)
  }
  if (!(Number.isInteger(called) && called as number >= 1 && called as number <= sequence)) return []
  // What was rejected may have been learned later, under a number of its own.
  if (!retried.has(called as number)) return left.has(called as number) ? [] : [called as number]
  return operationsOf(store, ({ sequence, kind, value }) => (
    !left.has(sequence) && (sequence === called || kind === 'retry' && (value as { of: number }).of === called)
  ))
}

/**
 * How many of all operations the log has, where that matters: an event of which it has nothing may be among the others.
 * null when it has all of them, or this event, be it taken back.
 */
export function loggedOf(
  store: Store, called: string | number, { id, sequence }: Pick<Numbered, 'id' | 'sequence'>,
): number | null {
  const name = typeof called === 'bigint' ? String(called) : called
  let count = 0
  if (id === undefined) return null
  for (const { operations } of store.logged()) {
    if (operations.some(({ kind, value }) => nameOf(id, kind, value) === name)) return null
    count += operations.length
  }
  return count < sequence ? count : null
}

function operationsOf(store: Store, isWanted: (operation: Operation) => boolean): readonly number[] {
  const numbers: number[] = []
  for (const { operations } of store.logged()) {
    for (const operation of operations) if (isWanted(operation)) numbers.push(operation.sequence)
  }
  return numbers
}

/** The event of this operation, out of the log; undefined when it is not there. */
export function eventAt(store: Store, sequence: number): unknown {
  for (const { operations } of store.operations(sequence - 1)) {
    const [operation] = operations
    return operation?.sequence === sequence && operation.kind === 'event' ? operation.value : undefined
  }
  return undefined
}
