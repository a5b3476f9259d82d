import { checkOptions, ValueError } from '@eddy/tensor'
import { asStoreError, StoreError } from '../errors.ts'
import { type MemoryMedium, memoryMedium } from './memory-medium.ts'
import type { Medium } from './medium.ts'

/** What of the browser's lock manager is used. */
interface Locks {
  request(name: string, options: { ifAvailable: boolean }, held: (lock: unknown) => unknown): Promise<unknown>
}

export interface IndexedDbOptions {
  /** Default: the browser's own. */
  readonly indexedDB?: IDBFactory
  /** Web locks, which end with the page; default: the browser's own, null for none. */
  readonly locks?: Locks | null
}

const table = 'pieces'

/**
 * Keeps everything in a database of the browser. What is appended is one record, so it is there whole or not at all;
 * records are written in order, soon, and `sync` waits until the browser has committed them with strict durability.
 * A copy of all files is held in memory.
 * @throws StoreError (E_IO) when the browser refuses, (E_LOCKED) while another page has it.
 *
 * @example
 * const store = openStore(await indexedDb('trips'))
 */
export async function indexedDb(name: string, options: IndexedDbOptions = {}): Promise<Medium> {
  if (typeof name !== 'string' || name === '') {
    throw new ValueError({
      what: 'this is no name', where: 'indexedDb', got: name, wanted: 'what the database is called',
      hint: "For example indexedDb('trips').",
    })
  }
  checkOptions('indexedDb', options, ['indexedDB', 'locks'])
  const { indexedDB = globalThis.indexedDB, locks = ownLocks() } = options
  if (indexedDB === undefined) {
    throw new StoreError({
      code: 'E_IO', what: 'there is no IndexedDB here', where: name, hint: 'Use memoryMedium(), or nodeFiles(folder).',
    })
  }
  const release = await claimed(name, locks)
  try {
    const database = await opened(indexedDB, name)
    return new IndexedDbMedium(name, database, await loaded(database, name), release)
  } catch (error) {
    release()
    throw asStoreError(error, 'the database cannot be opened', name)
  }
}

/** A piece of a file: its key is the file and its number within it. */
interface Piece {
  readonly file: string
  readonly number: number
  readonly bytes: Uint8Array
}

class IndexedDbMedium implements Medium {
  readonly name: string
  readonly #database: IDBDatabase
  readonly #memory: MemoryMedium
  readonly #release: () => void
  /** Number of the next piece, by file. */
  readonly #numbers: Map<string, number>
  /** Transactions that are under way, in order. */
  #last: Promise<void> = Promise.resolve()
  /** What is to be written with the next transaction. */
  #waiting: (Piece | { readonly removed: string })[] = []

  constructor(
    name: string, database: IDBDatabase, pieces: readonly Piece[], release: () => void,
  ) {
    this.name = name
    this.#database = database
    this.#release = release
    this.#memory = memoryMedium()
    this.#numbers = new Map()
    for (const { file, number, bytes } of pieces) {
      this.#memory.append(file, bytes)
      this.#numbers.set(file, number + 1)
    }
  }

  list(): readonly string[] {
    return this.#memory.list()
  }

  size(file: string): number {
    return this.#memory.size(file)
  }

  read(file: string, from: number, length: number): Uint8Array {
    return this.#memory.read(file, from, length)
  }

  append(file: string, bytes: Uint8Array): void {
    const number = this.#numbers.get(file) ?? 0
    this.#numbers.set(file, number + 1)
    this.#memory.append(file, bytes)
    this.#waiting.push({ file, number, bytes: bytes.slice() })
  }

  /** Everything that waits is one transaction, after those before it: what is durable is always a beginning. */
  sync(): Promise<void> {
    const waiting = this.#waiting
    if (waiting.length === 0) return this.#last
    this.#waiting = []
    const done = this.#last.catch(() => undefined).then(() => this.#write(waiting)).catch((error: unknown) => {
      // It is written with the next ones: the numbers of pieces say where it belongs.
      this.#waiting = [...waiting, ...this.#waiting]
      throw asStoreError(error, 'the database cannot be written', this.name)
    })
    done.catch(() => undefined)
    this.#last = done
    return done
  }

  remove(file: string): void {
    this.#memory.remove(file)
    this.#numbers.delete(file)
    this.#waiting.push({ removed: file })
  }

  /** Claimed when it was opened. */
  lock(): void {}

  unlock(): void {}

  async close(): Promise<void> {
    await this.sync().catch(() => undefined)
    this.#database.close()
    this.#release()
  }

  #write(waiting: readonly (Piece | { readonly removed: string })[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const transaction = this.#database.transaction(table, 'readwrite', { durability: 'strict' })
      transaction.addEventListener('complete', () => resolve())
      transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('the transaction was aborted')))
      const store = transaction.objectStore(table)
      for (const act of waiting) {
        if ('removed' in act) store.delete(IDBKeyRange.bound([act.removed], [act.removed, []]))
        else store.put(act.bytes, [act.file, act.number])
      }
    })
  }
}

function opened(indexedDB: IDBFactory, name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(`eddy-${name}`, 1)
    request.addEventListener('upgradeneeded', () => request.result.createObjectStore(table))
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error))
    request.addEventListener('blocked', () => reject(new Error('another page keeps it open')))
  })
}

/** All pieces, in order of files and numbers; pieces after one that is missing are of no use. */
async function loaded(database: IDBDatabase, name: string): Promise<readonly Piece[]> {
  const store = database.transaction(table, 'readonly').objectStore(table)
  const [keys, values] = await Promise.all([resultOf(store.getAllKeys()), resultOf(store.getAll())])
  const counts = new Map<string, number>()
  return keys.flatMap((key, k) => {
    const [file, number] = key as [string, number]
    const bytes: unknown = values[k]
    if (!(bytes instanceof Uint8Array)) {
      throw new StoreError({
        code: 'E_CORRUPT', what: 'this is no piece of a file', where: name, hint: 'Use another name.',
      })
    }
    if (number !== (counts.get(file) ?? 0)) return []
    counts.set(file, number + 1)
    return [{ file, number, bytes }]
  })
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error))
  })
}

function ownLocks(): Locks | null {
  return (globalThis.navigator as { locks?: Locks } | undefined)?.locks ?? null
}

/** Claims a name until the page ends or `release` is called. */
async function claimed(name: string, locks: Locks | null): Promise<() => void> {
  if (locks === null) return () => {}
  return new Promise((resolve, reject) => {
    void locks.request(`eddy-${name}`, { ifAvailable: true }, (lock) => {
      if (lock !== null) return new Promise<void>((release) => resolve(release))
      reject(new StoreError({
        code: 'E_LOCKED', what: 'another page writes here', where: name, hint: 'Close it first.',
      }))
      return undefined
    }).catch(reject)
  })
}
