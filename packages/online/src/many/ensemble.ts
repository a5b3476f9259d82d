import { GraphError, Ingress, RejectedError } from '@eddy/graph'
import { Observable, type OperatorFunction, Subject, type Subscriber } from 'rxjs'
import { checkCount, checkState } from '../check-state.ts'
import { judgeFrom } from '../judges.ts'
import type { Query } from '../learner.ts'
import type { Probabilities } from '../metrics/accuracy.ts'
import type { LearnerLoss } from '../options.ts'
import type { Judge, Report } from '../prequential.ts'
import type { ClassPrediction, OpenClassPrediction } from '../prediction.ts'
import type { Label } from '../target.ts'
import type { Task } from '../task.ts'
import { takeFrom } from '../take-from.ts'
import { withFeatures } from '../with-features.ts'
import { checkMembers } from './check-members.ts'
import { combiner } from './combine.ts'
import {
  type EnsembleCounters, EnsembleLearned, type EnsembleOptions, type EnsemblePredicted, type EnsembleState,
  type MemberRejection, type MemberReport,
} from './ensemble-options.ts'
import { JudgeByName } from './judge-by-name.ts'
import { type Seat, seatsOf } from './seats.ts'
import type { Attempt } from './turns.ts'

/** Events over which the loss of a model is averaged. */
const memory = 1000

/**
 * Several models that predict, then learn, the same events: a grid of learning rates, the same model from several
 * seeds, different models. Made by `ensemble`.
 *
 * Law: each model has the bits of a `learner` with its options that is given the same events. One that cannot learn
 * from an event, because its numbers have grown too large, holds up no other; nor do its encoders remember the event.
 */
export class Ensemble<E, P, K extends string = string> {
  readonly task: Task
  /** Events that one model, or none, could learn from, and why. */
  readonly rejected$: Observable<MemberRejection<E>>
  readonly #seats: readonly Seat<E, P>[]
  readonly #combine: (predictions: readonly P[], losses: readonly number[]) => P
  readonly #metrics: Judge<Probabilities, K>
  readonly #rejections = new Subject<MemberRejection<E>>()
  readonly #queue: Ingress<readonly [event: E, owner: Subscriber<EnsembleLearned<E, P, K>>]>
  readonly #finishing = new Set<Subscriber<EnsembleLearned<E, P, K>>>()
  readonly #report = (): Report<K> => this.#metrics.report()
  /** Whether all models read an event alike. */
  readonly #isAlike: boolean
  /** The metrics, when classes are open. */
  readonly #byName: JudgeByName<K> | null
  #isBusy = false
  #learned = 0
  #predicted = 0
  #rejected = 0

  /** @internal */
  constructor(options: EnsembleOptions<E, LearnerLoss, Label, K, P>) {
    const { members, combine = 'mean', classes, queue, metrics, ...rest } = withFeatures('ensemble', options)
    const inner = { ...rest, ...(classes === undefined ? {} : { classes }) }
    this.#seats = seatsOf<E, P>(inner, members)
    const { task, nodes } = this.#seats[0]!.turns.learner
    this.task = task
    this.#isAlike = !options.features.remembers && classes !== 'open'
    this.#combine = combiner(combine as never, task, classes) as never
    const outputs = classes === 'open' ? 1 : nodes.prediction.shape.at(-1) ?? 1
    const judge = judgeFrom<K>(metrics, task, outputs)
    this.#byName = classes === 'open' ? new JudgeByName(judge) : null
    this.#metrics = this.#byName as Judge<Probabilities, K> | null ?? judge
    this.#queue = new Ingress(queue)
    this.rejected$ = this.#rejections.asObservable()
  }

