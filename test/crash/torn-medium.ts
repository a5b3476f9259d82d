import { type Medium, memoryMedium } from '@eddy/store'

const sector = 512

/** Something that was done to files. */
type Act =
  | { readonly kind: 'append'; readonly file: string; readonly bytes: Uint8Array }
  | { readonly kind: 'over'; readonly file: string; readonly bytes: Uint8Array; readonly mark: number }
  | { readonly kind: 'reuse'; readonly file: string; readonly from: string }
  | { readonly kind: 'synced' | 'failed'; readonly file: string; readonly length: number }
  | { readonly kind: 'remove'; readonly file: string }

/** Numbers from 0 to below 1. */
export type Random = () => number

/**
 * A medium that remembers what was done to it, and says what a disk might hold if the power failed at some moment: what
 * was synced is there; of the rest each sector may be there, be zeros, or be old bytes, and the end may be missing;
 * names of new files may be missing; a removal may have happened or not. What a failed sync was to make durable may be
 * lost even when a later one succeeds, as on Linux. Files of checkpoints are written over those that were removed:
 * these bytes may still be there, and so may their names.
 */
export class TornMedium implements Medium {
  readonly name = 'torn'
  readonly acts: Act[] = []
  readonly #memory = memoryMedium()
  readonly #random: Random
  readonly #failing: number
  /** Files that are written over others: all of their bytes, and where the next one goes. */
  readonly #over = new Map<string, { bytes: Uint8Array; end: number }>()
  /** The last one that was removed. */
  #spare: { readonly file: string; readonly bytes: Uint8Array } | null = null

  /** `failing` is the share of syncs that fail. */
  constructor(random: Random, failing: number) {
    this.#random = random
    this.#failing = failing
  }

  list(): readonly string[] {
    return [...this.#memory.list(), ...this.#over.keys()]
  }

  size(file: string): number {
    return this.#over.get(file)?.bytes.length ?? this.#memory.size(file)
  }

  read(file: string, from: number, length: number): Uint8Array {
    return this.#over.get(file)?.bytes.slice(from, from + length) ?? this.#memory.read(file, from, length)
  }

  appendOver(file: string, bytes: Uint8Array, mark: number): void {
    let own = this.#over.get(file)
    if (own === undefined) {
      own = { bytes: this.#spare?.bytes ?? new Uint8Array(0), end: 0 }
      if (this.#spare !== null) this.acts.push({ kind: 'reuse', file, from: this.#spare.file })
      this.#spare = null
      this.#over.set(file, own)
    }
    this.acts.push({ kind: 'over', file, bytes: bytes.slice(), mark })
    own.bytes = written(own.bytes, bytes, own.end)
    own.end += bytes.length - mark
  }

  append(file: string, bytes: Uint8Array): void {
    this.acts.push({ kind: 'append', file, bytes: bytes.slice() })
    this.#memory.append(file, bytes)
  }

  async sync(file: string): Promise<void> {
    const length = this.#endOf(file)
    await Promise.resolve()
    this.#synced(file, length)
  }

  syncNow(file: string): void {
    this.#synced(file, this.#endOf(file))
  }

  #endOf(file: string): number {
    return this.#over.get(file)?.end ?? this.size(file)
  }

  #synced(file: string, length: number): void {
    const fails = this.#random() < this.#failing
    this.acts.push({ kind: fails ? 'failed' : 'synced', file, length })
    if (fails) throw Object.assign(new Error('EIO: made to fail, fdatasync'), { code: 'EIO' })
  }

  remove(file: string): void {
    this.acts.push({ kind: 'remove', file })
    this.#memory.remove(file)
    const over = this.#over.get(file)
    if (over === undefined) return
    this.#over.delete(file)
    this.#spare = { file, bytes: over.bytes }
  }

  lock(): void {}

  unlock(): void {}

  close(): Promise<void> {
    return Promise.resolve()
  }

  /** What the disk might hold after so many acts. */
  crashed(count: number, random: Random): Map<string, Uint8Array> {
    const whole = new Map<string, Whole>()
    const synced = new Map<string, number>()
    const doubtful = new Map<string, number>()
    const removed = new Set<string>()
    for (const act of this.acts.slice(0, count)) {
      const own = whole.get(act.file) ?? { bytes: new Uint8Array(0), before: new Uint8Array(0), end: 0, from: null }
      if (act.kind === 'append' || act.kind === 'over') {
        const bytes = written(own.bytes, act.bytes, own.end)
        const end = own.end + act.bytes.length - (act.kind === 'over' ? act.mark : 0)
        whole.set(act.file, { ...own, bytes, end })
      } else if (act.kind === 'reuse') {
        const { bytes } = whole.get(act.from)!
        whole.set(act.file, { bytes, before: bytes, end: 0, from: act.from })
      } else if (act.kind === 'failed') {
        const before = doubtful.get(act.file) ?? Infinity
        doubtful.set(act.file, Math.min(before, synced.get(act.file) ?? 0))
      }
      else if (act.kind === 'synced') synced.set(act.file, Math.max(act.length, synced.get(act.file) ?? 0))
      else removed.add(act.file)
    }
    const files = new Map<string, Uint8Array>()
    const reused = new Set([...whole.values()].map(({ from }) => from))
    for (const [file, own] of whole) {
      const safe = synced.get(file)
      if (reused.has(file) || removed.has(file) && random() < 0.5) continue
      let name = file
      if (safe === undefined && random() < 0.3) {
        // Of a file that was to become another one the old name may be left, or none that is known.
        if (own.from === null || random() < 0.5) continue
        name = own.from
      }
      files.set(name, torn(own, Math.min(safe ?? 0, doubtful.get(file) ?? Infinity), random))
    }
    return files
  }
}

/** A file, what it held before it was written over, and its name then. */
interface Whole {
  readonly bytes: Uint8Array
  readonly before: Uint8Array
  readonly end: number
  readonly from: string | null
}

/** A copy with these bytes at a place. */
function written(bytes: Uint8Array, more: Uint8Array, at: number): Uint8Array {
  const result = new Uint8Array(Math.max(bytes.length, at + more.length))
  result.set(bytes)
  result.set(more, at)
  return result
}

/** Bytes of which only the first `safe` are sure. */
function torn({ bytes, before }: Whole, safe: number, random: Random): Uint8Array {
  // Sometimes everything arrived in order up to some byte, as after the end of a process.
  if (random() < 0.3) {
    const to = safe + Math.floor(random() * (bytes.length - safe + 1))
    return written(before, bytes.subarray(0, to), 0)
  }
  const result = bytes.slice()
  for (let at = safe; at < bytes.length; at = (Math.floor(at / sector) + 1) * sector) {
    const to = Math.min(bytes.length, (Math.floor(at / sector) + 1) * sector)
    const fate = random()
    if (fate < 0.5) continue
    if (fate < 0.65 && to <= before.length) result.set(before.subarray(at, to), at)
    else if (fate < 0.8) result.fill(0, at, to)
    else for (let k = at; k < to; k++) result[k] = Math.floor(random() * 256)
  }
  return random() < 0.5 ? result : result.slice(0, safe + Math.floor(random() * (bytes.length - safe + 1)))
}
