import { existsSync } from 'node:fs'
import { persist, replay as replayLog, type Store, StoreError } from '@eddy/store'
import { grouped, type Outlet, type Report } from '@eddy/terminal'
import { type Happening, nameOf } from '../kept/happening.ts'
import { KeptSession, type KeptState } from '../kept/kept-session.ts'
import { begun, checkFiles, hasFiles, type Loaded, loadKept, openToWrite } from '../kept/open-kept.ts'
import { Outputs, type OutputsState } from '../kept/outputs.ts'
import { RejectedNotes, rejectedRows } from '../kept/rejected-row.ts'
import { reportOf } from '../learn/report-of.ts'
import type { Session } from '../learn/session.ts'
import { summaryLines } from '../learn/summary.ts'
import { Misuse } from '../misuse.ts'
import { findEvents, type FoundEvents } from './find-events.ts'
import { learnAgain, readMended } from './mended.ts'
import { revised } from './what-if.ts'

/** What `eddy replay` is asked for. */
export interface ReplayOptions {
  readonly until?: number
  readonly without?: readonly string[]
  readonly set?: readonly string[]
  /** Give rejected records another chance: as they were, or mended as in this file. */
  readonly rejected?: true | string
  readonly out?: string
  readonly write: boolean
  readonly report: 'text' | 'json'
}

/** Learns again what the log has, without some events or otherwise, and reports; writes only where asked. */
export async function replayKept(folder: string, options: ReplayOptions, outlet: Outlet): Promise<Report> {
  const { until, without = [], set = [], out, write } = options
  checkOptions(options, folder)
  const since = performance.now()
  // Reading the log may take long: whether it can be written is known before.
  const store = write ? openToWrite(folder, '--write') : null
  try {
    const loaded = loadKept(folder)
    if (set.length > 0) revised(loaded.setting, set)
    const found = findEvents(loaded.store, loaded.setting.id, without, until ?? null)
    checkFound(found, loaded, folder, options)
    const { kept, count } = store === null
      ? again(folder, loaded.store, loaded.sequence, options, found) : await writeBack(store, options, found)
    if (out !== undefined) await writeOut(out, kept)
    return conclude(begun(kept, folder).session, folder, count, (performance.now() - since) / 1000, outlet)
  } finally {
    await store?.close()
  }
}

function checkOptions({ until, without, set, rejected, out, write }: ReplayOptions, folder: string): void {
  if (write && (until !== undefined || set !== undefined)) {
    const option = set === undefined ? '--until' : '--set'
    throw new Misuse(`--write with ${option} would lose what was learned. Name another folder with --out.`)
  }
  if (write && out !== undefined) throw new Misuse('--write changes the folder itself, --out another one. Give one.')
  if (write && without === undefined && rejected === undefined) {
    throw new Misuse('--write has nothing to write. Give --without with the events to take back, or --rejected.')
  }
  if (out !== undefined && hasFiles(out)) throw new Misuse(`--out ${out} holds a checkpoint. Name another folder.`)
  checkFiles(folder)
}

function checkFound(
  { missing, until, last, logged }: FoundEvents, { store, sequence }: Loaded, folder: string, options: ReplayOptions,
): void {
  const { without, until: wanted, set } = options
  const isNeeded = without !== undefined || wanted !== undefined || set !== undefined
  if (isNeeded && (logged === 0 || (set !== undefined && store.operations().next().done === true))) {
    throw new Misuse(`${folder} has no log back to the beginning (--no-log, --out): nothing can be learned again.`)
  }
  const part = `${grouped(logged)} of ${grouped(sequence)} operations (--no-log, --out)`
  if (missing.length > 0) {
    const names = missing.slice(0, 5).join(', ')
    const why = logged < sequence ? `; it has ${part}` : ''
    throw new Misuse(
      `--without ${names}: the log of ${folder} has no such event${why}. They are called by --id, or counted.`,
    )
  }
  if (wanted !== undefined && until === null) {
    if (wanted <= last) throw new Misuse(`--until ${wanted}: the log of ${folder} has ${part}, not this one.`)
    throw new Misuse(`--until ${wanted}: the log of ${folder} ends with record ${last}. Give a smaller number.`)
  }
}