  /**
   * Predict, then learn, with every model: an RxJS operator that emits one result for each learned event, when all
   * models have ended with it. Events that arrive meanwhile, from inside a tap, wait in one bounded queue.
   *
   * @example
   * labelled$.pipe(rates.train()).subscribe(({ prediction, losses }) => console.log(prediction, losses))
   */
  train<T extends E>(): OperatorFunction<T, EnsembleLearned<T, P, K>> {
    return (source) => new Observable<EnsembleLearned<T, P, K>>((subscriber) => {
      const owner = subscriber as unknown as Subscriber<EnsembleLearned<E, P, K>>
      subscriber.add(() => this.#finishing.delete(owner))
      takeFrom(source, subscriber, {
        next: (event) => this.#push(event, owner),
        complete: () => {
          if (this.#isBusy) this.#finishing.add(owner)
          else subscriber.complete()
        },
      })
    })
  }

  /** An RxJS operator that predicts with every model and combines; changes nothing, needs no target. */
  predict<T extends Query<E>>(): OperatorFunction<T, EnsemblePredicted<T, P>> {
    return (source) => new Observable((subscriber) => takeFrom(source, subscriber, {
      next: (event) => {
        const answer = this.#evaluate(event)
        if (!(answer instanceof RejectedError)) subscriber.next(answer)
      },
      complete: () => subscriber.complete(),
    }))
  }

  /**
   * Learns one event with every model and returns what was predicted before.
   * @throws RejectedError when no model can use the event; nothing has changed.
   * @throws GraphError when called while another event is being learned.
   */
  learnOne<T extends E>(event: T): EnsembleLearned<T, P, K> {
    if (this.#isBusy) {
      throw new GraphError(
        'called while another event is being learned', 'learnOne', 'Use stream.pipe(ensemble.train()) there',
      )
    }
    let result: EnsembleLearned<E, P, K> | RejectedError
    this.#isBusy = true
    try {
      result = this.#learn(event)
    } finally {
      this.#isBusy = false
    }
    this.#drain()
    if (result instanceof RejectedError) throw result
    return result as EnsembleLearned<T, P, K>
  }

  /** The combined prediction for one event; changes nothing. @throws RejectedError when no model can use it. */
  predictOne(event: Query<E>): P {
    const answer = this.#evaluate(event)
    if (answer instanceof RejectedError) throw answer
    return answer.prediction
  }

  /** The metrics of the combined prediction so far, and of the baselines. */
  get metrics(): Report<K> {
    return this.#report()
  }

  /** How each model is doing. */
  get members(): readonly MemberReport[] {
    return this.#seats.map(({ name, judge, loss, rejected }) => {
      const { baselines: _, ...metrics } = judge.report()
      return { name, metrics, loss, rejected }
    })
  }

  /** The name of the model whose loss was least lately. */
  get best(): string {
    return this.#seats.reduce((best, seat) => (seat.loss < best.loss ? seat : best)).name
  }

  get counters(): EnsembleCounters {
    return {
      learned: this.#learned, predicted: this.#predicted, rejected: this.#rejected, dropped: this.#queue.dropped,
      programs: new Set(this.#seats.map(({ turns }) => turns)).size,
    }
  }

  /** One line: its task, how many models there are, how much they have seen. */
  toString(): string {
    return `ensemble: ${this.task}, ${this.#learned} learned, ${this.#seats.length} members`
  }

  /** The state of all models, immutable; that of a member is one of a `learner` with its options. */
  snapshot(): EnsembleState {
    const members = this.#seats.map(({ turns, turn, judge, loss, rejected }) => (
      Object.freeze({ ...turns.stateOf(turn), metrics: judge.state, loss, rejected })
    ))
    return Object.freeze({
      members: Object.freeze(members), learned: this.#learned, metrics: this.#metrics.state,
      ...(this.#byName === null ? {} : { classes: this.#byName.names }),
    })
  }

