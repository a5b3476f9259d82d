import { type Medium, memoryMedium } from '@eddy/store'

const sector = 512

/** Something that was done to files. */
type Act =
  | { readonly kind: 'append'; readonly file: string; readonly bytes: Uint8Array }
  | { readonly kind: 'synced' | 'failed'; readonly file: string; readonly length: number }
  | { readonly kind: 'remove'; readonly file: string }

/** Numbers from 0 to below 1. */
export type Random = () => number

/**
 * A medium that remembers what was done to it, and says what a disk might hold if the power failed at some moment: what
 * was synced is there; of the rest each sector may be there, be zeros, or be old bytes, and the end may be missing;
 * names of new files may be missing; a removal may have happened or not. What a failed sync was to make durable may be
 * lost even when a later one succeeds, as on Linux.
 */
export class TornMedium implements Medium {
  readonly name = 'torn'
  readonly acts: Act[] = []
  readonly #memory = memoryMedium()
  readonly #random: Random
  readonly #failing: number

  /** `failing` is the share of syncs that fail. */
  constructor(random: Random, failing: number) {
    this.#random = random
    this.#failing = failing
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
    this.acts.push({ kind: 'append', file, bytes: bytes.slice() })
    this.#memory.append(file, bytes)
  }

  async sync(file: string): Promise<void> {
    const length = this.size(file)
    await Promise.resolve()
    this.#synced(file, length)
  }

  syncNow(file: string): void {
    this.#synced(file, this.size(file))
  }

  #synced(file: string, length: number): void {
    const fails = this.#random() < this.#failing
    this.acts.push({ kind: fails ? 'failed' : 'synced', file, length })
    if (fails) throw Object.assign(new Error('EIO: made to fail, fdatasync'), { code: 'EIO' })
  }

  remove(file: string): void {
    this.acts.push({ kind: 'remove', file })
    this.#memory.remove(file)
  }

  lock(): void {}

  unlock(): void {}

  close(): Promise<void> {
    return Promise.resolve()
  }

  /** What the disk might hold after so many acts. */
  crashed(count: number, random: Random): Map<string, Uint8Array> {
    const whole = new Map<string, Uint8Array[]>()
    const synced = new Map<string, number>()
    const doubtful = new Map<string, number>()
    const removed = new Set<string>()
    for (const act of this.acts.slice(0, count)) {
      if (act.kind === 'append') whole.set(act.file, [...(whole.get(act.file) ?? []), act.bytes])
      else if (act.kind === 'failed') {
        const before = doubtful.get(act.file) ?? Infinity
        doubtful.set(act.file, Math.min(before, synced.get(act.file) ?? 0))
      }
      else if (act.kind === 'synced') synced.set(act.file, Math.max(act.length, synced.get(act.file) ?? 0))
      else removed.add(act.file)
    }
    const files = new Map<string, Uint8Array>()
    for (const [file, parts] of whole) {
      const safe = synced.get(file)
      if (removed.has(file) && random() < 0.5) continue
      if (safe === undefined && random() < 0.3) continue
      files.set(file, torn(joined(parts), Math.min(safe ?? 0, doubtful.get(file) ?? Infinity), random))
    }
    return files
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** Bytes of which only the first `safe` are sure. */
function torn(bytes: Uint8Array, safe: number, random: Random): Uint8Array {
  // Sometimes everything arrived in order up to some byte, as after the end of a process.
  if (random() < 0.3) return bytes.slice(0, safe + Math.floor(random() * (bytes.length - safe + 1)))
  const result = bytes.slice()
  for (let at = safe; at < bytes.length; at = (Math.floor(at / sector) + 1) * sector) {
    const to = Math.min(bytes.length, (Math.floor(at / sector) + 1) * sector)
    const fate = random()
    if (fate < 0.5) continue
    if (fate < 0.8) result.fill(0, at, to)
    else for (let k = at; k < to; k++) result[k] = Math.floor(random() * 256)
  }
  return random() < 0.5 ? result : result.slice(0, safe + Math.floor(random() * (bytes.length - safe + 1)))
}
