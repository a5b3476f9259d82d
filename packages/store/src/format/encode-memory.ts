import type { ByteWriter } from './byte-writer.ts'
import type { Stencil } from './stencil.ts'

/** Shorter trees are not remembered. */
const rememberedFrom = 256
const stencilFrom = 128
/** Frozen lists with fewer items are encoded as a whole when they have grown. */
const itemsMin = 32
/** Kinds of records that are remembered: in all, and with the same first name. */
const layoutsMax = 256
const layoutsEach = 8

/** The names of records of one kind, in the order in which they are written, each as it is written. */
export interface Layout {
  readonly keys: readonly string[]
  readonly order: readonly string[]
  readonly names: readonly Uint8Array[]
}

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
  readonly #layouts = new Map<string, Layout[]>()
  #layoutCount = 0

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

  /** How a record with these names is written; null when there are too many kinds of records to remember. */
  layoutOf(keys: readonly string[], isOrdered: boolean, encode: (name: string) => Uint8Array): Layout | null {
    const first = keys[0] ?? ''
    let layouts = this.#layouts.get(first)
    if (layouts !== undefined) {
      for (const layout of layouts) if (areSame(layout.keys, keys)) return layout
    }
    if (this.#layoutCount === layoutsMax || layouts?.length === layoutsEach) return null
    if (layouts === undefined) this.#layouts.set(first, (layouts = []))
    this.#layoutCount++
    const order = isOrdered ? keys : [...keys].sort(ascending)
    const layout = { keys, order, names: order.map((name) => encode(name)) }
    layouts.push(layout)
    return layout
  }
}

/** By code units, whatever the locale. */
export function ascending(a: string, b: string): number {
  return a < b ? -1 : 1
}

/** Appends a few bytes, one by one: that is faster than a call for each name. */
export function putShort(writer: ByteWriter, bytes: Uint8Array): void {
  writer.reserve(bytes.length)
  const { bytes: into, length } = writer
  for (let k = 0; k < bytes.length; k++) into[length + k] = bytes[k]!
  writer.length = length + bytes.length
}

function areSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false
  return true
}
