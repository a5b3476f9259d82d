import { type Arena, pairs as layout } from '@eddy/kernels'
import { type Pairs, writeInput } from './input-writer.ts'
import type { Axis, InputOptions } from './input.ts'
import type { AnyNode } from './node.ts'
import type { Slot } from './slot.ts'
import type { Store } from './store.ts'

/**
 * One input: asks `select` for its value and writes it into a slot, or into row k of a ring of such slots, whose rows
 * stand `stride` bytes apart.
 *
 * The usual values of f32 inputs are written here, straight; all others go through `writeInput`.
 */
export class Intake {
  readonly node: AnyNode
  readonly axis: Axis | undefined
  readonly slot: Slot
  readonly #store: Store
  readonly #arena: Arena
  readonly #select: (event: never) => unknown
  /** Words from one row to the next. */
  readonly #words: number
  readonly #distinct: 0 | 1
  /** Elements of a dense f32 slot, else -1. */
  readonly #length: number
  /** Most pairs of a sparse f32 slot, else 0. */
  readonly #pairs: number
  /** Indices into the arena's views of words: the slot, and the indices and values of pairs. */
  readonly #at: number
  readonly #indices: number
  readonly #values: number

  constructor(store: Store, node: AnyNode, slot: Slot, stride = 0) {
    const { select, axis, distinct = false } = node.options as InputOptions
    const { at, dtype, pairs, size } = slot
    this.node = node
    this.axis = axis
    this.slot = slot
    this.#store = store
    this.#arena = store.arena
    this.#select = select
    this.#words = stride >>> 2
    this.#distinct = distinct ? 1 : 0
    this.#length = pairs === 0 && dtype === 'f32' ? size : -1
    this.#pairs = dtype === 'f32' ? pairs : 0
    this.#at = at >>> 2
    this.#indices = layout.indices(at) >>> 2
    this.#values = layout.values(at, pairs) >>> 2
  }

  select(event: unknown): unknown {
    return this.#select(event as never)
  }

  /** @throws EventError when the value does not fit. */
  write(value: unknown, row = 0): void {
    const at = this.#at + row * this.#words
    if (typeof value === 'number' && this.#length === 1) this.#arena.f32[at] = value
    else if (value instanceof Float32Array && value.length === this.#length && this.#length <= 32) {
      const { f32 } = this.#arena
      for (let i = 0; i < value.length; i++) f32[at + i] = value[i]!
    } else if (this.#pairs === 0 || !this.#writePairs(value as Partial<Pairs> | null, row * this.#words)) {
      this.#writeOther(value, row)
    }
  }

  #writeOther(value: unknown, row: number): void {
    writeInput(this.#store, { ...this.slot, at: this.slot.at + row * 4 * this.#words }, value)
  }

  /** False when the pairs are not the usual ones. */
  #writePairs(value: Partial<Pairs> | null, word: number): boolean {
    const indices = value?.indices
    const values = value?.values
    if (this.axis !== undefined && Array.isArray(indices) && Array.isArray(values)) {
      return this.#writeLists(indices, values, word)
    }
    if (!(indices instanceof Int32Array && values instanceof Float32Array)) return false
    const count = indices.length
    if (count !== values.length || count > this.#pairs) return false
    const { f32, i32 } = this.#arena
    i32[this.#at + word] = count
    i32[this.#at + word + 1] = this.#distinct
    const first = this.#indices + word
    const firstValue = this.#values + word
    if (count > 24) {
      i32.set(indices, first)
      f32.set(values, firstValue)
    } else {
      for (let k = 0; k < count; k++) {
        i32[first + k] = indices[k]!
        f32[firstValue + k] = values[k]!
      }
    }
    return true
  }

  /** Slots of a named axis and numbers: whoever reads features has made sure of both. */
  #writeLists(indices: readonly number[], values: readonly number[], word: number): boolean {
    const count = indices.length
    if (count !== values.length || count > this.#pairs) return false
    const { f32, i32 } = this.#arena
    i32[this.#at + word] = count
    const first = this.#indices + word
    const firstValue = this.#values + word
    for (let k = 0; k < count; k++) {
      i32[first + k] = indices[k]!
      f32[firstValue + k] = values[k]!
    }
    return true
  }
}
