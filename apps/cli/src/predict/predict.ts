import { digest } from 'eddy'
import {
  Breath, decimals, grouped, type Outlet, type OutputStream, perSecond, type Report, type StopRequest, type Streams,
} from '@eddy/terminal'
import { checkDistinct } from '../kept/distinct-files.ts'
import { loadKept } from '../kept/open-kept.ts'
import type { Setting } from '../kept/setting.ts'
import type { FieldForms } from '../learn/field-forms.ts'
import { type Events, openEvents, secondsOf, unlessStopped, untilStopped } from '../learn/open-events.ts'
import type { Plan } from '../learn/plan.ts'
import { predictionLines } from '../learn/prediction-lines.ts'
import { RejectedFile } from '../learn/rejected-file.ts'
import { Session } from '../learn/session.ts'
import { fileWord } from '../learn/summary.ts'
import { TextFile } from '../learn/text-file.ts'
import { compareColumns, readAs } from './compare-columns.ts'

/** What `eddy predict` is asked for. */
export interface PredictOptions {
  readonly file: string
  readonly checkpoint: string
  readonly format: 'auto' | 'csv' | 'ndjson' | 'parquet'
  readonly limit?: number
  readonly predictions?: string
  readonly rejected?: string
  readonly report: 'text' | 'json'
  readonly quiet: boolean
}

const lookEvery = 64
const chunkLength = 1 << 16

/** Predicts every record of a file or of standard input; learns nothing, and asks for no label. */
export async function predictFrom(
  options: PredictOptions, outlet: Outlet, { stdout, stderr }: Streams, stop: StopRequest,
): Promise<Report> {
  const { file, checkpoint, limit = Infinity, predictions } = options
  checkDistinct([['FILE', file]], [['--predictions', predictions], ['--rejected', options.rejected]])
  const loaded = loadKept(checkpoint)
  const learned = loaded.session
  const { plan } = learned
  const opening = openEvents({ ...options, columns: readAs(loaded.setting), isEager: true })
  const events = await unlessStopped(opening, file, stop)
  let warning: string | null
  try {
    warning = compareColumns(loaded, events, file)
  } catch (error) {
    events.source.close()
    throw error
  }
  if (warning !== null && !options.quiet) stderr.write(`eddy predict: ${warning}\n`)
  const out = predictions === undefined ? new Printer(stdout) : new TextFile(predictions, '--predictions')
  const rejected = options.rejected === undefined ? null : new RejectedFile(options.rejected, events.source.name)
  const lines = predictionLines(predictions ?? '', plan.task, () => session.labels.classes, false)
  const session = new Session({
    plan: { ...plan, seconds: secondsIn(events, plan) }, time: null, delay: null, mayNest: events.isNested,
    forms: formsOf(loaded.setting),
    witness: {
      predicted: (record, answer) => out.write(lines.line(record, answer)),
      malformed: (malformed) => rejected?.malformed(malformed),
      refused: (refused, event) => rejected?.refused(refused, event),
    },
  })
  session.restoreModel(learned.state)
  const since = performance.now()
  const breath = new Breath()
  try {
    out.write(lines.header)
    reading: for await (const { records, notes } of untilStopped(events.batches(), stop)) {
      let told = 0
      for (let k = 0; k <= records.length; k++) {
        for (; told < notes.length && notes[told]!.before <= k; told++) {
          const { note } = notes[told]!
          if (note.kind === 'malformed') session.malformed(note.malformed)
        }
        if (session.tally.received >= limit || stop.isStopped) break reading
        if (k === records.length) break
        session.ask(records[k]!)
        if (session.tally.received % lookEvery === 0 && breath.isDue) await breath.take()
      }
      out.flush()
      rejected?.flush()
    }
  } finally {
    events.source.close()
    out.close()
    rejected?.close()
  }
  const seconds = (performance.now() - since) / 1000
  const { received, rejected: refused } = session.tally
  const report: Report = {
    events: received, learned: 0, rejected: refused, expired: received - refused, metrics: {}, baselines: {},
    digest: digest(session.model.snapshot()), eventsPerSecond: received / Math.max(seconds, 1e-9), seconds,
  }
  const reasons = refused > 0 ? ` (${session.tally.reasons})` : ''
  outlet.conclude(report, ...(options.quiet ? [] : [
    `${grouped(received)} records of ${fileWord(file)}: ${grouped(received - refused)} predicted, ${grouped(refused)} `
    + `rejected${reasons}, in ${decimals(seconds, 1)} s (${perSecond(report.eventsPerSecond)}).`,
    ...session.tally.examples,
  ]))
  return report
}

/** Words for true and false are seen again, and times are what they were in the file that was learned from. */
function formsOf({ kinds = {}, target, mayNest }: Setting): Pick<FieldForms, 'booleans' | 'isStrict'> {
  const booleans = Object.keys(kinds).filter((name) => kinds[name] === 'boolean' && name !== target)
  return { booleans, isStrict: !mayNest }
}

/** Which times of these records are seconds; as those learned from where their few values do not say. */
function secondsIn(events: Events, { dates, seconds = [] }: Plan): readonly string[] {
  const told = new Set(events.columns.filter(({ kind }) => kind === 'time').map(({ name }) => name))
  return [...secondsOf(events), ...(events.isNested ? seconds.filter((name) => !told.has(name)) : [])]
    .filter((name) => dates.includes(name))
}

/** Prints lines, many at once. */
class Printer {
  readonly #stream: OutputStream
  #text = ''

  constructor(stream: OutputStream) {
    this.#stream = stream
  }

  write(text: string): void {
    this.#text += text
    if (this.#text.length >= chunkLength) this.flush()
  }

  flush(): void {
    if (this.#text !== '') this.#stream.write(this.#text)
    this.#text = ''
  }

  close(): void {
    this.flush()
  }
}
