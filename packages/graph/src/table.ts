import { bytesOf } from '@eddy/kernels'
import { type DType, type Shape, sizeOf } from '@eddy/tensor'
import type { Reservation } from './reservations.ts'
import type { SharedArena } from './shared-arena.ts'
import type { Slot } from './slot.ts'
import { copySlot } from './slot-data.ts'
import { transposed } from './transpose.ts'

/** From this size on a table that grows is given address space to grow into. */
const bytesReservedFrom = 2 ** 20
/** Rows that it can then gain before it has to be moved. */
const rowsReserved = 2 ** 21
/** Kernels may read so many bytes behind the last element. */
const bytesBehind = 16

/**
 * The slot of a leaf, or of an optimizer slot beside it, with room for more rows when it lies along a named axis.
 *
 *     rows in use | spare rows, zero | address space
 *     <------- slot.shape[0] ------->
 *     <-------------------- room ------------------>
 *
 * A small table that needs more rows moves to a block of twice the size. A table of 1 MiB is moved once, into address
 * space for two million more rows; from then on growing changes its shape and touches no byte.
 */
export class Table {
  readonly #memory: SharedArena
  readonly #bytesOfRow: number
  #slot: Slot
  #room = 0
  #reservation: Reservation | null = null

  /** `grows`: `shape[0]` is the number of rows to start with, and more may be asked for. */
  constructor(memory: SharedArena, dtype: DType, shape: Shape, grows: boolean) {
    const size = sizeOf(shape)
    this.#memory = memory
    this.#bytesOfRow = sizeOf(shape.slice(1)) * bytesOf[dtype]
    this.#slot = { at: grows ? 0 : memory.alloc(size * bytesOf[dtype]), size, shape, dtype, pairs: 0 }
    if (grows) this.#place(capacityFor(shape[0]!))
  }

  get slot(): Slot {
    return this.#slot
  }

  /** Makes sure that there are so many rows; true when the slot is another one than before. */
  fit(rows: number): boolean {
    const { at, shape, size, dtype } = this.#slot
    if (rows <= shape[0]!) return false
    if (rows <= this.#room) this.#extend(at, Math.min(capacityFor(rows), this.#room))
    else {
      this.#place(capacityFor(rows))
      this.#memory.arena.u8.copyWithin(this.#slot.at, at, at + size * bytesOf[dtype])
      this.#memory.free(at)
    }
    return true
  }

  /** Stores a matrix column by column, or row by row again, where it is. */
  arrange(byColumn: boolean): void {
    const { at, shape, size, dtype } = this.#slot
    const [rows, columns] = shape as readonly [number, number]
    const live = this.#memory.arena.array(dtype, at, size)
    live.set(byColumn ? transposed(live, rows, columns) : transposed(live, columns, rows))
    this.#slot = { ...this.#slot, byColumn }
  }

  /** Stands elsewhere from now on: by itself, or in a block that others share, its rows so many elements apart. */
  move(at: number, apart?: number): void {
    const before = this.#slot
    const { apart: _, ...slot } = before
    this.#slot = apart === undefined ? { ...slot, at } : { ...slot, at, apart }
    copySlot(this.#memory.arena, this.#slot, before)
    if (before.apart === undefined) this.#memory.free(before.at)
  }

  free(): void {
    this.#memory.free(this.#slot.at)
  }

  #place(rows: number): void {
    const bytes = rows * this.#bytesOfRow
    this.#reservation = bytes < bytesReservedFrom ? null
      : this.#memory.reserve(bytes + bytesBehind, bytes + bytesBehind + rowsReserved * this.#bytesOfRow)
    const { at = this.#memory.alloc(bytes), bytes: space = 0 } = this.#reservation ?? {}
    this.#room = Math.max(rows, Math.floor((space - bytesBehind) / Math.max(1, this.#bytesOfRow)))
    this.#extend(at, rows)
  }

  #extend(at: number, rows: number): void {
    const { shape, dtype } = this.#slot
    const longer = [rows, ...shape.slice(1)]
    this.#slot = { at, size: sizeOf(longer), shape: longer, dtype, pairs: 0 }
    if (this.#reservation !== null) this.#reservation.used = rows * this.#bytesOfRow
  }
}

/** Room for `rows` rows and for up to twice as many, so that growth costs O(1) a row. */
function capacityFor(rows: number): number {
  return rows <= 16 ? 16 : 2 ** Math.ceil(Math.log2(rows))
}
