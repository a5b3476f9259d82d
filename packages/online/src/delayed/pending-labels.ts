import { EventError } from '@eddy/graph'
import { formatValue } from '@eddy/tensor'
import type { Recollection } from '../feature-reader.ts'
import type { Key } from '../many/keyed-options.ts'
import type { Label } from '../target.ts'
import { AgeHeap, isOlder, type Waiting } from './age-heap.ts'
import {
  type Counted, counted, type DelayedState, type LabelCounters, type LabelFate, type LabelReport, type PastPrediction,
  type PendingPrediction, type RevisedPolicy,
} from './delayed-options.ts'

export interface Rules {
  readonly within: number
  readonly capacity: number
  readonly revised: RevisedPolicy
}

/** What is remembered of a prediction that will never be learned from again. */
const nothing = { event: null, prediction: null, recollection: null } as const

/** A prediction that waits. */
class Entry<E, P> implements Waiting {
  position = -1
  /** Labels on their way to be learned; while there are any, it is outside the heap. */
  claims = 0
  isLearned = false
  readonly key: Key
  readonly number: number
  time: number | null
  readonly event: E
  readonly prediction: P
  readonly recollection: Recollection | null
  readonly guesses: readonly unknown[] | null
  #saved: PendingPrediction<E, P> | null = null

  constructor({ key, number, time, event, prediction, recollection, guesses }: PendingPrediction<E, P>) {
    this.key = key
    this.number = number
    this.time = time
    this.event = event
    this.prediction = prediction
    this.recollection = recollection
    this.guesses = guesses
  }

  get saved(): PendingPrediction<E, P> {
    const { key, number, time, event, prediction, recollection, guesses } = this
    if (this.#saved?.time !== time) {
      this.#saved = Object.freeze({ key, number, time, event, prediction, recollection, guesses })
    }
    return this.#saved
  }
}

/** A label on its way to be learned, with the prediction that it belongs to. */
export interface Claim<E, P> {
  readonly key: Key
  readonly label: unknown
  readonly event: E
  readonly prediction: P
  readonly recollection: Recollection | null
  readonly guesses: readonly unknown[] | null
}

interface OpenClaim<E, P> extends Claim<E, P> {
  /** null when the prediction had been learned from before. */
  readonly entry: Entry<E, P> | null
}

/**
 * Which predictions wait for which labels: a state machine without streams.
 *
 *     request -> pending -- label --> claimed -- update --> learned
 *                |  |  |                 |  \-- rejected, skipped --> pending again
 *                |  |  \-- request with the same key: replaced
 *                |  \----- no room: evicted
 *                \-------- too old: expired
 *
 * How old is measured by the greatest time seen, or by the number of requests while there was none. Bounded: `capacity`
 * predictions that wait, as many past ones. A claimed prediction neither expires nor makes room.
 */
export class PendingLabels<E, P> {
  readonly #report: ((report: LabelReport<E, P>) => void)
  readonly #entries = new Map<Key, Entry<E, P>>()
  readonly #heap = new AgeHeap<Entry<E, P>>()
  #past = new Map<Key, PastPrediction<E, P>>()
  #claims: OpenClaim<E, P>[] = []
  #counts: Record<Counted, number> = noCounts()
  #now: number | null = null
  #rules: Rules = { within: Infinity, capacity: 10_000, revised: 'ignore' }
  #areRulesGiven = false

  /** `report` is told of every end. */
  constructor(report: (report: LabelReport<E, P>) => void) {
    this.#report = report
  }

  /** Whether anything was ever kept, or received. */
  get isUsed(): boolean {
    return this.#counts.kept > 0 || this.#counts.received > 0
  }

  get rules(): Rules {
    return this.#rules
  }

  set rules(rules: Rules) {
    this.#rules = rules
    this.#areRulesGiven = true
    this.#tidy()
  }

  get counters(): LabelCounters {
    const { kept, learned, expired, evicted, replaced } = this.#counts
    return {
      ...this.#counts, pending: kept - learned - expired - evicted - replaced, waiting: this.#claims.length,
    }
  }

