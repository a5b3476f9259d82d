import { readFileSync } from 'node:fs'
import { Breath, type Outlet, type Report, type StopRequest } from '@eddy/terminal'
import type { Batch, Column, Malformed, Note, SourceCheckpoint, SourceRecord } from '@eddy/sources'
import { checkDistinct } from '../kept/distinct-files.ts'
import { isKept, Keeper } from '../kept/keeper.ts'
import { Outputs } from '../kept/outputs.ts'
import { kindsOf, type OptionTexts, planOf, settingOf } from '../kept/setting.ts'
import { startWarm } from '../kept/warm.ts'
import { Misuse, systemReason } from '../misuse.ts'
import { amountColumns } from './amount-columns.ts'
import { dateColumns } from './date-columns.ts'
import { timeReader } from './event-time.ts'
import { LabelFacts } from './label-facts.ts'
import type { LearnOptions } from './learn-options.ts'
import { Ledger } from './ledger.ts'
import { type Events, type Open, openEvents, secondsOf, unlessStopped, untilStopped } from './open-events.ts'
import { checkColumns, makePlan, type Plan } from './plan.ts'
import { flattened, isInside } from './nested.ts'
import { Progress } from './progress.ts'
import { RejectAlarm } from './reject-alarm.ts'
import { reportOf } from './report-of.ts'
import { Session, type Witness } from './session.ts'
import { fileWord, startLines, summaryLines } from './summary.ts'

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
  const { file, checkpoint, predictions, rejected, warmStart } = options
  checkDistinct(
    [['FILE', file], ['--warm-start', warmStart]], [['--predictions', predictions], ['--rejected', rejected]],
  )
  const outputs = new Outputs({ predictions, rejected, source: fileWord(file) })
  let keeper: Keeper | null = null
  const openKeeper = (): Keeper | null => (
    checkpoint === null ? null : (keeper ??= new Keeper(options, texts, outputs, outlet.say))
  )
  try {
    // A folder without a run is left as it is until this one begins: it may be refused before.
    if (isKept(options)) openKeeper()
    const parts = { options, texts, outlet, stop, open, outputs, openKeeper, warm: readWarm(options) }
    // A run that was cut short may have met such a label last.
    const first = mustStartOver(keeper) ? 'contradicted' : await new Run(parts, null, keeper).learn()
    if (first !== 'contradicted') return first
    const facts = await factsOfAll(options, open, stop)
    outlet.say(`A label does not suit what the first records showed: all ${facts.count} were looked at. Starting over.`)
    return await new Run(parts, facts, keeper).learn() as Report
  } finally {
    try {
      await (keeper as Keeper | null)?.close()
    } finally {
      outputs.close()
    }
  }
}

function mustStartOver(keeper: Keeper | null): boolean {
  return keeper?.mustStartOver === true
}

/** @throws Misuse when it cannot be read. */
function readWarm({ warmStart }: LearnOptions): Uint8Array | null {
  try {
    return warmStart === null ? null : readFileSync(warmStart)
  } catch (error) {
    const what = `--warm-start ${warmStart} cannot be read (${systemReason(error)})`
    throw new Misuse(`${what}. Name a safetensors file.`, { cause: error })
  }
}

/** The facts about all labels of a file. @throws Error when somebody says stop before. */
async function factsOfAll(options: LearnOptions, open: Open, stop: StopRequest): Promise<LabelFacts> {
  const events = await open(options)
  const facts = new LabelFacts(options)
  let left = options.limit
  const breath = new Breath()
  for await (const { records } of events.batches()) {
    if (breath.isDue) await breath.take()
    if (stop.isStopped) throw new Error('stopped while all labels were looked at, so nothing was learned.')
    for (const record of records) {
      if (left-- <= 0) {
        events.source.close()
        return facts
      }
      addTo(facts, record, options.target, events.isNested)
    }
  }
  return facts
}

/** Nothing of a file could be read: why its first record could not be. */
function unreadable(file: string, { code, line, reason }: Malformed): Misuse {
  const hint = code === 'E_JSON' ? 'Write one JSON object per line, for example with jq -c .'
    : code === 'E_ARITY' ? 'Give each line as many fields as the header has.' : 'Check its lines, or name its --format.'
  return new Misuse(`${fileWord(file)} holds no record that can be read: on line ${line}, ${reason}. ${hint}`)
}

function addTo(facts: LabelFacts, record: SourceRecord, target: string, mayNest: boolean): void {
  const flat = mayNest ? flattened(record) : record
  facts.add(flat[target], flat)
}

interface RunParts {
  readonly options: LearnOptions
  readonly texts: OptionTexts
  readonly outlet: Outlet
  readonly stop: StopRequest
  readonly open: Open
  readonly outputs: Outputs
  /** Opens the folder, unless it is open; null: nothing is kept. */
  readonly openKeeper: () => Keeper | null
  readonly warm: Uint8Array | null
}

