import type { Arena } from '@eddy/kernels'

/** Address space of one table, which may be far more than the memory it uses. */
export interface Reservation {
  readonly at: number
  readonly bytes: number
  /** Bytes from `at` on that may have been written; the others are zero and cost no memory. */
  used: number
}

/** Most of the 4 GiB of address space that tables may hold in reserve. */
const bytesMax = 2 ** 31
const bytesOfPage = 65_536

/**
 * Address space set aside, so that large tables grow without being moved. It lies outside the arena's heap. What is
 * given back is zeroed and given out again.
 */
export class Reservations {
  readonly #arena: Arena
  readonly #taken = new Map<number, Reservation>()
  /** Sorted by address; no two are adjacent. */
  readonly #free: { at: number; bytes: number }[] = []
  #bytesTaken = 0
  #bytesExtended = 0

  constructor(arena: Arena) {
    this.#arena = arena
  }

  /**
   * Zeroed address space for `wanted` bytes, or for fewer when that is more than half of what is left, but at least for
   * `needed`; null when there is not so much.
   */
  take(needed: number, wanted: number): Reservation | null {
    const fair = Math.min(wanted, (bytesMax - this.#bytesTaken) / 2)
    if (fair < needed) return null
    const bytes = Math.ceil(fair / bytesOfPage) * bytesOfPage
    const at = this.#reuse(bytes) ?? this.#extend(bytes)
    if (at === null) return null
    const reservation = { at, bytes, used: 0 }
    this.#taken.set(at, reservation)
    this.#bytesTaken += bytes
    return reservation
  }

  /** False when there is no reservation at `at`. */
  release(at: number): boolean {
    const reservation = this.#taken.get(at)
    if (reservation === undefined) return false
    this.#taken.delete(at)
    this.#bytesTaken -= reservation.bytes
    this.#arena.u8.fill(0, at, at + reservation.used)
    this.#free.push({ at, bytes: reservation.bytes })
    this.#free.sort((a, b) => a.at - b.at)
    for (let i = this.#free.length - 1; i > 0; i--) {
      const [before, span] = [this.#free[i - 1]!, this.#free[i]!]
      if (before.at + before.bytes !== span.at) continue
      before.bytes += span.bytes
      this.#free.splice(i, 1)
    }
    return true
  }

  #reuse(bytes: number): number | null {
    const span = this.#free.find((candidate) => candidate.bytes >= bytes)
    if (span === undefined) return null
    const { at } = span
    span.at += bytes
    span.bytes -= bytes
    if (span.bytes === 0) this.#free.splice(this.#free.indexOf(span), 1)
    return at
  }

  #extend(bytes: number): number | null {
    if (this.#bytesExtended + bytes > bytesMax) return null
    const at = this.#arena.extend(bytes)
    if (at === 0) return null
    this.#bytesExtended += bytes
    return at
  }
}
