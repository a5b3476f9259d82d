import { type Optimizer, RejectedError, type Rejection } from '@eddy/graph'
import { Learner, type Query } from '../learner.ts'
import { checkSchedule } from '../check-training.ts'
import type { Probabilities } from '../metrics/accuracy.ts'
import type { LearnerLoss, LearnerOptions } from '../options.ts'
import type { Judge, Report } from '../prequential.ts'
import type { Label } from '../target.ts'
import { isSameData } from './same-data.ts'
import { takeTurns } from './take-turns.ts'
import { type ModelState, start, Tenants } from './tenants.ts'

/** What one model has made of an event, or why it could not. The label is as the model numbers it. */
export type Attempt<E, P> = { readonly loss: number; readonly label: number } & (
  | { readonly prediction: P; readonly rejection: null }
  | { readonly prediction: null; readonly rejection: Rejection<Query<E>> }
)

/** A model among those that take turns. */
export interface Turn {
  readonly optimizer: Optimizer
  readonly seed: number
}

/** Keeps the last label, as metrics are given it. */
class Recorder implements Judge<Probabilities, string> {
  label = NaN
  readonly state = Object.freeze({ model: Object.freeze({}), baselines: Object.freeze({}) })

  update(_: Probabilities, label: number): void {
    this.label = label
  }

  report(): Report {
    return { baselines: {} } as Report
  }

  check(): void {}

  restore(): void {}
}

/**
 * Models of one form that take turns in one program: for every event each is made resident, predicts and learns. The
 * features of an event are read once, for all that remember the same.
 */
export class Turns<E, P> {
  readonly learner: Learner<E, P, string>
  readonly #last = new Recorder()
  readonly #turns: readonly Turn[]
  readonly #tenants: readonly number[]
  /** When features remember: models that have learned the event at hand, with the number of its label for each. */
  readonly #learners = new Map<number, number>()
  #bank!: Tenants
  #turn = 0
  /** The event whose features have been read, and for which names. */
  #read: { event: unknown; namings: number; learns: boolean; memories: unknown } = {
    event: null, namings: -1, learns: true, memories: null,
  }

  constructor(options: LearnerOptions<E, LearnerLoss, Label, string>, turns: readonly Turn[]) {
    this.#turns = turns
    const [first] = turns
    const isOne = turns.every(({ optimizer }) => optimizer === first!.optimizer)
    const optimizer = isOne ? first!.optimizer : takeTurns(first!.optimizer, () => this.#turns[this.#turn]!.optimizer)
    this.learner = new Learner<E, P, string>(
      { ...options, seed: first!.seed, optimizer, metrics: () => this.#last as never }, {
        moveIn: (rooms) => void (this.#bank = new Tenants(rooms)),
        enter: (event, learns) => this.#enter(event, learns),
        committed: () => this.#bank.committed(),
        rejected: () => this.#bank.close(),
        visited: () => this.#bank.leave(),
      },
    )
    this.#tenants = turns.map((turn) => this.#bank.draw(turn.seed, turn.optimizer.schedule?.initial ?? null))
    this.#bank.memories?.share(this.#tenants)
    this.#bank.rooms.reader.defers = true
    this.#bank.enter(start)
  }

  /** Model `turn` predicts, then learns. Features that the turn before has read are not read again. */
  learn(turn: number, event: E): Attempt<E, P> {
    this.#turn = turn
    try {
      const { prediction, loss } = this.learner.learnOne(event)
      const { label } = this.#last
      if (this.#bank.memories !== null) this.#learners.set(this.#tenants[turn]!, label)
      return { prediction, loss, label, rejection: null }
    } catch (error) {
      return this.#failed(error)
    }
  }

  predict(turn: number, event: Query<E>): Attempt<E, P> {
    const before = this.#turn
    this.#turn = turn
    try {
      return { prediction: this.learner.predictOne(event), loss: NaN, label: NaN, rejection: null }
    } catch (error) {
      return this.#failed(error)
    } finally {
      this.#turn = before
    }
  }

  /** Forgets what has been read: the next event may be the same object with other values. */
  begin(): void {
    this.#read.namings = -1
  }

  /**
   * All models have had their turn with an event: what encoders remember changes now, once for all models that have it
   * together. A model that could not learn the event does not remember it.
   */
  end(): void {
    if (this.#learners.size === 0) return
    this.#bank.memories!.learned(this.#tenants, this.#learners)
    this.#learners.clear()
  }

  /** Those that a model has met, by its numbers, when they are open. */
  classesOf(turn: number): readonly Label[] | undefined {
    return this.#bank.classes?.of(this.#tenants[turn]!)
  }

  stateOf(turn: number): ModelState {
    return this.#bank.stateOf(this.#tenants[turn]!)
  }

  check(turn: number, state: ModelState): void {
    this.#bank.check(state)
    checkSchedule('Ensemble.restore', this.#turns[turn]!.optimizer, state.training)
  }

  /** Between frames only. */
  restore(turn: number, state: ModelState): void {
    const tenant = this.#tenants[turn]!
    // Its own optimizer is asked whether it can go on from there.
    this.#turn = turn
    this.#bank.replace(tenant, state)
    this.#bank.memories?.reshare(tenant, this.#tenants.slice(0, turn).filter((other) => (
      isSameData(this.classesOf(turn), this.#bank.classes?.of(other))
    )))
  }

  #failed(error: unknown): Attempt<E, P> {
    if (!(error instanceof RejectedError)) throw error
    const rejection = error.rejection as Rejection<Query<E>>
    // What was read of it is no whole event.
    if (rejection.phase === 'input') this.begin()
    return { prediction: null, loss: NaN, label: NaN, rejection }
  }

  #enter(event: unknown, learns: boolean): boolean {
    const tenant = this.#tenants[this.#turn]!
    if (learns) {
      this.#bank.enter(tenant)
      this.#bank.open()
    } else this.#bank.visit(tenant)
    const { namings } = this.#bank
    const memories = this.#bank.memories?.of(tenant) ?? null
    const again = this.#read.event === event && this.#read.namings === namings && this.#read.learns === learns
      && this.#read.memories === memories
    this.#read = { event, namings, learns, memories }
    return again
  }
}
