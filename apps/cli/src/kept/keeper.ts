import { readdirSync } from 'node:fs'
import type { Malformed, MalformedCode, SourceCheckpoint, SourceRecord } from '@eddy/sources'
import { type DurableLearner, persist, type Store, StoreError } from '@eddy/store'
import { grouped } from '@eddy/terminal'
import type { LearnOptions } from '../learn/learn-options.ts'
import { Misuse } from '../misuse.ts'
import { findEvents } from '../replay/find-events.ts'
import type { Happening } from './happening.ts'
import { KeptSession } from './kept-session.ts'
import { damageOf, hasFiles, openToWrite } from './open-kept.ts'
import type { Outputs } from './outputs.ts'
import { RejectedNotes, rejectedRows } from './rejected-row.ts'
import { checkSame, type OptionTexts, type Setting } from './setting.ts'

/** The log is written after so many records: of standard input, which may be silent for hours, and of slow models. */
const logEvery = { input: 20, auto: 50, fast: 512 } as const

/** Keeps a session in a folder: checkpoints with the place in the source, and a log of all that happened. */
export class Keeper {
  readonly kept: KeptSession
  readonly #durable: DurableLearner<KeptSession>
  readonly #notes: RejectedNotes
  readonly #mayLookAgain: boolean
  #isOpen = false
  /** Where the source is, asked right after something has happened. */
  place: () => SourceCheckpoint | null = () => null

  /**
   * Opens the folder of --checkpoint; what is there is restored, up to the last thing that was logged.
   * @throws Misuse when it holds something else, or a run that this one does not go on with.
   */
  constructor(options: LearnOptions, texts: OptionTexts, outputs: Outputs, say: (line: string) => void) {
    const { file, every, log, resume } = options
    const folder = options.checkpoint!
    const store = openToWrite(folder, '--checkpoint')
    let notes: RejectedNotes | null = null
    const check = (setting: Setting): void => {
      if (resume) return checkSame(options, texts, setting)
      const hint = 'Add --resume to go on with it, or name another folder'
      throw new Misuse(`--checkpoint ${folder} holds what was learned before. ${hint}.`)
    }
    const checkUntilOpen = (setting: Setting): void => {
      if (!this.#isOpen) check(setting)
    }
    this.kept = new KeptSession({ outputs, check: checkUntilOpen, notes: () => notes })
    try {
      this.#notes = notes = new RejectedNotes(store)
      this.#durable = persist(this.kept, store, {
        ...(every === null ? {} : { every }), log, source: () => this.place(),
        logEvery: file === '-' ? logEvery.input : options.model.kind === 'auto' ? logEvery.auto : logEvery.fast,
      })
    } catch (error) {
      void store.close()
      throw error
    }
    this.#isOpen = true
    this.#mayLookAgain = file !== '-' && options.task !== 'binary'
    tellWhatWasFound(this.#durable, this.kept, resume, folder, say)
    tellFailures(store, say)
  }

  /** Where the source goes on; null: after `kept.number` of its records. */
  get position(): SourceCheckpoint | null {
    return this.#durable.resumed.position as SourceCheckpoint | null
  }

  /** The last label did not suit what was planned for, and other labels can still be looked at. */
  get mustStartOver(): boolean {
    const { isContradicted, setting } = this.kept
    return this.#mayLookAgain && isContradicted && !setting!.isSettled && setting!.task !== 'regression'
  }

  begin(setting: Setting, warm: Uint8Array | null): void {
    this.#do({ begin: setting, warm })
  }

  /** Gives false for a label that does not suit the task. */
  take(number: number, record: SourceRecord): boolean {
    return this.#do({ number, record })
  }

  /** Takes records from one place on, up to another at most, if that is sooner, as `take` would; the place behind. */
  takeMany(number: number, records: readonly SourceRecord[], from: number, to: number): number {
    const session = this.kept.session!
    let after = from
    while (after < to && session.takesTogether(records[after]!)) after++
    if (after - from < 2) return from
    const happenings = records.slice(from, after).map((record, k): Happening => ({ number: number + k, record }))
    return from + this.#durable.learnTogether(happenings).length
  }

  malformed(number: number, malformed: Malformed): void {
    this.#do({ number, malformed })
  }

  /**
   * Takes the last record back, as if it had never come: its line had not ended. Gives the place before it; null when
   * the log does not reach so far.
   */
  async takeBackLast({ position, counters, layout }: SourceCheckpoint): Promise<SourceCheckpoint | null> {
    const { store } = this.#durable
    const number = position.records
    const { sequences } = findEvents(store, null, [String(number)], null)
    if (sequences.length === 0 && this.kept.number >= number) return null
    const code = rejectedRows(store, []).find((row) => row.number === number && row.node === 'source')?.code
    try {
      for (const sequence of sequences) await this.#durable.forget(sequence)
    } catch (error) {
      if (error instanceof StoreError && error.code === 'E_GAP') return null
      throw error
    }
    if (sequences.length > 0) this.#notes.drop([number])
    const { received, parsed, malformed, reasons } = counters
    const less = code === undefined
      ? { parsed: parsed - 1 }
      : { malformed: malformed - 1, reasons: { ...reasons, [code]: reasons[code as MalformedCode]! - 1 } }
    return {
      position: { records: number - 1, ...position.open! },
      counters: { ...counters, received: received - 1, ...less }, layout,
    }
  }

  /** The stream is over: labels that are left come. */
  end(): void {
    if (this.kept.session!.waiting > 0) this.#do({ ended: true })
  }

  /** A last checkpoint. @throws StoreError when it could not be made durable. */
  async flush(): Promise<void> {
    await this.#durable.flush()
  }

  close(): Promise<void> {
    return this.#durable.close()
  }

  #do(happening: Happening): boolean {
    return this.#durable.learnOne(happening)
  }
}

/**
 * Whether a run was kept there. Nothing is there when a run ended before it had begun; other files are a mistake.
 * @throws Misuse for a folder to resume from that holds other files.
 */
export function isKept({ checkpoint: folder, resume }: LearnOptions): boolean {
  if (folder === null || hasFiles(folder)) return folder !== null
  if (resume) checkOthers(folder)
  return false
}

function checkOthers(folder: string): void {
  let names: readonly string[] = []
  try {
    names = readdirSync(folder)
  } catch {
    // It will be made, or the store says why not.
  }
  const others = names.filter((name) => !name.startsWith('lock'))
  if (others.length === 0) return
  throw new Misuse(`--checkpoint ${folder} holds no checkpoint, but other files. Name the folder of the first run.`)
}

function tellWhatWasFound(
  { resumed, store }: DurableLearner<KeptSession>, { number }: KeptSession, resume: boolean, folder: string,
  say: (line: string) => void,
): void {
  for (const { file, at, what } of damageOf(store).slice(0, 3)) {
    say(`${folder}/${file} is damaged at byte ${at}: ${what}.`)
  }
  if (!resume) return
  if (number === 0) return say(`${folder} holds nothing yet: beginning at the first record.`)
  const from = resumed.replayed > 0 ? `, ${grouped(resumed.replayed)} of them learned again from the log` : ''
  say(`going on after record ${grouped(number)}${from}`)
}

/** Learning goes on when the disk fails; each kind of failure is told once. */
function tellFailures(store: Store, say: (line: string) => void): void {
  const told = new Set<string>()
  store.failure$.subscribe(({ message }) => {
    if (told.size < 5 && !told.has(message)) say(`${message} Learning goes on; this is tried again.`)
    told.add(message)
  })
}
