import { ValueError } from '@eddy/tensor'
import { BehaviorSubject, type Observable, Subject } from 'rxjs'
import type { Keeper } from '@eddy/online'
import { asStoreError, StoreError } from '../errors.ts'
import type { DurableLearner } from '../learning/durable-learner.ts'
import type { Learnable } from '../learning/learnable.ts'
import { type DurableKind, persist } from '../learning/persist.ts'
import type { Medium } from '../medium/medium.ts'
import { CheckpointFile } from './checkpoint-reader.ts'
import { CheckpointWriter } from './checkpoint-writer.ts'
import type { Checkpoint, CheckpointInfo } from './checkpoint.ts'
import { type Damage, tell } from './damage.ts'
import { EventLog } from './event-log.ts'
import { type StoreFile, storeFiles } from './file-names.ts'
import { readLog } from './log-reader.ts'
import { NoteWriter, readNotes, readNotesOf } from './notes.ts'
import type { OperationBatch, OperationKind } from './operation.ts'
import { superfluous } from './retention.ts'
import { checkStoreOptions, type StoreOptions } from './store-options.ts'

/** Operations that were taken back; and that there is a durable checkpoint. */
interface EditNote {
  readonly without: readonly number[]
  readonly isBegun: boolean
}

/** Up to where everything is durable. */
export interface Durable {
  /** Operations. */
  readonly sequence: number
  /** Where the source may forget what comes before. */
  readonly position: unknown
}

/** What was written and what failed, since the store was opened. */
export interface StoreCounters {
  readonly checkpoints: number
  readonly operations: number
  readonly bytes: number
  readonly syncs: number
  /** Writes and syncs that failed; all of them were, or will be, tried again. */
  readonly failures: number
}

/**
 * A durable place for one learner: checkpoints, a log of what was done to it, and what was rejected. Made by
 * `openStore`; a learner uses it through `persist`.
 *
 * 1. A checkpoint is a whole state with the position of the source, or it does not exist. Every byte has a checksum.
 * 2. A failed write changes nothing that was written before, and the next one goes elsewhere.
 * 3. Nothing is removed before what replaces it is durable.
 */
export class Store implements Keeper<DurableKind> {
  declare readonly kind?: DurableKind
  readonly medium: Medium
  /** What reading has found damaged so far, each once. */
  readonly damage: readonly Damage[]
  /** Grows when more has become durable. */
  readonly durable$: Observable<Durable>
  /** Failures of writing; learning may go on. */
  readonly failure$: Observable<StoreError>
  readonly #damage: Damage[] = []
  readonly #found = (damage: Damage): void => tell(this.#damage, damage)
  readonly #durable = new BehaviorSubject<Durable>({ sequence: 0, position: null })
  readonly #failures = new Subject<StoreError>()
  readonly #keep: number
  readonly #isEach: boolean
  readonly #isReadOnly: boolean
  readonly #rest: number
  readonly #checkpoints: CheckpointWriter
  readonly #edits: NoteWriter
  readonly #rejected: NoteWriter
  #log: EventLog | null = null
  #number: number
  #latest: Durable | null = null
  #dirty = new Set<string>()
  #syncing: Promise<void> | null = null
  #resting: ReturnType<typeof setTimeout> | null = null
  #failure: StoreError | null = null
  #isClosed = false
  /** A file of checkpoints was begun, so that older ones may be superfluous. */
  #isUntidy = false
  /** Files of checkpoints that were begun here and that no sync has seen yet: nothing durable rests on them. */
  readonly #unseen = new Set<string>()
  #isMarked = false
  #isTaken = false
  readonly #held = new Set<string>()
  #count = { checkpoints: 0, operations: 0, bytes: 0, syncs: 0, failures: 0 }

  /** @internal */
  constructor(medium: Medium, options: StoreOptions) {
    const { keep = 10, durability = 'background', readOnly = false, fileBytes = 4 * 2 ** 20 } = options
    this.medium = medium
    this.damage = this.#damage
    this.#keep = keep
    this.#isEach = durability === 'each'
    this.#isReadOnly = readOnly
    this.#rest = options.rest ?? (medium.syncNow === undefined ? 100 : 1000)
    if (!readOnly) medium.lock()
    try {
      this.#number = storeFiles(medium.list()).at(-1)?.number ?? 0
    } catch (error) {
      if (!readOnly) medium.unlock()
      throw error
    }
    const number = (): number => ++this.#number
    this.#checkpoints = new CheckpointWriter(medium, number, fileBytes)
    this.#edits = new NoteWriter(medium, 'edits', number, 2)
    this.#rejected = new NoteWriter(medium, 'rejected', number)
    this.durable$ = this.#durable.asObservable()
    this.failure$ = this.#failures.asObservable()
  }