/** One reading of the source. */
class Run {
  readonly #options: LearnOptions
  readonly #parts: RunParts
  readonly #outlet: Outlet
  readonly #stop: StopRequest
  #keeper: Keeper | null
  /** Of all labels; null: those of the first records have to do. */
  readonly #facts: LabelFacts | null
  #session!: Session
  #ledger!: Ledger
  #progress!: Progress
  #mayStartOver = false
  /** Records of the source so far; those up to `skip` were taken before. */
  #number = 0
  #skip = 0
  /** The batch in hand: how many of its records were entered, and how many are done with. */
  #batch: Batch<SourceRecord> | null = null
  #entered = 0
  #reached = 0
  /** Records behind those are being taken together. */
  #isTakingMany = false
  /** The place before what came between two records; null when nothing did. */
  #before: SourceCheckpoint | null = null

  constructor(parts: RunParts, facts: LabelFacts | null, keeper: Keeper | null) {
    this.#parts = parts
    this.#options = parts.options
    this.#outlet = parts.outlet
    this.#stop = parts.stop
    this.#keeper = keeper
    this.#facts = facts
  }

  async learn(): Promise<Report | 'contradicted'> {
    const { file, time, delay } = this.#options
    const kept = this.#keeper?.kept
    const isResumed = this.#facts === null && kept?.session != null
    let from = isResumed ? this.#keeper!.position : null
    let events = await this.#open(from)
    const before = events.hasRest && file !== '-' ? await this.#keeper!.takeBackLast(from!) : null
    if (before !== null) {
      events.source.close()
      this.#outlet.say(`record ${from!.position.records} is read again: its line had not ended`)
      events = await this.#open(from = before)
    }
    try {
      this.#ledger = new Ledger(from ?? events.start, events.schema)
      this.#number = from?.counters.received ?? 0
      this.#skip = isResumed ? kept.number : 0
      const plan = isResumed ? planOf(kept.setting!, kept.session!.labels.classes) : this.#plan(events)
      // Says at once what is unclear about it.
      if (time !== null && delay?.unit === 'milliseconds') {
        timeReader(time, events.sample[0]?.[time.name], plan.dates.includes(time.name))
      }
      const isSettled = isResumed ? kept.setting!.isSettled : this.#facts !== null
      this.#mayStartOver = !isSettled && file !== '-' && plan.task !== 'regression' && this.#options.task !== 'binary'
      this.#session = isResumed ? kept.session! : this.#begin(plan, events, isSettled)
      this.#progress = new Progress(this.#session, this.#outlet, this.#options)
      const { sample } = events
      const columns = events.columns.filter(({ name }) => name === plan.target || !isInside(name, plan.groups ?? []))
      this.#outlet.say(
        ...startLines(this.#options, plan, columns, this.#outlet.style),
        ...amountColumns(columns, sample, plan), ...dateColumns(columns, sample, plan),
      )
      const isWhole = await this.#readAll(events)
      if (isWhole === 'contradicted') {
        this.#outlet.screen?.close()
        return isWhole
      }
      // Labels that are still to come belong to the records of a stream that is over, not to one that was left.
      if (this.#keeper === null) this.#session.finish()
      else if (isWhole) this.#keeper.end()
      return await this.#conclude(file)
    } finally {
      events.source.close()
      this.#progress?.close()
    }
  }

  #open(from: SourceCheckpoint | null): Promise<Events> {
    const opening = this.#parts.open({ ...this.#options, ...(from === null ? {} : { from }) })
    return unlessStopped(opening, this.#options.file, this.#stop)
  }

  #plan(events: Events): Plan {
    const { file, target } = this.#options
    if (events.fault !== null && (file !== '-' || events.columns.length === 0)) throw unreadable(file, events.fault)
    checkColumns(this.#options, events.columns.map(({ name }) => name))
    if (events.sample.length === 0 && file !== '-') {
      throw new Misuse(`${file} has a header, but no records. Name a file with records.`)
    }
    const facts = this.#facts ?? new LabelFacts(this.#options)
    if (this.#facts === null) for (const record of events.sample) addTo(facts, record, target, events.isNested)
    const plan = makePlan(this.#options, events.columns, facts, this.#facts !== null || file === '-')
    const seconds = secondsOf(events).filter((name) => plan.dates.includes(name))
    return seconds.length === 0 ? plan : { ...plan, seconds }
  }

  #begin(plan: Plan, events: Events, isSettled: boolean): Session {
    const { outputs, warm, texts } = this.#parts
    const mayNest = events.isNested
    const { time, delay } = this.#options
    const session = new Session({ plan, time, delay, mayNest, witness: this.#witness() })
    if (warm !== null) startWarm(session, warm)
    this.#keeper = this.#parts.openKeeper()
    if (this.#keeper !== null) {
      this.#keeper.place = () => this.#place()
      const facts = { isSettled, mayNest, kinds: kindsOf(events.columns) }
      this.#keeper.begin(settingOf(this.#options, texts, plan, facts), warm)
      return this.#keeper.kept.session!
    }
    outputs.open(plan, () => session.labels.classes, null)
    return session
  }

  #witness(): Witness {
    const { outputs } = this.#parts
    const { predictions, rejected } = this.#options
    return {
      ...(predictions === null
        ? {} : { predicted: (record, answer, label) => outputs.predicted(record, answer, label) }),
      ...(rejected === null ? {} : {
        malformed: (malformed) => outputs.malformed(malformed),
        refused: (refused, event) => outputs.refused(refused, event),
      }),
    }
  }

  /** True: to the end; false: until the limit or somebody said stop. */
  async #readAll(events: Events): Promise<boolean | 'contradicted'> {
    const session = this.#session
    const keeper = this.#keeper
    const breath = new Breath()
    const { limit } = this.#options
    const { tally } = session
    const alarm = new RejectAlarm(tally)
    const look = (): void => {
      this.#progress.look()
      const alert = alarm.look()
      if (alert !== null) this.#outlet.say(alert)
    }
    if (keeper !== null) keeper.place = () => this.#place()
    this.#progress.start()
    for await (const batch of untilStopped(events.batches(), this.#stop)) {
      const { records, notes, length } = batch
      this.#batch = batch
      this.#entered = this.#reached = 0
      let told = 0
      for (let k = 0; k < length; k++) {
        if (told < notes.length) told = this.#tell(batch, told, k)
        if (this.#number < this.#skip) {
          this.#number++
          continue
        }
        if (tally.received >= limit || this.#stop.isStopped) {
          this.#enter(k)
          return false
        }
        const ahead = Math.min(lookEvery - tally.received % lookEvery, limit - tally.received)
        const until = Math.min(length, notes[told]?.before ?? length, k + ahead)
        const next = keeper === null ? session.takeMany(records, k, until) : this.#keepMany(keeper, records, k, until)
        if (next > k) k = next - 1
        else {
          const suits = keeper === null ? session.take(records[k]!) : this.#keep(keeper, records[k]!, k)
          if (!suits && this.#mayStartOver) return 'contradicted'
        }
        if (tally.received % lookEvery !== 0 || !breath.isDue) continue
        await breath.take()
        look()
      }
      this.#tell(batch, told, length)
      this.#enter(length)
      this.#ledger.parsed(0, batch, -1)
      this.#batch = this.#before = null
      this.#parts.outputs.flush()
      look()
    }
    return !this.#stop.isStopped
  }

  #keep(keeper: Keeper, record: SourceRecord, k: number): boolean {
    this.#reached = k + 1
    this.#before = null
    return keeper.take(++this.#number, record)
  }

  #keepMany(keeper: Keeper, records: readonly SourceRecord[], k: number, until: number): number {
    this.#reached = k
    this.#before = null
    this.#isTakingMany = true
    const next = keeper.takeMany(this.#number + 1, records, k, until)
    this.#isTakingMany = false
    this.#number += next - k
    return this.#reached = next
  }

  /** Where in the source the run is, after the last record that it took: what came behind that one is read again. */
  #place(): SourceCheckpoint {
    if (this.#before !== null) return this.#before
    const taken = this.#isTakingMany ? this.#keeper!.kept.number - this.#number : 0
    if (this.#batch !== null) this.#enter(this.#reached + taken)
    return this.#ledger.checkpoint
  }

  /** Enters records of the batch, up to this one. */
  #enter(until: number): void {
    if (until > this.#entered) this.#ledger.parsed(until - this.#entered, this.#batch!, until - 1)
    this.#entered = Math.max(this.#entered, until)
  }

  /** Tells what happened up to record k of the batch; gives how many notes were told. */
  #tell({ notes }: Batch<SourceRecord>, told: number, k: number): number {
    let next = told
    for (; next < notes.length && notes[next]!.before <= k; next++) {
      this.#enter(k)
      if (this.#keeper !== null) this.#before ??= this.#ledger.checkpoint
      this.#note(notes[next]!.note)
    }
    return next
  }

  #note(note: Note): void {
    this.#ledger.note(note, (malformed) => this.#malformed(malformed), ({ column, from, to, line, value }) => {
      const held = `line ${line}: column ${column} held ${kindWord(from)} so far`
      this.#outlet.say(from === to ? `${held}; ${value}` : `${held}, now ${kindWord(to)} (${value})`)
    })
  }

  #malformed(malformed: Malformed): void {
    if (this.#number++ < this.#skip) return
    if (this.#keeper === null) this.#session.malformed(malformed)
    else this.#keeper.malformed(this.#number, malformed)
  }

  async #conclude(file: string): Promise<Report> {
    const session = this.#session
    const { seconds, count } = this.#progress
    await this.#keeper?.flush()
    const report = reportOf(session, count, seconds)
    this.#progress.end()
    this.#outlet.conclude(report, ...summaryLines(report, session, file, this.#outlet.style))
    return report
  }
}

const kindWords: Readonly<Record<Column['kind'], string>> = {
  number: 'numbers', mixed: 'numbers and words', boolean: 'true and false', time: 'times', category: 'words',
  text: 'text', empty: 'nothing', object: 'nested values',
}

function kindWord(kind: Column['kind']): string {
  return kindWords[kind]
}
