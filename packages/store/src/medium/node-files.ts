import * as fs from 'node:fs'
import { join } from 'node:path'
import { checkOptions, ValueError } from '@eddy/tensor'
import { asStoreError, StoreError } from '../errors.ts'
import type { Medium } from './medium.ts'
import { takeLock } from './node-lock.ts'
import { SpareFile } from './spare-file.ts'

/** What is used of Node's file system; tests give one that fails. */
export type FileSystem = Pick<typeof fs,
  'close' | 'closeSync' | 'fdatasync' | 'fdatasyncSync' | 'fsync' | 'fsyncSync' | 'fstatSync' | 'ftruncateSync'
  | 'linkSync' | 'mkdirSync' | 'openSync' | 'readFileSync' | 'readSync' | 'readdirSync' | 'rename' | 'renameSync'
  | 'statSync' | 'unlink' | 'unlinkSync' | 'writeFileSync' | 'writeSync'>

export interface NodeFilesOptions {
  /** Default: Node's own. */
  readonly fs?: FileSystem
}

/**
 * Keeps everything in the files of a folder, which is made when it is to be written and not there.
 *
 * Appending is one write, made at once; what was written survives the end of the process. `sync` calls fdatasync beside
 * the program, and fsync of the folder for a new file; files are removed beside the program, too. A file of checkpoints
 * that is no longer needed becomes a new one (meanwhile it is called `spare`). One writer: see `takeLock`.
 * @throws ValueError for what is no path; when it is used, StoreError (E_IO) when the folder cannot be made or read.
 */
export function nodeFiles(folder: string, options: NodeFilesOptions = {}): Medium {
  if (typeof folder !== 'string' || folder === '') {
    throw new ValueError({
      what: 'this is no folder', where: 'nodeFiles', got: folder, wanted: 'its path, as text',
      hint: "For example nodeFiles('trips.store'); fileURLToPath makes a path of a URL.",
    })
  }
  checkOptions('nodeFiles', options, ['fs'])
  return new NodeFiles(folder, options.fs ?? fs)
}

/** Windows cannot open folders, and needs not. */
const hasFolders = process.platform !== 'win32'

/** A file that is written over another one, or as if it were. */
interface Over {
  /** Where the next byte goes. */
  end: number
  /** Behind that, a reader knows that this is the end. */
  mark: number
  /** Bytes of the older file. */
  readonly before: number
}

class NodeFiles implements Medium {
  readonly name: string
  readonly #fs: FileSystem
  /** Open for appending. */
  readonly #open = new Map<string, number>()
  /** Their names are not durable yet. */
  readonly #fresh = new Set<string>()
  /** They had a name when they were opened; some file systems do not say. */
  readonly #named = new Set<string>()
  /** Syncs that are under way. */
  readonly #syncing = new Set<Promise<void>>()
  readonly #over = new Map<string, Over>()
  /** Finished files that may be written over when they are not needed. */
  readonly #reusable = new Set<string>()
  readonly #spare: SpareFile
  /** Files that are being removed. */
  readonly #leaving = new Map<string, Promise<void>>()
  #unlock: (() => void) | null = null

  constructor(folder: string, system: FileSystem) {
    this.name = folder
    this.#fs = system
    this.#spare = new SpareFile(folder, system)
  }

