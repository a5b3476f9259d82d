import { RecordLayouts } from './record-layouts.ts'
import type { Stencil } from './stencil.ts'

/** Shorter trees are not remembered. */
const rememberedFrom = 256
const stencilFrom = 128
/** Frozen lists with fewer items are encoded as a whole when they have grown. */
const itemsMin = 32

interface KnownList {
  readonly list: readonly unknown[]
  readonly bytes: Uint8Array
  /** Where the first item stands in them. */
  readonly from: number
}

/**
 * What an encoder remembers from one state to the next: the bytes of frozen trees of plain data, which are most of what
 * states share; those of frozen lists that only grow; and the names of records. Holds on to no state.
 */
export class EncodeMemory {
  /** null: met once. A tree that is met only once is not worth a copy. */
  readonly #trees = new WeakMap<object, Uint8Array | Stencil | null>()
  /** By their first items, which grown lists have in common. */
  readonly #lists = new WeakMap<object, KnownList>()
  readonly layouts = new RecordLayouts()

  /** How a frozen tree is written, as bytes unless its numbers may change; null: met once; undefined: not met. */
  known(tree: object): Uint8Array | Stencil | null | undefined {
    return this.#trees.get(tree)
  }

  /** To be told of a frozen tree of plain data and its bytes; a copy of them when the tree was met before. */
  met(tree: object, bytes: Uint8Array): Uint8Array | null {
    if (bytes.length < rememberedFrom) return null
    if (!this.#trees.has(tree)) {
      this.#trees.set(tree, null)
      return null
    }
    return this.remember(tree, bytes.slice())
  }

  /** To be told of one whose numbers may change, and how it was written; `rest` is null when it was not met before. */
  metStencil(tree: object, bytes: Uint8Array, rest: Omit<Stencil, 'bytes'> | null): void {
    if (bytes.length < stencilFrom) return
    this.#trees.set(tree, rest === null ? null : { bytes: bytes.slice(), ...rest })
  }

  /** Keeps the bytes, which belong to this memory from now on. */
  remember(tree: object, bytes: Uint8Array): Uint8Array {
    this.#trees.set(tree, bytes)
    return bytes
  }

  /** The list that a frozen list begins with, item by item, and its bytes; null when there is none. */
  startOf(list: readonly unknown[]): KnownList | null {
    const [first] = list
    if (list.length < itemsMin || typeof first !== 'object' || first === null) return null
    const known = this.#lists.get(first)
    if (known === undefined || known.list.length > list.length) return null
    for (let k = 0; k < known.list.length; k++) if (known.list[k] !== list[k]) return null
    return known
  }

  /** Keeps the bytes of a frozen list of plain data, and where its first item stands in them. */
  rememberList(list: readonly unknown[], bytes: Uint8Array, from: number): void {
    const [first] = list
    if (list.length < itemsMin || typeof first !== 'object' || first === null) return
    this.#lists.set(first, { list, bytes, from })
  }
}
