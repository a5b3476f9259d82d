import type { Malformed, SourceRecord } from '@eddy/sources'
import type { Report as Metrics } from 'eddy'
import { type TimeColumn, timeReader } from './event-time.ts'
import { type FieldForms, formReader } from './field-forms.ts'
import { LabelQueue } from './label-queue.ts'
import { Labels, magnitudeMax } from './labels.ts'
import { LaterScores, type Said } from './later-scores.ts'
import { type Answer, makeModel, type OnlineModel } from './model.ts'
import { flattened, isNested, withoutGroups } from './nested.ts'
import type { Plan } from './plan.ts'
import { Recent } from './recent.ts'
import type { Delay } from './read-delay.ts'
import { refusalOf } from './refusal.ts'
import type { Refused } from './rejected-file.ts'
import { Tally, type TallyState } from './tally.ts'

/** Told what becomes of records. */
export interface Witness {
  /** `label` is as its column has it; undefined when there is none. */
  readonly predicted?: (record: number, answer: Answer, label: unknown) => void
  readonly refused?: (refused: Refused, event: SourceRecord) => void
  readonly malformed?: (malformed: Malformed) => void
}

/** A record whose label has not come yet. */
interface Pending {
  readonly number: number
  readonly event: SourceRecord
  readonly label: number
  readonly answer: Answer
  readonly asked: unknown
  readonly said: Said
}

/** Everything that a run has built up, apart from where its source is. */
export interface SessionState {
  readonly model: object
  readonly classes: readonly string[]
  readonly tally: TallyState
  readonly later: { readonly scores: object; readonly queue: LabelQueue<Pending>['state'] } | null
}

export interface SessionParts {
  readonly plan: Plan
  readonly time: TimeColumn | null
  readonly delay: Delay | null
  readonly mayNest: boolean
  /** How fields are read that another file has in another form. */
  readonly forms?: Pick<FieldForms, 'booleans' | 'isStrict'>
  readonly witness: Witness
}

/**
 * Takes records, one at a time: predicts, then learns, at once or when the label has come. Each ends in one counted
 * state; nothing that a record holds can throw.
 */
export class Session {
  readonly plan: Plan
  readonly model: OnlineModel
  readonly labels: Labels
  readonly recent: Recent
  #tally = new Tally()
  readonly #parts: SessionParts
  readonly #isRegression: boolean
  readonly #formed: (record: SourceRecord) => SourceRecord
  readonly #scores: LaterScores | null
  readonly #queue: LabelQueue<Pending> | null
  #timeOf: ((value: unknown) => number) | null = null

  constructor(parts: SessionParts) {
    const { plan, delay, forms } = parts
    this.plan = plan
    this.#formed = formReader({ ...plan, ...forms })
    this.#parts = parts
    this.#isRegression = plan.task === 'regression'
    const most = plan.task === 'binary' ? 2 : plan.isOpen ? Infinity : plan.classes.length
    this.labels = new Labels(plan.task, plan.classes, most, plan.numbered, plan.words ?? null)
    this.model = makeModel(plan, this.labels)
    this.recent = new Recent(plan.task, plan.loss.quantile)
    this.#scores = delay === null ? null : new LaterScores(plan.task, plan.loss.quantile)
    this.#queue = delay === null ? null : new LabelQueue(delay.by)
  }

  get tally(): Tally {
    return this.#tally
  }

  /** Of all predictions that were scored. */
  get metrics(): Metrics {
    return this.#scores === null ? this.model.report() : this.#scores.report()
  }

  /** Records that wait for their labels. */
  get waiting(): number {
    return this.#queue?.count ?? 0
  }

  malformed(malformed: Malformed): void {
    this.#tally.received++
    this.#tally.reject(malformed.code, `on line ${malformed.line}`, malformed.reason)
    this.#parts.witness.malformed?.(malformed)
  }

