import { digest } from 'eddy'
import { Breath, type Outlet, type Report, type StopRequest } from '@eddy/terminal'
import type { Batch, Column, Note, SourceRecord } from '@eddy/sources'
import { timeReader } from './event-time.ts'
import { LabelFacts } from './label-facts.ts'
import type { LearnOptions } from './learn-options.ts'
import { checkSame, loadLearned, type OptionTexts, planOf, saveLearned } from './learned-file.ts'
import { Ledger } from './ledger.ts'
import { type Events, type Open, openEvents, untilStopped } from './open-events.ts'
import { checkColumns, makePlan, type Plan } from './plan.ts'
import { flattened } from './nested.ts'
import { predictionLines } from './prediction-lines.ts'
import { Progress } from './progress.ts'
import { RejectedFile } from './rejected-file.ts'
import { Session, type Witness } from './session.ts'
import { startLines, summaryLines } from './summary.ts'
import { TextFile } from './text-file.ts'

/** Records between two looks at the clock. */
const lookEvery = 64

/**
 * Learns from a file or from standard input, and reports.
 *
 * What the labels are is taken from the first records. When a label of a file comes that does not suit, all labels are
 * looked at and learning starts over, openly; of standard input, such a record is rejected.
 */
export async function learnFrom(
  options: LearnOptions, texts: OptionTexts, outlet: Outlet, stop: StopRequest, open: Open = openEvents,
): Promise<Report> {
  const first = await new Run(options, texts, outlet, stop, open, null).learn()
  if (first !== 'contradicted') return first
  const facts = await factsOfAll(options, open)
  outlet.say(`A label does not suit what the first records showed: all ${facts.count} were looked at. Starting over.`)
  return await new Run(options, texts, outlet, stop, open, facts).learn() as Report
}

/** The facts about all labels of a file. */
async function factsOfAll(options: LearnOptions, open: Open): Promise<LabelFacts> {
  const events = await open(options)
  const facts = new LabelFacts()
  let left = options.limit
  for await (const { records } of events.batches()) {
    for (const record of records) {
      if (left-- <= 0) {
        events.source.close()
        return facts
      }
      facts.add(labelOf(record, options.target, events.isNested))
    }
  }
  return facts
}

function labelOf(record: SourceRecord, target: string, mayNest: boolean): unknown {
  return mayNest ? flattened(record)[target] : record[target]
}

/** One reading of the source. */
class Run {
  readonly #options: LearnOptions
  readonly #texts: OptionTexts
  readonly #outlet: Outlet
  readonly #stop: StopRequest
  readonly #open: Open
  /** Of all labels; null: those of the first records have to do. */
  readonly #facts: LabelFacts | null
  #session!: Session
  #ledger!: Ledger
  #progress!: Progress
  #savedAt = 0

  constructor(
    options: LearnOptions, texts: OptionTexts, outlet: Outlet, stop: StopRequest, open: Open, facts: LabelFacts | null,
  ) {
    this.#options = options
    this.#texts = texts
    this.#outlet = outlet
    this.#stop = stop
    this.#open = open
    this.#facts = facts
  }

