import { StoreError } from '../errors.ts'
import type { Checkpoint } from '../journal/checkpoint.ts'
import type { Operation } from '../journal/operation.ts'
import type { Store } from '../journal/store.ts'
import type { Feeder, Learnable, Outcome } from './learnable.ts'
import { isRecentIds, type RecentIdsState } from './recent-ids.ts'

/** Where a learner stands. */
export interface Place {
  /** Operations so far. */
  readonly sequence: number
  readonly position: unknown
  readonly retried: readonly number[]
}

export interface RecoverOptions {
  /** The last operation; default: as far as the log goes. */
  readonly until?: number
  /** Go on from a checkpoint after so many operations or fewer; default: the newest that fits. */
  readonly from?: number
  /** Operations to leave out, beside those that were taken back. */
  readonly without?: ReadonlySet<number>
  /** Told of the ids that the checkpoint has, before anything is done again. */
  readonly remembered?: (ids: RecentIdsState) => void
  /** Told of every operation of the log, before it is done again or left out. */
  readonly reached?: (operation: Operation) => void
  /** Told of every operation that is done again. */
  readonly replayed?: (operation: Operation, outcome: Outcome) => void
}

/** What was found, and how much of it was done again. */
export interface Recovered extends Place {
  /** The checkpoint that was restored; null when the learner began with what it was. */
  readonly checkpoint: Omit<Checkpoint, 'state' | 'ids'> | null
  readonly replayed: number
}

/**
 * Brings a learner to where the store says it was: restores a checkpoint, then does again what the log has after it.
 * A learner that was never kept stays as it is.
 * @throws StoreError (E_CORRUPT) when nothing intact leads there; GraphError or ValueError when the state belongs to
 * another model. Then the learner is as it was.
 */
export function recover(
  store: Store, learner: Learnable, feeder: Feeder, options: RecoverOptions = {},
): Recovered {
  const { until = Infinity, from, without, replayed, remembered, reached } = options
  const first = Math.min(until + 1, ...(without ?? []))
  const found = store.newest(({ sequence }) => sequence < first && sequence <= (from ?? Infinity))
  const left = new Set([...store.without(), ...(without ?? [])])
  if (found === null && store.isBegun && !reaches(store, 0)) {
    throw new StoreError({
      code: 'E_CORRUPT', what: 'no checkpoint is intact, and the log does not reach back to the beginning',
      where: store.medium.name, hint: 'Put back a copy of these files, or begin anew in another place.',
    })
  }
  if (found !== null) learner.restore(found.state as never)
  if (isRecentIds(found?.ids)) remembered?.(found.ids)
  const retried = new Set(found?.retried)
  let sequence = found?.sequence ?? 0
  let position: unknown = found?.position ?? null
  let count = 0
  for (const batch of store.operations(sequence)) {
    // The position holds after its last operation only: the next file has the others, or a checkpoint does.
    if (!batch.isWhole && until === Infinity) break
    const operations = batch.operations.filter((operation) => operation.sequence <= until)
    const wanted = operations.filter((operation) => !left.has(operation.sequence))
    for (const operation of operations) reached?.(operation)
    feeder.applyAll(wanted).forEach((outcome, k) => {
      const operation = wanted[k]!
      if (operation.kind === 'retry' && outcome.rejection === null) retried.add((operation.value as { of: number }).of)
      replayed?.(operation, outcome)
    })
    count += wanted.length
    sequence = operations.at(-1)?.sequence ?? sequence
    if (operations.length < batch.operations.length) return done()
    position = batch.position
  }
  return done()

  function done(): Recovered {
    const { state: _, ids: __, ...checkpoint } = found ?? { state: null }
    return {
      sequence, position, retried: [...retried].sort((a, b) => a - b), replayed: count,
      checkpoint: found === null ? null : checkpoint as Recovered['checkpoint'],
    }
  }
}

/** Whether the log has the operation after number `sequence`. */
function reaches(store: Store, sequence: number): boolean {
  const { done } = store.operations(sequence).next()
  return done !== true
}
