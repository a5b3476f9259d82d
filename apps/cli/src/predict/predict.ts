import { digest } from 'eddy'
import {
  Breath, decimals, grouped, type Outlet, type OutputStream, perSecond, type Report, type StopRequest, type Streams,
} from '@eddy/terminal'
import { checkDistinct } from '../kept/distinct-files.ts'
import { loadKept } from '../kept/open-kept.ts'
import { openEvents, untilStopped } from '../learn/open-events.ts'
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
  const events = await openEvents({ ...options, columns: readAs(loaded.setting) })
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
    plan, time: null, delay: null, mayNest: events.isNested,
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

/** Prints lines, many at once. */
class Printer {
  readonly #stream: OutputStream
  #text = ''

  constructor(stream: OutputStream) {
    this.#stream = stream
  }

  write(text: string): void {
    this.#text += text
    if (this.#text.length >= chunkLength) this.close()
  }

  close(): void {
    if (this.#text !== '') this.#stream.write(this.#text)
    this.#text = ''
  }
}
