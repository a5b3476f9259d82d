import * as fs from 'node:fs'
import { dirname, join } from 'node:path'
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

/** A file that is written. */
interface OpenFile {
  readonly descriptor: number
  /** Its name is not durable yet. */
  isFresh: boolean
  /** It had a name when it was opened; some file systems do not say. */
  readonly isNamed: boolean
  /** Where the next byte goes, of one that is written over an older one, or as if it were; null: at its end. */
  place: number | null
  /** Bytes of it, and of the older file; those of one that grows at its end are not counted. */
  length: number
  readonly before: number
}

class NodeFiles implements Medium {
  readonly name: string
  readonly #fs: FileSystem
  readonly #open = new Map<string, OpenFile>()
  /** Syncs that are under way. */
  readonly #syncing = new Set<Promise<void>>()
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
    this.#try('the folder cannot be made', this.name, () => makeFolder(this.name, this.#fs))
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
      this.#write(this.#open.get(file) ?? this.#opened(file, 'a'), bytes)
    } catch (error) {
      throw asStoreError(error, 'it cannot be written', this.#path(file))
    }
  }

  appendOver(file: string, bytes: Uint8Array, mark: number): void {
    try {
      const known = this.#open.get(file)
      if (known === undefined && this.#beginSpare(file, bytes, mark)) return
      this.#write(known ?? this.#opened(file, 'wx'), bytes, mark)
    } catch (error) {
      throw asStoreError(error, 'it cannot be written', this.#path(file))
    }
  }

  /** Begins a file in the spare one, which has its name once the bytes are there; false when there is none. */
  #beginSpare(file: string, bytes: Uint8Array, mark: number): boolean {
    const descriptor = this.#spare.open()
    if (descriptor === null) return false
    try {
      const { size, nlink } = this.#fs.fstatSync(descriptor)
      const own = { descriptor, isFresh: true, isNamed: nlink > 0, place: 0, length: 0, before: size }
      this.#write(own, bytes, mark)
      this.#spare.become(this.#path(file))
      this.#open.set(file, own)
    } catch (error) {
      this.#closed(descriptor)
      throw error
    }
    return true
  }

  /** A write may take less than it was given. */
  #write(own: OpenFile, bytes: Uint8Array, mark = 0): void {
    let done = 0
    while (done < bytes.length) {
      const place = own.place === null ? null : own.place + done
      const count = this.#fs.writeSync(own.descriptor, bytes, done, bytes.length - done, place)
      if (count <= 0) throw new Error(`${count} bytes were written`)
      done += count
    }
    if (own.place === null) return
    own.length = own.place + bytes.length
    own.place = own.length - mark
  }

  /** 'wx': one that there is not, to be written from place to place. */
  #opened(file: string, flags: 'a' | 'wx'): OpenFile {
    const path = this.#path(file)
    if (this.#unlock === null) this.#make()
    const isFresh = flags === 'wx' || this.#fs.statSync(path, { throwIfNoEntry: false }) === undefined
    const descriptor = this.#fs.openSync(path, flags)
    const isNamed = this.#fs.fstatSync(descriptor).nlink > 0
    const own = { descriptor, isFresh, isNamed, place: flags === 'wx' ? 0 : null, length: 0, before: 0 }
    this.#open.set(file, own)
    return own
  }

  sync(file: string): Promise<void> {
    const own = this.#open.get(file)
    if (own === undefined) return Promise.resolve()
    const done = new Promise<void>((resolve, reject) => {
      const end = (error: Error | null): void => {
        if (error === null) resolve()
        else reject(asStoreError(error, 'it cannot be made durable', this.#path(file)))
      }
      try {
        this.#checkThere(file, own)
        this.#fs.fdatasync(own.descriptor, (error) => {
          if (error === null && own.isFresh) this.#syncNameSoon(own, end)
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
    const own = this.#open.get(file)
    if (own === undefined) return
    this.#try('it cannot be made durable', this.#path(file), () => {
      this.#checkThere(file, own)
      this.#fs.fdatasyncSync(own.descriptor)
      this.#syncName(own)
    })
  }

  finish(file: string): void {
    const own = this.#open.get(file)
    if (own === undefined) return
    this.#open.delete(file)
    if (own.place !== null) this.#reusable.add(file)
    this.#cut(own)
    // A sync that is under way still needs it.
    if (this.#syncing.size === 0) this.#closed(own.descriptor)
    else void Promise.all(this.#syncing).then(() => this.#closed(own.descriptor))
  }

  #closed(descriptor: number): void {
    try {
      this.#fs.closeSync(descriptor)
    } catch {
      // What matters was synced before; nothing is lost when closing fails.
    }
  }

  /**
   * Takes away what an older file has left behind the end of this one where that is most of it. To cut off little takes
   * 250 us, as much as eight checkpoints, and the next file needs the room.
   */
  #cut({ descriptor, length, before }: OpenFile): void {
    if (before <= 2 * length) return
    try {
      this.#fs.ftruncateSync(descriptor, length)
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
  #checkThere(file: string, { descriptor, isNamed }: OpenFile): void {
    if (!isNamed || this.#fs.fstatSync(descriptor).nlink > 0) return
    throw new StoreError({
      code: 'E_IO', what: 'it was removed while it was written', where: this.#path(file),
      hint: 'Let nobody remove files there; a whole checkpoint is written to another one.',
    })
  }

  /** A new name is durable when its folder is. */
  #syncName(own: OpenFile): void {
    if (!own.isFresh) return
    if (hasFolders) {
      const folder = this.#fs.openSync(this.name, 'r')
      try {
        this.#fs.fsyncSync(folder)
      } finally {
        this.#fs.closeSync(folder)
      }
    }
    own.isFresh = false
  }

  /** The same, beside the program. */
  #syncNameSoon(own: OpenFile, end: (error: Error | null) => void): void {
    const done = (error: Error | null): void => {
      if (error === null) own.isFresh = false
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

/** Also those around it. Node's own way never ends where a file system holds what it likes, as /proc does. */
function makeFolder(path: string, system: FileSystem): void {
  if (system.statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return
  const outer = dirname(path)
  if (outer !== path) makeFolder(outer, system)
  try {
    system.mkdirSync(path)
  } catch (error) {
    // Another process may have been sooner.
    if (system.statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error
  }
}
