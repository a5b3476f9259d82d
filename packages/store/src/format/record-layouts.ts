import type { ByteWriter } from './byte-writer.ts'

/** Kinds of records that are remembered: in all, and with the same first name. */
const layoutsMax = 256
const layoutsEach = 8

/** The names of records of one kind, in the order in which they are written, each as it is written. */
export interface Layout {
  readonly keys: readonly string[]
  readonly order: readonly string[]
  readonly names: readonly Uint8Array[]
}

/** Remembers how names of records are written, from one record to the next of the same kind. */
export class RecordLayouts {
  readonly #layouts = new Map<string, Layout[]>()
  /** Of the records that were written last: in the place of how deep each stood inside others. */
  readonly latest: (Layout | undefined)[] = []
  #count = 0

  /** How a record with these names is written; null when there are too many kinds of records to remember. */
  of(keys: readonly string[], isOrdered: boolean, encode: (name: string) => Uint8Array): Layout | null {
    const first = keys[0] ?? ''
    let layouts = this.#layouts.get(first)
    if (layouts !== undefined) {
      for (const layout of layouts) if (areSame(layout.keys, keys)) return layout
    }
    if (this.#count === layoutsMax || layouts?.length === layoutsEach) return null
    if (layouts === undefined) this.#layouts.set(first, (layouts = []))
    this.#count++
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