/** In memory. */
function again(
  folder: string, store: Store, end: number, options: ReplayOptions, { sequences, until }: FoundEvents,
): { kept: KeptSession; count: number } {
  const { set } = options
  const kept = new KeptSession(set === undefined ? {} : { revise: (setting) => revised(setting, set) })
  const { sequence, replayed } = replayLog(store, kept, {
    without: sequences, ...(until === null ? {} : { until }), ...(set === undefined ? {} : { from: 0 }),
  })
  const wanted = until ?? end
  if (sequence < wanted) {
    throw new StoreError({
      code: 'E_GAP', what: `the log leads to ${sequence} of ${wanted} operations`, where: folder,
      hint: 'Nothing was changed.',
    })
  }
  begun(kept, folder)
  if (options.rejected !== undefined) retry(store, kept, options, (happening) => void kept.learnOne(happening))
  return { kept, count: replayed }
}

/** In the folder itself, for good. */
async function writeBack(
  store: Store, options: ReplayOptions, { sequences, numbers }: FoundEvents,
): Promise<{ kept: KeptSession; count: number }> {
  const outputs = outputsOf(store)
  let notes: RejectedNotes | null = null
  const kept = new KeptSession({ ...(outputs === null ? {} : { outputs }), notes: () => notes })
  try {
    notes = new RejectedNotes(store)
    const names = new Set(options.without)
    let position: unknown = null
    const durable = persist(kept, store, {
      log: true, source: () => position,
      // Whatever shall go is called by one name, so that it goes at once.
      id: (happening: Happening) => (names.has(nameOf(happening, kept.setting!.id) ?? '') ? 'gone' : ''),
    })
    position = durable.resumed.position
    kept.beSilent()
    try {
      if (sequences.length > 0) {
        await durable.forget('gone')
        notes.drop(numbers)
      }
      if (options.rejected !== undefined) retry(store, kept, options, (happening) => void durable.learnOne(happening))
      await durable.flush()
    } finally {
      await durable.close()
    }
    return { kept, count: durable.sequence }
  } finally {
    outputs?.close()
  }
}

function retry(
  store: Store, kept: KeptSession, { rejected }: ReplayOptions, learn: (again: Happening) => void,
): void {
  learnAgain(rejectedRows(store, kept.retried), typeof rejected === 'string' ? readMended(rejected) : null, learn)
}

/** The files that lines were written to, when they are still there: a run that was killed may owe them some. */
function outputsOf(store: Store): Outputs | null {
  const state = (store.newest()?.state as KeptState | undefined)?.outputs ?? null
  const pathOf = (file: OutputsState['predictions']): string | null => (
    file !== null && existsSync(file.path) ? file.path : null
  )
  if (state === null) return null
  return new Outputs({
    predictions: pathOf(state.predictions), rejected: pathOf(state.rejected), source: state.source,
  })
}

/** A folder that begins with what was learned; the files of the first one are not its own. */
async function writeOut(out: string, kept: KeptSession): Promise<void> {
  const copy = new KeptSession()
  copy.restore({ ...kept.snapshot(), outputs: null })
  const durable = persist(copy, openToWrite(out, '--out'), { log: true })
  try {
    await durable.flush()
  } finally {
    await durable.close()
  }
}

function conclude(session: Session, folder: string, count: number, seconds: number, outlet: Outlet): Report {
  const report = reportOf(session, count, seconds)
  outlet.say(`${grouped(count)} operations of the log of ${folder} were done again`)
  outlet.conclude(report, ...summaryLines(report, session, folder, outlet.style))
  return report
}