  /** Moves the greatest time on; what is too old by then expires. Earlier times change nothing. */
  advance(time: number): void {
    if (this.#now === null) for (const entry of this.#entries.values()) entry.time = time
    if (this.#now === null || time > this.#now) this.#now = time
    this.#tidy()
  }

  /** Keeps a prediction until its label comes. */
  keep(
    key: Key, time: number | null, event: E, prediction: P, recollection: Recollection | null = null,
    guesses: readonly unknown[] | null = null,
  ): void {
    if (time !== null) this.advance(time)
    const before = this.#entries.get(key)
    if (before !== undefined) this.#end(before, 'replaced')
    this.#past.delete(key)
    const number = ++this.#counts.kept
    const since = time ?? this.#now
    const entry = new Entry<E, P>({ key, number, time: since, event, prediction, recollection, guesses })
    this.#entries.set(key, entry)
    this.#heap.add(entry)
    this.#tidy()
  }

  /** What a label is to be learned with; null when there is nothing to learn. */
  claim(key: Key, time: number | null, label: unknown): Claim<E, P> | null {
    this.#counts.received++
    if (time !== null) this.advance(time)
    const entry = this.#entries.get(key)
    if (entry === undefined) return this.#claimPast(key, label)
    if (entry.claims > 0) {
      const last = this.#lastClaim((claim) => claim.entry === entry)
      if (last!.label === label) return this.#drop('duplicate', key, label)
      if (this.#rules.revised === 'ignore') return this.#drop('ignored', key, label)
    } else this.#heap.remove(entry)
    entry.claims++
    return this.#open(entry, entry, label)
  }

  /** Counts a label that could not be read. */
  refuse(key: Key | null, label: unknown, reason: string): void {
    this.#counts.received++
    this.#drop('rejected', key, label, reason)
  }

  /**
   * The frame of a claim begins. Claims before it whose frames never came were dropped.
   * @throws EventError when the prediction is gone, because a state was restored meanwhile.
   */
  begin(claim: Claim<unknown, P>): void {
    const at = this.#claims.indexOf(claim as OpenClaim<E, P>)
    if (at < 0) {
      throw new EventError(
        `a label for ${formatValue(claim.key)}`, 'one whose prediction waits',
        'A state was restored while the label was queued',
      )
    }
    for (const dropped of this.#claims.slice(0, at)) this.release(dropped, 'skipped')
  }

  /** Whether its prediction was not learned from before, so that it is to be scored. */
  isFirst(claim: Claim<unknown, P>): boolean {
    const { entry } = claim as OpenClaim<E, P>
    return entry !== null && !entry.isLearned
  }

  /** The label was learned. */
  learned(claim: Claim<unknown, P>): void {
    const isFirst = this.isFirst(claim)
    const { key, label, event, prediction, entry } = this.#take(claim)
    const past = this.#past.get(key)
    const fate = isFirst ? 'learned' : 'revised'
    this.#counts[fate]++
    if (entry !== null) entry.isLearned = true
    if (isFirst && this.#entries.get(key) === entry) {
      this.#entries.delete(key)
      this.#remember(entry!, 'learned', label as Label)
    } else if (past?.fate === 'learned') this.#past.set(key, Object.freeze({ ...past, label: label as Label }))
    this.#report({ fate, key, label, event, prediction, reason: null })
  }

  /** The label came to nothing; its prediction waits on. */
  release(claim: Claim<unknown, P>, fate: 'rejected' | 'skipped', reason: string | null = null): void {
    if (!this.#claims.includes(claim as OpenClaim<E, P>)) return
    const { key, label, event, prediction, entry } = this.#take(claim)
    this.#counts[fate]++
    const isOver = entry !== null && entry.claims === 0 && !entry.isLearned
    if (isOver && this.#entries.get(key) === entry) this.#heap.add(entry)
    this.#report({ fate, key, label, event, prediction, reason })
    if (isOver && this.#entries.get(key) !== entry) this.#count(entry, 'replaced')
    this.#tidy()
  }

  /** Nothing that waits in the queue will be learned any more. */
  releaseAll(): void {
    while (this.#claims.length > 0) this.release(this.#claims[0]!, 'skipped')
  }

  /** Labels that wait in the queue are not part of it: their predictions still wait. */
  snapshot(): DelayedState<E, P> {
    const { within, capacity, revised } = this.#rules
    const pending = [...this.#entries.values()].sort((a, b) => (isOlder(a, b) ? -1 : 1)).map(({ saved }) => saved)
    const claimed = new Set(this.#claims.map(({ entry }) => entry))
    const replaced = [...claimed].filter((entry) => (
      entry !== null && !entry.isLearned && this.#entries.get(entry.key) !== entry
    )).length
    return Object.freeze({
      rules: Object.freeze({ within: within === Infinity ? null : within, capacity, revised }),
      now: this.#now,
      counts: Object.freeze({
        ...this.#counts,
        received: this.#counts.received - this.#claims.length, replaced: this.#counts.replaced + replaced,
      }),
      pending: Object.freeze(pending),
      past: Object.freeze([...this.#past.values()]),
    })
  }

  /**
   * Goes over to a state that `checkDelayed` has accepted; `undefined`: to having been given nothing. The rules are
   * those of the state until others are given.
   */
  restore(state: DelayedState<E, P> | undefined): void {
    if (state !== undefined && !this.#areRulesGiven) {
      this.#rules = { ...state.rules, within: state.rules.within ?? Infinity }
    }
    this.#claims = []
    this.#entries.clear()
    this.#heap.clear()
    this.#past = new Map(state?.past.map((past) => [past.key, past]))
    this.#counts = { ...(state?.counts ?? noCounts()) }
    this.#now = state?.now ?? null
    for (const pending of state?.pending ?? []) {
      const entry = new Entry(pending)
      this.#entries.set(pending.key, entry)
      this.#heap.add(entry)
    }
    this.#tidy()
  }

  #claimPast(key: Key, label: unknown): Claim<E, P> | null {
    const past = this.#past.get(key)
    if (past === undefined) return this.#drop('unknown', key, label)
    if (past.fate !== 'learned') return this.#drop(past.fate === 'expired' ? 'late' : 'orphaned', key, label)
    const last = this.#lastClaim((claim) => claim.key === key)
    if ((last ?? past).label === label) return this.#drop('duplicate', key, label)
    if (this.#rules.revised === 'ignore' || past.event === null) return this.#drop('ignored', key, label)
    if (this.#isTooOld(past)) return this.#drop('late', key, label)
    return this.#open(past as PendingPrediction<E, P>, null, label)
  }

  #open(
    { key, event, prediction, recollection, guesses }: PendingPrediction<E, P>, entry: Entry<E, P> | null,
    label: unknown,
  ): Claim<E, P> {
    const claim: OpenClaim<E, P> = { key, label, event, prediction, recollection, guesses, entry }
    this.#claims.push(claim)
    return claim
  }

  #lastClaim(fits: (claim: OpenClaim<E, P>) => boolean): OpenClaim<E, P> | undefined {
    return this.#claims.filter(fits).at(-1)
  }

  #take(claim: Claim<unknown, P>): OpenClaim<E, P> {
    const open = this.#claims.splice(this.#claims.indexOf(claim as OpenClaim<E, P>), 1)[0]!
    if (open.entry !== null) open.entry.claims--
    return open
  }

  #drop(fate: LabelFate, key: Key | null, label: unknown, reason?: string): null {
    this.#counts[fate]++
    const past = key === null ? undefined : this.#past.get(key)
    const { event = null, prediction = null } = past ?? {}
    this.#report({ fate, key, label, event, prediction, reason: reason ?? null })
    return null
  }

  #isTooOld({ time, number }: Pick<Waiting, 'time' | 'number'>): boolean {
    const age = this.#now === null ? this.#counts.kept - number : this.#now - (time ?? this.#now)
    return age > this.#rules.within
  }

  /** Expires what is too old, makes room for the rest. */
  #tidy(): void {
    for (let { oldest } = this.#heap; oldest !== undefined; { oldest } = this.#heap) {
      if (this.#isTooOld(oldest)) this.#end(oldest, 'expired')
      else if (this.#heap.size > this.#rules.capacity) this.#end(oldest, 'evicted')
      else break
    }
    for (const key of this.#past.keys()) {
      if (this.#past.size <= this.#rules.capacity) break
      this.#past.delete(key)
    }
  }

  #end(entry: Entry<E, P>, fate: 'expired' | 'evicted' | 'replaced'): void {
    this.#entries.delete(entry.key)
    // A claimed one is on its way to be learned: what becomes of it is counted then.
    if (entry.position < 0) return
    this.#heap.remove(entry)
    if (fate !== 'replaced') this.#remember(entry, fate, null)
    this.#count(entry, fate)
  }

  #count({ key, event, prediction }: Entry<E, P>, fate: 'expired' | 'evicted' | 'replaced'): void {
    this.#counts[fate]++
    this.#report({ fate, key, label: undefined, event, prediction, reason: null })
  }

  #remember(entry: Entry<E, P>, fate: PastPrediction['fate'], label: Label | null): void {
    const { key, number, time } = entry
    const isNeeded = fate === 'learned' && this.#rules.revised === 'learn'
    const { event, prediction, recollection } = isNeeded ? entry : nothing
    this.#past.delete(key)
    this.#past.set(key, Object.freeze({
      key, number, time, fate, label, event, prediction, recollection, guesses: null,
    }))
    if (this.#past.size > this.#rules.capacity) this.#past.delete(this.#past.keys().next().value!)
  }
}

function noCounts(): Record<Counted, number> {
  return Object.fromEntries(counted.map((name) => [name, 0])) as Record<Counted, number>
}