  #make(): void {
    this.#try('the folder cannot be made', this.name, () => this.#fs.mkdirSync(this.name, { recursive: true }))
  }

  list(): readonly string[] {
    const names = this.#try('the folder cannot be read', this.name, () => this.#fs.readdirSync(this.name))
    return this.#leaving.size === 0 ? names : names.filter((name) => !this.#leaving.has(name))
  }

  size(file: string): number {
    const path = this.#path(file)
    return this.#try('it cannot be looked at', path, () => (
      this.#fs.statSync(path, { throwIfNoEntry: false })?.size ?? 0
    ))
  }

  read(file: string, from: number, length: number): Uint8Array {
    const path = this.#path(file)
    return this.#try('it cannot be read', path, () => {
      const descriptor = this.#fs.openSync(path, 'r')
      try {
        // What is asked for may be more than there is: no room is made for that.
        const left = Math.max(0, this.#fs.fstatSync(descriptor).size - from)
        const bytes = new Uint8Array(Math.min(left, length))
        let filled = 0
        while (filled < bytes.length) {
          const count = this.#fs.readSync(descriptor, bytes, filled, bytes.length - filled, from + filled)
          if (count === 0) break
          filled += count
        }
        return bytes.subarray(0, filled)
      } finally {
        this.#fs.closeSync(descriptor)
      }
    })
  }

  append(file: string, bytes: Uint8Array): void {
    try {
      this.#write(this.#open.get(file) ?? this.#opened(file), bytes, null)
    } catch (error) {
      throw asStoreError(error, 'it cannot be written', this.#path(file))
    }
  }

  appendOver(file: string, bytes: Uint8Array, mark: number): void {
    try {
      const over = this.#over.get(file)
      if (over !== undefined) {
        this.#write(this.#open.get(file)!, bytes, over.end)
        over.end += bytes.length - mark
      } else if (!this.#beginSpare(file, bytes, mark)) {
        const descriptor = this.#opened(file, 'wx')
        this.#write(descriptor, bytes, 0)
        this.#over.set(file, { end: bytes.length - mark, mark, before: 0 })
      }
    } catch (error) {
      throw asStoreError(error, 'it cannot be written', this.#path(file))
    }
  }

  /** Begins a file in the spare one, which has its name once the bytes are there; false when there is none. */
  #beginSpare(file: string, bytes: Uint8Array, mark: number): boolean {
    const descriptor = this.#spare.open()
    if (descriptor === null) return false
    try {
      this.#write(descriptor, bytes, 0)
      this.#spare.become(this.#path(file))
      const { size, nlink } = this.#fs.fstatSync(descriptor)
      this.#open.set(file, descriptor)
      this.#fresh.add(file)
      if (nlink > 0) this.#named.add(file)
      this.#over.set(file, { end: bytes.length - mark, mark, before: size })
    } catch (error) {
      this.#closed(descriptor)
      throw error
    }
    return true
  }

  /** A write may take less than it was given. Without a place: at the end. */
  #write(descriptor: number, bytes: Uint8Array, at: number | null): void {
    let done = 0
    while (done < bytes.length) {
      const place = at === null ? null : at + done
      const count = this.#fs.writeSync(descriptor, bytes, done, bytes.length - done, place)
      if (count <= 0) throw new Error(`${count} bytes were written`)
      done += count
    }
  }

  #opened(file: string, flags: 'a' | 'wx' = 'a'): number {
    const path = this.#path(file)
    if (this.#unlock === null) this.#make()
    const isNew = this.#fs.statSync(path, { throwIfNoEntry: false }) === undefined
    const descriptor = this.#fs.openSync(path, flags)
    this.#open.set(file, descriptor)
    if (isNew) this.#fresh.add(file)
    if (this.#fs.fstatSync(descriptor).nlink > 0) this.#named.add(file)
    return descriptor
  }

  sync(file: string): Promise<void> {
    const descriptor = this.#open.get(file)
    if (descriptor === undefined) return Promise.resolve()
    const done = new Promise<void>((resolve, reject) => {
      const end = (error: Error | null): void => {
        if (error === null) resolve()
        else reject(asStoreError(error, 'it cannot be made durable', this.#path(file)))
      }
      try {
        this.#checkThere(file, descriptor)
        this.#fs.fdatasync(descriptor, (error) => {
          if (error === null && this.#fresh.has(file)) this.#syncNameSoon(file, end)
          else end(error)
        })
      } catch (error) {
        end(error as Error)
      }
    })
    const settled = done.catch(() => undefined)
    this.#syncing.add(settled)
    void settled.then(() => this.#syncing.delete(settled))
    return done
  }

  syncNow(file: string): void {
    const descriptor = this.#open.get(file)
    if (descriptor === undefined) return
    this.#try('it cannot be made durable', this.#path(file), () => {
      this.#checkThere(file, descriptor)
      this.#fs.fdatasyncSync(descriptor)
      this.#syncName(file)
    })
  }

  finish(file: string): void {
    const descriptor = this.#open.get(file)
    if (descriptor === undefined) return
    this.#open.delete(file)
    this.#fresh.delete(file)
    this.#named.delete(file)
    this.#cut(file, descriptor)
    // A sync that is under way still needs it.
    if (this.#syncing.size === 0) this.#closed(descriptor)
    else void Promise.all(this.#syncing).then(() => this.#closed(descriptor))
  }

  #closed(descriptor: number): void {
    try {
      this.#fs.closeSync(descriptor)
    } catch {
      // What matters was synced before; nothing is lost when closing fails.
    }
  }

  /** Takes away what an older file has left behind the end of this one. */
  #cut(file: string, descriptor: number): void {
    const over = this.#over.get(file)
    if (over === undefined) return
    this.#over.delete(file)
    this.#reusable.add(file)
    const end = over.end + over.mark
    if (over.before <= end) return
    try {
      this.#fs.ftruncateSync(descriptor, end)
    } catch {
      // It is known to be none of it.
    }
  }

  /** One that cannot be removed is listed again. */
  remove(file: string): void {
    const isReusable = hasFolders && this.#reusable.has(file)
    this.finish(file)
    this.#reusable.delete(file)
    if (this.#leaving.has(file)) return
    this.#leaving.set(file, new Promise<void>((resolve) => {
      const path = this.#path(file)
      const end = (): void => {
        this.#leaving.delete(file)
        resolve()
      }
      const unlink = (): void => {
        try {
          this.#fs.unlink(path, end)
        } catch {
          queueMicrotask(end)
        }
      }
      if (!isReusable || !this.#spare.keep(path, (isKept) => isKept ? end() : unlink())) unlink()
    }))
  }

  lock(): void {
    if (this.#unlock !== null) return
    this.#make()
    this.#unlock = this.#try('it cannot be locked', this.name, () => takeLock(this.name, this.#fs), true)
    this.#spare.find()
  }

  unlock(): void {
    this.#unlock?.()
    this.#unlock = null
  }

  async close(): Promise<void> {
    await Promise.all([...this.#syncing, ...this.#leaving.values()])
    for (const file of this.#open.keys()) this.finish(file)
    this.#spare.remove()
    this.unlock()
  }

  /** A file that somebody removed is written and synced like any other, and gone with this process. */
  #checkThere(file: string, descriptor: number): void {
    if (!this.#named.has(file) || this.#fs.fstatSync(descriptor).nlink > 0) return
    throw new StoreError({
      code: 'E_IO', what: 'it was removed while it was written', where: this.#path(file),
      hint: 'Let nobody remove files there; a whole checkpoint is written to another one.',
    })
  }

  /** A new name is durable when its folder is. */
  #syncName(file: string): void {
    if (!this.#fresh.has(file)) return
    if (hasFolders) {
      const folder = this.#fs.openSync(this.name, 'r')
      try {
        this.#fs.fsyncSync(folder)
      } finally {
        this.#fs.closeSync(folder)
      }
    }
    this.#fresh.delete(file)
  }

  /** The same, beside the program. */
  #syncNameSoon(file: string, end: (error: Error | null) => void): void {
    const done = (error: Error | null): void => {
      if (error === null) this.#fresh.delete(file)
      end(error)
    }
    if (!hasFolders) return done(null)
    try {
      const folder = this.#fs.openSync(this.name, 'r')
      this.#fs.fsync(folder, (error) => this.#fs.close(folder, () => done(error)))
    } catch (error) {
      done(error as Error)
    }
  }

  #path(file: string): string {
    return join(this.name, file)
  }

  #try<T>(what: string, where: string, action: () => T, isFinal = false): T {
    try {
      return action()
    } catch (error) {
      throw asStoreError(error, what, where, isFinal)
    }
  }
}