  /** Gives false for a label that does not suit the task; the record is rejected then. */
  take(given: SourceRecord): boolean {
    const number = ++this.#tally.received
    const event = this.#flat(given)
    const label = event[this.plan.target]
    if (label === null || label === undefined) {
      this.#predictOnly(number, event)
      return true
    }
    const reading = this.#known(label) ?? this.labels.read(label)
    if (typeof reading !== 'number') {
      const { code, reason } = reading
      this.#refuse({ code, reason: `the label: ${reason}`, path: `$.${this.plan.target}`, record: number }, event)
      return code !== 'E_LABEL'
    }
    if (this.#queue === null) this.#learnNow(number, event, reading)
    else this.#askNow(number, event, reading, label)
    return true
  }

  /**
   * Takes records from one place on, up to another at most, as `take` does: those that the model can be given together.
   * Returns the place behind them, where one may stand that has to be taken alone. `taking` is told the place of each
   * before the witness hears of it.
   */
  takeMany(records: readonly SourceRecord[], from: number, to: number, taking?: (place: number) => void): number {
    const { learnMany } = this.model
    if (learnMany === null || this.#queue !== null) return from
    const events: SourceRecord[] = []
    const labels: number[] = []
    for (let k = from; k < to; k++) {
      const event = this.#flat(records[k]!)
      const label = this.#known(event[this.plan.target])
      if (label === undefined) break
      events.push(event)
      labels.push(label)
    }
    if (events.length === 0) return from
    learnMany(events, labels).forEach((learnt, k) => {
      taking?.(from + k)
      const number = ++this.#tally.received
      const event = events[k]!
      if ('answer' in learnt) this.#learned(number, event, labels[k]!, learnt.answer)
      else this.#refuse(refusalOf(learnt.error, event, number), event)
    })
    return from + events.length
  }

  /** Whether `takeMany` would take a record, which is as flat as it is learned. */
  takesTogether(record: SourceRecord): boolean {
    if (this.model.learnMany === null || this.#queue !== null) return false
    return !(this.#parts.mayNest && isNested(record)) && this.#known(record[this.plan.target]) !== undefined
  }

  /** Predicts and nothing else; there need be no label. */
  ask(given: SourceRecord): void {
    const number = ++this.#tally.received
    this.#predictOnly(number, this.#flat(given))
  }

  #flat(given: SourceRecord): SourceRecord {
    const { plan: { groups = [], target }, time } = this.#parts
    const event = this.#formed(this.#parts.mayNest && isNested(given) ? flattened(given) : given)
    return groups.length === 0 ? event : withoutGroups(event, groups, [target, time?.name])
  }

  /** A label that is read at a glance, as `Labels#read` would; undefined for others. */
  #known(label: unknown): number | undefined {
    if (!this.#isRegression) return this.labels.met(label)
    return typeof label === 'number' && label >= -magnitudeMax && label <= magnitudeMax ? label + 0 : undefined
  }

  /** The stream is over: the labels that are left come. */
  finish(): void {
    if (this.#queue === null) return
    for (const pending of this.#queue.rest()) this.#learnLater(pending)
  }

  get state(): SessionState {
    const later = this.#queue === null ? null : { scores: this.#scores!.state, queue: this.#queue.state }
    return { model: this.model.snapshot(), classes: [...this.labels.classes], tally: this.#tally.state, later }
  }

  /** Only what was learned: to predict with. */
  restoreModel({ model, classes }: Pick<SessionState, 'model' | 'classes'>): void {
    for (const name of classes) this.labels.read(name)
    this.model.restore(model)
  }

  restore({ tally, later, ...learned }: SessionState): void {
    this.restoreModel(learned)
    this.#tally = new Tally(tally)
    if (later === null) return
    this.#scores!.restore(later.scores)
    this.#queue!.restore(later.queue)
  }

  #learnNow(number: number, event: SourceRecord, label: number): void {
    let answer: Answer
    try {
      answer = this.model.learn(event, label)
    } catch (error) {
      this.#refuse(refusalOf(error, event, number), event)
      return
    }
    this.#learned(number, event, label, answer)
  }

  #learned(number: number, event: SourceRecord, label: number, answer: Answer): void {
    this.#tally.learned++
    this.recent.add(answer, label, this.#nameOf(label))
    this.#parts.witness.predicted?.(number, answer, this.labels.written(event[this.plan.target]))
  }

  /** Predicts; the label comes later. */
  #askNow(number: number, event: SourceRecord, label: number, given: unknown): void {
    const at = this.#timeFor(event, number)
    if (Number.isNaN(at)) {
      const { name } = this.#parts.time!
      const reason = `the time: it is ${JSON.stringify(event[name] ?? null)}, wanted a date, a time or a number`
      this.#refuse({ code: 'E_TIME', reason, path: `$.${name}`, record: number }, event)
      return
    }
    for (const pending of this.#queue!.dueAt(at)) this.#learnLater(pending)
    try {
      const { answer, asked } = this.model.ask(event)
      const said = this.#scores!.said(answer, (name) => this.labels.read(name) as number)
      this.#queue!.add({ number, event, label, answer, asked, said }, at)
      this.#parts.witness.predicted?.(number, answer, this.labels.written(given))
    } catch (error) {
      this.#refuse(refusalOf(error, event, number), event)
    }
  }

  #learnLater({ number, event, label, answer, asked, said }: Pending): void {
    try {
      this.model.learn(event, label, asked)
    } catch (error) {
      this.#refuse(refusalOf(error, event, number), event)
      return
    }
    this.#tally.learned++
    this.#scores!.score(said, label)
    this.recent.add(answer, label, this.#nameOf(label))
  }

  /** The class of a label; looking a fraction up in a list would be slow. */
  #nameOf(label: number): string | undefined {
    return this.plan.task === 'multiclass' ? this.labels.classes[label] : undefined
  }

  #predictOnly(number: number, event: SourceRecord): void {
    try {
      const answer = this.model.predict(event)
      this.#parts.witness.predicted?.(number, answer, undefined)
      this.#tally.expired++
    } catch (error) {
      this.#refuse(refusalOf(error, event, number), event)
    }
  }

  #refuse(refused: Refused, event: SourceRecord): void {
    this.#tally.reject(refused.code, `in record ${refused.record}`, refused.reason)
    this.#parts.witness.refused?.(refused, event)
  }

  #timeFor(event: SourceRecord, number: number): number {
    const { time, delay } = this.#parts
    if (delay!.unit === 'records' || time === null) return number
    const value = event[time.name]
    this.#timeOf ??= timeReader(time, value, this.plan.dates.includes(time.name))
    return this.#timeOf(value)
  }
}