  /**
   * Goes back, or over, to a state.
   * @throws GraphError or ValueError when it belongs to other models, or while an event is being learned.
   */
  restore(state: EnsembleState): void {
    checkState('Ensemble.restore', state, 'members', 'learned', 'metrics')
    if (this.#byName !== null) checkState('Ensemble.restore', state, 'classes')
    const { members, learned, metrics, classes = [] } = state
    if (this.#isBusy) {
      throw new GraphError('called while an event is being learned', 'restore', 'Restore between events')
    }
    checkMembers(members, this.#seats.length)
    checkCount('Ensemble.restore', 'learned', learned)
    this.#metrics.check(metrics)
    this.#byName?.checkNames(classes)
    this.#seats.forEach(({ turns, turn, judge }, k) => {
      turns.check(turn, members[k]!)
      judge.check(members[k]!.metrics)
    })
    this.#seats.forEach((seat, k) => {
      const member = members[k]!
      seat.turns.restore(seat.turn, member)
      seat.judge.restore(member.metrics)
      seat.loss = member.loss
      seat.rejected = member.rejected
    })
    this.#metrics.restore(metrics)
    this.#byName?.number(classes)
    this.#learned = learned
  }

  #push(event: E, owner: Subscriber<EnsembleLearned<E, P, K>>): void {
    try {
      this.#queue.offer([event, owner])
    } catch (error) {
      owner.error(error)
    }
    if (!this.#isBusy) this.#drain()
  }

  /** Works off the queue. */
  #drain(): void {
    this.#isBusy = true
    while (this.#queue.length > 0) {
      const [event, owner] = this.#queue.take()
      if (owner.closed) continue
      try {
        const result = this.#learn(event)
        if (!(result instanceof RejectedError)) owner.next(result)
      } catch (error) {
        owner.error(error)
      }
    }
    this.#isBusy = false
    for (const owner of this.#finishing) owner.complete()
  }

  #learn(event: E): EnsembleLearned<E, P, K> | RejectedError {
    let attempts: readonly Attempt<E, P>[]
    try {
      attempts = this.#attempts((seat) => seat.turns.learn(seat.turn, event))
    } finally {
      for (const { turns } of this.#seats) turns.end()
    }
    const first = attempts.find(({ rejection }) => rejection === null)
    if (first === undefined) return this.#refuse(attempts[0]!)
    const prediction = this.#combined(attempts)
    const worst = attempts.reduce((most, { loss }) => (loss > most ? loss : most), 0)
    const rate = 1 / Math.min(++this.#learned, memory)
    attempts.forEach(({ rejection, loss, label, prediction: own }, k) => {
      const seat = this.#seats[k]!
      seat.loss += rate * ((rejection === null ? loss : worst) - seat.loss)
      if (rejection === null) seat.judge.update(scoreOf(own), label)
      else {
        seat.rejected++
        this.#rejections.next({ ...rejection, member: seat.name })
      }
    })
    this.#score(prediction, first.label, this.#seats[attempts.indexOf(first)]!)
    return new EnsembleLearned(
      event, prediction, attempts.map((attempt) => attempt.prediction), attempts.map(({ loss }) => loss), this.#report,
    )
  }

  /** `label` is the number that the label has for the model of this seat. */
  #score(prediction: P, label: number, { turns, turn }: Seat<E, P>): void {
    if (this.#byName === null) return this.#metrics.update(scoreOf(prediction), label)
    const { classes, probabilities } = prediction as OpenClassPrediction
    const name = turns.classesOf(turn)![label]!
    this.#byName.classes = [...classes, name]
    this.#byName.update(probabilities, classes.length)
  }

  #evaluate<T extends Query<E>>(event: T): EnsemblePredicted<T, P> | RejectedError {
    const attempts = this.#attempts((seat) => seat.turns.predict(seat.turn, event))
    if (attempts.every(({ rejection }) => rejection !== null)) return this.#refuse(attempts[0]!)
    this.#predicted++
    return {
      event, prediction: this.#combined(attempts), predictions: attempts.map(({ prediction }) => prediction),
    }
  }

  /** What every model makes of an event. When the first one cannot read it, none can, if they are alike. */
  #attempts(attempt: (seat: Seat<E, P>) => Attempt<E, P>): readonly Attempt<E, P>[] {
    for (const { turns } of this.#seats) turns.begin()
    const attempts: Attempt<E, P>[] = []
    for (const seat of this.#seats) {
      attempts.push(attempt(seat))
      if (this.#isAlike && attempts[0]!.rejection?.phase === 'input') break
    }
    return attempts
  }

  #combined(attempts: readonly Attempt<E, P>[]): P {
    const predictions: P[] = []
    const losses: number[] = []
    attempts.forEach(({ prediction, rejection }, k) => {
      if (rejection !== null) return
      predictions.push(prediction)
      losses.push(this.#seats[k]!.loss)
    })
    return this.#combine(predictions, losses)
  }

  #refuse({ rejection }: Attempt<E, P>): RejectedError {
    this.#rejected++
    this.#rejections.next({ ...rejection!, member: null })
    return new RejectedError(rejection!)
  }
}

/** What metrics are given of a prediction. */
function scoreOf(prediction: unknown): Probabilities {
  return typeof prediction === 'number' ? prediction : (prediction as ClassPrediction<Label>).probabilities
}