  /** `persist(learner, store)`: what `learner({ store })` does. Options are given with `keeping`. */
  keep<M extends Learnable>(learner: M): DurableLearner<M> {
    return persist(learner, this)
  }

  /** Up to where everything is durable. */
  get durable(): Durable {
    return this.#durable.value
  }

  get counters(): StoreCounters {
    return { ...this.#count, bytes: this.#checkpoints.written + (this.#log?.written ?? 0) }
  }

  /** Bytes of the log that could not be written yet. */
  get waitingBytes(): number {
    return this.#log?.pendingBytes ?? 0
  }

  /** The checkpoints there are, the newest first. */
  checkpoints(): readonly CheckpointInfo[] {
    return this.#checkpointFiles().flatMap((file) => [...this.#open(file).infos()])
  }

  /**
   * The newest intact checkpoint that `wanted` accepts, and that holds nothing which was taken back; null when there is
   * none. Damaged ones are passed over, see `damage`.
   * @throws StoreError (E_IO) when a file cannot be read: what is there may be newer.
   */
  newest(wanted: (info: Omit<Checkpoint, 'state'>) => boolean = () => true): Checkpoint | null {
    const without = new Set(this.without())
    const accepts = (info: Omit<Checkpoint, 'state'>): boolean => {
      const known = new Set(info.without)
      return ![...without].some((taken) => taken <= info.sequence && !known.has(taken)) && wanted(info)
    }
    for (const file of this.#checkpointFiles()) {
      const found = this.#open(file).newest(accepts)
      if (found !== null) return found
    }
    return null
  }

  /** Operations after number `after`, up to the first that is missing. */
  operations(after = 0): Generator<OperationBatch> {
    return readLog(this.medium, storeFiles(this.medium.list()), after, this.#found)
  }

  /** All operations that the log has, those after missing ones, too: nobody can go on across these. */
  logged(): Generator<OperationBatch> {
    return readLog(this.medium, storeFiles(this.medium.list()), 0, this.#found, true)
  }

  /** Operations that were taken back, ascending. */
  without(): readonly number[] {
    const all = new Set<number>()
    for (const { without } of this.#editNotes()) for (const sequence of without) all.add(sequence)
    for (const file of this.#checkpointFiles()) {
      const [info] = this.#open(file).infos()
      for (const sequence of info?.without ?? []) all.add(sequence)
      if (info !== undefined) break
    }
    return [...all].sort((a, b) => a - b)
  }

  /** Whether there ever was a durable checkpoint: then one must be found. */
  get isBegun(): boolean {
    for (const { isBegun } of this.#editNotes()) if (isBegun === true) return true
    return false
  }

  /** @throws StoreError (E_LOCKED) while it keeps a learner, (E_CLOSED) unless it can be written. @internal */
  checkFree(): void {
    this.#writes()
    if (!this.#isTaken) return
    throw new StoreError({
      code: 'E_LOCKED', what: 'this store keeps a learner already', where: this.medium.name,
      hint: 'Open a store for each learner, in a folder of its own.',
    })
  }

  /** From now on it keeps this one learner. @internal */
  take(): void {
    this.#isTaken = true
  }

  /** Begins to write after so many operations. @internal */
  begin(sequence: number): void {
    this.#writes()
    this.#log = new EventLog(this.medium, () => ++this.#number, sequence)
  }

  /** Adds an operation to the log. @throws StoreError (E_ENCODE) when it cannot be kept. @internal */
  log(kind: OperationKind, value: unknown): void {
    this.#log!.add(kind, value)
    this.#count.operations++
  }

  /** The last operations were none after all. @internal */
  unlog(count: number): void {
    this.#log!.takeBack(count)
    this.#count.operations -= count
  }

  /** Writes what was added to the log; whether that succeeded. @internal */
  flushLog(position: unknown): boolean {
    this.#writes()
    return this.#attempt('the log cannot be written', () => {
      this.#finish(this.#log!.flush(position))
      if (this.#log!.file !== null) this.#touched(this.#log!.file, this.#log!.sequence, position)
    })
  }

  /** Writes a checkpoint, the log before it; whether that succeeded. @internal */
  commit(checkpoint: Checkpoint): boolean {
    this.#writes()
    return this.#attempt('the checkpoint cannot be written', () => {
      if (this.#log !== null) {
        this.#finish(this.#log.flush(checkpoint.position))
        if (this.#log.file !== null) this.#dirty.add(this.#log.file.name)
      }
      const before = this.#checkpoints.file
      this.#finish(this.#checkpoints.commit(checkpoint))
      const file = this.#checkpoints.file!
      this.#count.checkpoints++
      if (file !== before) this.#begun(file)
      this.#touched(file, checkpoint.sequence, checkpoint.position)
    })
  }

  #begun({ name }: StoreFile): void {
    this.#isUntidy = true
    this.#unseen.add(name)
    if (this.#unseen.size > 2) this.#tidy(name, this.#unseen)
  }

  /** The next checkpoint begins a new file, so that this one stays as it is. @internal */
  rotate(): void {
    this.#finish(this.#checkpoints.file)
    this.#checkpoints.rotate()
  }

  /** Takes operations back, durably. @throws StoreError (E_IO) @internal */
  takeBack(without: readonly number[]): Promise<void> {
    this.#writes()
    this.#edits.append({ without: [...without], isBegun: true } satisfies EditNote)
    return this.medium.sync(this.#edits.file!.name)
  }

  /**
   * Keeps a note about a rejected event; whether that succeeded. A file stays unless all its notes are replaceable.
   * @internal
   */
  noteRejected(note: unknown, isReplaceable = false): boolean {
    this.#writes()
    return this.#attempt('the quarantine cannot be written', () => {
      this.#rejected.append(note)
      if (!isReplaceable) this.#held.add(this.#rejected.file!.name)
      this.#dirty.add(this.#rejected.file!.name)
    })
  }

  /** Notes about rejected events. @internal */
  *rejectedNotes(): Generator<unknown> {
    for (const { note } of this.rejectedNotesOf()) yield note
  }

  /** The same, with the names of their files. @internal */
  rejectedNotesOf(): Generator<{ readonly file: string; readonly note: unknown }> {
    return readNotesOf(this.medium, storeFiles(this.medium.list()), 'rejected', this.#found)
  }

  /** The file that notes about rejected events are written to. @internal */
  get rejectedFile(): string | null {
    return this.#rejected.file?.name ?? null
  }

  /** Removes a file of notes about rejected events that nobody needs. @internal */
  removeRejected(file: string): void {
    if (this.#held.has(file)) return
    this.#attempt('a file of the quarantine cannot be removed', () => {
      this.#dirty.delete(file)
      this.medium.remove(file)
    })
  }

  /**
   * Resolves when everything written so far is durable.
   * @throws StoreError when it could not be made so; it is written again with the next checkpoint.
   */
  async flush(): Promise<Durable> {
    const before = this.#count.failures
    while (this.#syncing !== null || this.#dirty.size > 0) {
      await (this.#syncing ?? this.#sync())
      if (this.#count.failures > before) throw this.#failure
    }
    return this.durable
  }

  /** Makes everything durable, as far as that is possible, and gives the medium back. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    try {
      if (!this.#isReadOnly) await this.flush().catch(() => undefined)
    } finally {
      this.#isClosed = true
      if (this.#resting !== null) clearTimeout(this.#resting)
      await this.medium.close()
      this.#checkpoints.close()
      this.#durable.complete()
      this.#failures.complete()
    }
  }

  #editNotes(): Generator<EditNote> {
    return readNotes(this.medium, storeFiles(this.medium.list()), 'edits', this.#found) as Generator<EditNote>
  }

  #checkpointFiles(): readonly StoreFile[] {
    return storeFiles(this.medium.list()).filter(({ kind }) => kind === 'checkpoints').reverse()
  }

  #open(file: StoreFile): CheckpointFile {
    return new CheckpointFile(this.medium, file, this.#found)
  }

  #writes(): void {
    if (!this.#isClosed && !this.#isReadOnly) return
    const [what, hint] = this.#isClosed ? ['the store is closed', 'Open it again.']
      : ['the store was opened to look only', 'Open it without readOnly; replay(store, learner) only looks.']
    throw new StoreError({ code: 'E_CLOSED', what, where: this.medium.name, hint })
  }

  #attempt(what: string, action: () => void): boolean {
    const before = this.#files
    try {
      action()
      return true
    } catch (error) {
      // What failed is written to another file the next time.
      for (const file of before) if (!this.#files.includes(file)) this.#finish(file)
      this.#failed(asStoreError(error, what, this.medium.name))
      return false
    }
  }

  #failed(error: StoreError): void {
    this.#count.failures++
    this.#failure = error
    this.#failures.next(error)
  }

  get #files(): readonly (StoreFile | null)[] {
    return [this.#checkpoints.file, this.#log?.file ?? null, this.#rejected.file]
  }

  #finish(file: StoreFile | null): void {
    if (file !== null && !this.#dirty.has(file.name)) this.medium.finish?.(file.name)
  }

  #touched({ name }: StoreFile, sequence: number, position: unknown): void {
    this.#dirty.add(name)
    this.#latest = { sequence, position }
    if (this.#isEach && this.medium.syncNow !== undefined) this.#syncNow()
    else if (this.#syncing === null && this.#resting === null) void this.#sync()
  }

  #syncNow(): void {
    const batches = this.#log?.unsynced ?? 0
    try {
      for (const name of this.#dirty) this.medium.syncNow!(name)
    } catch (error) {
      this.#distrust()
      throw error
    }
    const names = [...this.#dirty]
    this.#dirty.clear()
    this.#unseen.clear()
    this.#synced(names, batches, this.#latest)
  }

  /** Makes durable what is dirty now; what becomes so meanwhile comes after. Never rejects. */
  #sync(): Promise<void> {
    if (this.#resting !== null) clearTimeout(this.#resting)
    this.#resting = null
    if (this.#dirty.size === 0) return Promise.resolve()
    const names = [...this.#dirty]
    const batches = this.#log?.unsynced ?? 0
    const latest = this.#latest
    this.#dirty.clear()
    this.#unseen.clear()
    this.#syncing = Promise.all(names.map((name) => this.medium.sync(name))).then(
      () => {
        this.#syncing = null
        this.#synced(names, batches, latest)
        if (this.#rest > 0) this.#takeRest()
        else if (this.#dirty.size > 0) void this.#sync()
      },
      (error: unknown) => {
        this.#syncing = null
        this.#distrust()
        this.#failed(asStoreError(error, 'it cannot be made durable', this.medium.name))
      },
    )
    return this.#syncing
  }

  /** What is written soon after shares the next sync. */
  #takeRest(): void {
    if (this.#isClosed || this.#resting !== null) return
    this.#resting = setTimeout(() => void this.#sync(), this.#rest)
    ;(this.#resting as { unref?: () => void }).unref?.()
  }

  /** Nobody knows what the medium has of files whose sync failed: what matters is written again, elsewhere. */
  #distrust(): void {
    this.#dirty.clear()
    this.#checkpoints.rotate()
    this.#log?.distrust()
  }

  #synced(names: readonly string[], batches: number, latest: Durable | null): void {
    this.#count.syncs++
    this.#log?.synced(batches)
    const present = this.#files.map((file) => file?.name)
    for (const name of names) if (!present.includes(name) && !this.#dirty.has(name)) this.medium.finish?.(name)
    this.#markBegun(names)
    if (this.#isUntidy && names.includes(present[0]!)) {
      this.#isUntidy = false
      this.#tidy(present[0]!)
    }
    if (latest !== null && latest !== this.durable) this.#durable.next(latest)
  }

  /** From the first durable checkpoint on, finding none is no beginning but a loss. */
  #markBegun(names: readonly string[]): void {
    const { file } = this.#checkpoints
    if (this.#isMarked || file === null || !names.includes(file.name)) return
    this.#isMarked = this.#attempt('the mark of the first checkpoint cannot be written', () => {
      if (this.isBegun) return
      this.#edits.append({ without: [], isBegun: true } satisfies EditNote)
      this.#dirty.add(this.#edits.file!.name)
    })
  }

  /**
   * Removes files of checkpoints, of these or of all, that nobody needs since `present` was begun. What stays is
   * durable, or what goes never was.
   */
  #tidy(present: string, among: ReadonlySet<string> | null = null): void {
    try {
      const { counts } = this.#checkpoints
      for (const name of superfluous(this.medium, this.#keep, present, this.#log !== null, counts)) {
        if (among?.has(name) === false) continue
        // One that is finished may be written over.
        this.medium.finish?.(name)
        this.medium.remove(name)
        counts.delete(name)
        this.#dirty.delete(name)
        this.#unseen.delete(name)
      }
    } catch (error) {
      this.#failed(asStoreError(error, 'old checkpoints cannot be removed', this.medium.name))
    }
  }
}

/**
 * Opens a store on a medium: `nodeFiles(folder)`, `memoryMedium()`, or in a browser `await indexedDb(name)`.
 * @throws StoreError (E_LOCKED) while another process has it, (E_IO) when the medium cannot be read; ValueError for
 * what is no medium, and options that cannot be.
 *
 * @example
 * const store = openStore(nodeFiles('trips.store'))
 * const kept = persist(trips, store, { every: 1000, log: true })
 */
export function openStore(medium: Medium, options: StoreOptions = {}): Store {
  if (typeof (medium as Partial<Medium> | null | undefined)?.append !== 'function') {
    throw new ValueError({
      what: 'this is no medium', where: 'openStore', got: medium, wanted: 'what files are kept on',
      hint: 'Give nodeFiles(folder), indexedDb(name) or memoryMedium().',
    })
  }
  checkStoreOptions(options)
  return new Store(medium, options)
}
