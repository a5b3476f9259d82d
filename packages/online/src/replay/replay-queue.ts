import { type AnyNode, ancestors, EventError, GraphError, type Pairs } from '@eddy/graph'
import { ValueError } from '@eddy/tensor'
import type { Task } from '../task.ts'
import { isRemembered, type Remembered } from './remembered.ts'
import { type Replay, Reservoir, type ReservoirState } from './reservoir.ts'

const dueMax = 1000

/** What a learner remembers to learn again: plain data, part of its state. */
export interface ReplayState extends ReservoirState {
  /** Drawn already, to be learned again before the next event. */
  readonly due: readonly Remembered[]
}

/** The memory of a learner, and what of it is to be learned again. */
export class ReplayQueue {
  /** How many were learned again, and how many could not be. */
  learned = 0
  rejected = 0
  readonly #replay: Replay
  readonly #seed: number
  readonly #reservoir: Reservoir
  #due: readonly Remembered[] = Object.freeze([])
  /** Whether the first of them has been handed on. */
  #isWaiting = false

  /** @throws GraphError when the model or the task does not go with it. */
  constructor({ replay, seed = 0 }: { readonly replay?: Replay; readonly seed?: number }, task: Task, loss: AnyNode) {
    if (replay?.kind !== 'reservoir') {
      throw new ValueError({
        what: 'replay is no memory of events', where: 'learner', got: replay, wanted: 'reservoir({ size, per })',
        hint: 'Import reservoir from eddy, or leave replay out.',
      })
    }
    if (replay.balanced && task === 'regression') {
      throw new GraphError('a regression has no classes to balance', 'reservoir', 'Leave balanced out')
    }
    const remembers = ancestors([loss]).find(({ rule, inputs }) => (
      rule?.name === 'remember' && inputs.some(({ role, label }) => role === 'buffer' && label !== 'counts')
    ))
    if (remembers !== undefined) {
      throw new GraphError(
        'remembers earlier events, and one that is learned again would be out of its order', remembers.name,
        'Use replay with models without delay() and recurrent()',
      )
    }
    this.#replay = replay
    this.#seed = seed
    const classOf = task === 'binary' ? (label: number) => Number(label >= 0.5) : (label: number) => label
    this.#reservoir = new Reservoir(replay, seed, classOf)
  }

  /** An event was learned: some of those before it are due, then it is one of them. */
  add({ indices, values }: Pairs, label: number): void {
    if (this.#reservoir.length > 0) {
      const drawn = Array.from({ length: this.#replay.per }, () => this.#reservoir.draw())
      // More wait only where events arrive from inside taps; a memory that is behind leaves out its oldest.
      this.#due = Object.freeze([...this.#due, ...drawn].slice(-dueMax))
    }
    this.#reservoir.add(Object.freeze({
      indices: Object.freeze(Array.from(indices)), values: Object.freeze(Array.from(values)), label,
    }))
  }

  /** What is to be learned again next. */
  get next(): Remembered | null {
    return this.#due[0] ?? null
  }

  /** Hands on what is next, unless one waits its turn already among as many events as wait. */
  pump(waiting: number, push: (item: Remembered) => void): void {
    if (this.#isWaiting && waiting > 0) return
    // It has not ended although nothing waits: a lens has held it back, or the queue has dropped it.
    if (this.#isWaiting) this.#due = Object.freeze(this.#due.slice(1))
    this.#isWaiting = this.next !== null
    if (this.next !== null) push(this.next)
  }

  /** Its frame begins. @throws EventError when a restored state has taken its place. */
  begin(item: Remembered): void {
    if (item === this.next) return
    throw new EventError('an event to learn again', 'one that is due', 'The state was restored meanwhile')
  }

  /** Its frame has ended. */
  done(item: Remembered, outcome: 'learned' | 'rejected'): void {
    if (item !== this.next) return
    if (outcome === 'learned') this.learned++
    else this.rejected++
    this.#isWaiting = false
    this.#due = Object.freeze(this.#due.slice(1))
  }

  get counters(): { readonly replayed: number; readonly replaysRejected: number } {
    return { replayed: this.learned, replaysRejected: this.rejected }
  }

  /** Its part of a learner's state. */
  get inState(): { readonly replay: ReplayState } {
    return { replay: Object.freeze({ ...this.#reservoir.state, due: this.#due }) }
  }

  /** Nothing, for a state of a learner that remembered nothing, is accepted. @throws ValueError for what is none. */
  check(state: ReplayState | undefined): void {
    if (state === undefined) return
    this.#reservoir.check(state)
    if (Array.isArray(state.due) && state.due.every(isRemembered)) return
    throw new ValueError({
      what: 'this is no list of events to learn again', where: 'Learner.restore', got: state.due,
      wanted: 'a list of remembered events', hint: 'Restore only what snapshot() has returned.',
    })
  }

  /** Goes over to a state, which `check` has accepted; the axis gets room for the numbers of its events. */
  restore(state: ReplayState | undefined, axis: { pairs: number }): void {
    this.#reservoir.restore(state, this.#seed)
    this.#isWaiting = false
    this.#due = state?.due ?? Object.freeze([])
    for (const { indices } of [...(state?.items ?? []), ...this.#due]) {
      while (axis.pairs < indices.length) axis.pairs *= 2
    }
  }
}

/** @throws GraphError when a learner without memory is given one. */
export function checkNoReplay(state: ReplayState | undefined): void {
  if (state === undefined) return
  throw new GraphError(
    'the state has events to learn again, and this learner has no memory for them', 'Learner.restore',
    'Give it replay: reservoir({ ... }) as before, or leave replay out of the state',
  )
}