  async learn(): Promise<Report | 'contradicted'> {
    const { checkpoint, resume, file } = this.#options
    const saved = resume ? loadLearned(checkpoint!) : null
    if (saved !== null) checkSame(this.#options, this.#texts, saved)
    const events = await this.#open({ ...this.#options, ...(saved === null ? {} : { from: saved.source }) })
    const files: { close(): void }[] = []
    try {
      const plan = saved === null ? this.#plan(events) : planOf(saved)
      const { time, delay } = this.#options
      // Says at once what is unclear about it.
      if (time !== null && delay?.unit === 'milliseconds') timeReader(time, events.sample[0]?.[time.name])
      const witness = this.#witness(plan, events, files)
      const mayNest = events.isNested
      this.#session = new Session({ plan, time, delay, mayNest, witness })
      if (saved !== null) this.#session.restore(saved.session)
      this.#savedAt = this.#session.tally.received
      this.#ledger = new Ledger(saved?.source ?? events.start, events.schema)
      this.#progress = new Progress(this.#session, this.#outlet, this.#options)
      this.#outlet.say(...startLines(this.#options, plan, events.columns, this.#outlet.style))
      const isWhole = await this.#readAll(events)
      if (isWhole === 'contradicted') {
        this.#outlet.screen?.close()
        return isWhole
      }
      // Labels that are still to come belong to the records of a stream that is over, not to one that was left.
      if (isWhole || checkpoint === null) this.#session.finish()
      return this.#conclude(file)
    } finally {
      events.source.close()
      this.#progress?.close()
      for (const open of files) open.close()
    }
  }

  #plan(events: Events): Plan {
    const { target } = this.#options
    checkColumns(this.#options, events.columns.map(({ name }) => name))
    const facts = this.#facts ?? new LabelFacts()
    if (this.#facts === null) {
      for (const record of events.sample) facts.add(labelOf(record, target, events.isNested))
    }
    return makePlan(this.#options, events.columns, facts)
  }

  /** True: to the end; false: until the limit or somebody said stop. */
  async #readAll(events: Events): Promise<boolean | 'contradicted'> {
    const session = this.#session
    const breath = new Breath()
    const { limit } = this.#options
    const { tally } = session
    const mayStartOver = this.#facts === null && !this.#options.resume && this.#options.file !== '-'
      && session.plan.task !== 'regression' && !(this.#options.task === 'binary')
    this.#progress.start()
    for await (const batch of untilStopped(events.batches(), this.#stop)) {
      const { records, notes, length } = batch
      let entered = 0
      const enter = (until: number): void => {
        if (until > entered) this.#ledger.parsed(until - entered, batch, until - 1)
        entered = until
      }
      let told = 0
      for (let k = 0; k < length; k++) {
        if (told < notes.length) told = this.#tell(batch, told, k, enter)
        if (tally.received >= limit || this.#stop.isStopped) {
          enter(k)
          return false
        }
        if (!session.take(records[k]!) && mayStartOver) return 'contradicted'
        if (tally.received % lookEvery !== 0) continue
        if (this.#isSaveDue) {
          enter(k + 1)
          this.#save()
        }
        if (!breath.isDue) continue
        await breath.take()
        this.#progress.look()
      }
      this.#tell(batch, told, length, enter)
      enter(length)
      this.#ledger.parsed(0, batch, -1)
      if (this.#isSaveDue) this.#save()
      this.#progress.look()
    }
    return !this.#stop.isStopped
  }

  /** Tells what happened up to record k of the batch; gives how many notes were told. */
  #tell({ notes }: Batch<SourceRecord>, told: number, k: number, enter: (until: number) => void): number {
    let next = told
    for (; next < notes.length && notes[next]!.before <= k; next++) {
      enter(k)
      this.#note(notes[next]!.note)
    }
    return next
  }

  #note(note: Note): void {
    this.#ledger.note(note, (malformed) => this.#session.malformed(malformed), ({ column, from, to, line, value }) => {
      this.#outlet.say(`line ${line}: column ${column} held ${kindWord(from)} so far, now ${kindWord(to)} (${value})`)
    })
  }

  get #isSaveDue(): boolean {
    const { checkpoint, every } = this.#options
    return checkpoint !== null && every !== null && this.#session.tally.received - this.#savedAt >= every
  }

  #save(): void {
    const { plan, state } = this.#session
    saveLearned(this.#options.checkpoint!, this.#options, this.#texts, plan, state, this.#ledger.checkpoint)
    this.#savedAt = this.#session.tally.received
  }

  #conclude(file: string): Report {
    const session = this.#session
    const { received, learned, rejected, expired } = session.tally
    const { baselines, ...metrics } = learned > 0 ? session.metrics : { baselines: {} }
    const { seconds, count } = this.#progress
    if (this.#options.checkpoint !== null) this.#save()
    const report: Report = {
      events: received, learned, rejected, expired, metrics, baselines, digest: digest(session.model.snapshot()),
      eventsPerSecond: count / Math.max(seconds, 1e-9), seconds,
    }
    this.#progress.end()
    this.#outlet.conclude(report, ...summaryLines(report, session, file, this.#outlet.style))
    return report
  }

  #witness(plan: Plan, { source }: Events, files: { close(): void }[]): Witness {
    const { predictions, rejected } = this.#options
    const witness: { -readonly [Name in keyof Witness]: Witness[Name] } = {}
    if (predictions !== null) {
      const out = new TextFile(predictions, '--predictions')
      files.push(out)
      const lines = predictionLines(predictions, plan.task, () => this.#session.labels.classes, true)
      out.write(lines.header)
      witness.predicted = (record, answer, label) => out.write(lines.line(record, answer, label))
    }
    if (rejected !== null) {
      const out = new RejectedFile(rejected, source.name)
      files.push(out)
      witness.malformed = (malformed) => out.malformed(malformed)
      witness.refused = (refused, event) => out.refused(refused, event)
    }
    return witness
  }
}

const kindWords: Readonly<Record<Column['kind'], string>> = {
  number: 'numbers', mixed: 'numbers and words', boolean: 'true and false', time: 'times', category: 'words',
  text: 'text', empty: 'nothing', object: 'nested values',
}

function kindWord(kind: Column['kind']): string {
  return kindWords[kind]
}
