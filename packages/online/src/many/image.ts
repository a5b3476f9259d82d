import type { Leaf, Run, TrainingState } from '@eddy/graph'
import type { DType } from '@eddy/tensor'

/** Where a run keeps its parameters. */
export type Store = ReturnType<Run['storeOf']>

/** One tensor of a model: a parameter, a buffer, or an optimizer slot beside a parameter. */
export interface Part {
  readonly leaf: Leaf
  /** Name of the optimizer slot; null for the value itself. */
  readonly slot: string | null
  readonly dtype: DType
  /** Position among the leaves that grow; -1 for one that does not. */
  readonly growing: number
  readonly rowBytes: number
}

/** Copying fewer words one by one is quicker than asking the engine to. */
const wordsByLoop = 96

/**
 * A model as one block of bytes: what is copied out of a program's memory, and into it, to let another model have it.
 *
 *     block   [rows of each growing leaf: i32] [names: i32 each] [first part] [second part] ...
 *
 * A part is the rows in use of one tensor, without padding, in order of leaves; the value, then its optimizer slots.
 * Addresses in the program are looked up again whenever the store has moved something.
 */
export class Image {
  readonly store: Store
  readonly parts: readonly Part[]
  readonly growing: readonly Leaf[]
  readonly #leaves: readonly Leaf[]
  readonly #addresses: number[] = []
  readonly #rows: number[]
  #layout = -1

  constructor(store: Store, leaves: readonly Leaf[], slotsOf: (leaf: Leaf) => readonly string[]) {
    this.store = store
    this.#leaves = leaves
    this.growing = leaves.filter((leaf) => leaf.growing !== null)
    this.#rows = this.growing.map(() => 0)
    // Blocks that are not resident keep the layout they were written in.
    for (const leaf of leaves) store.pin(leaf)
    this.parts = leaves.flatMap((leaf) => {
      const names = [null, ...slotsOf(leaf)]
      return store.regionsOf(leaf).map(({ rowBytes, dtype }, k) => (
        { leaf, slot: names[k]!, dtype, growing: this.growing.indexOf(leaf), rowBytes }
      ))
    })
  }

  /** Bytes before the parts. */
  headBytes(names: number): number {
    return 4 * (this.growing.length + names)
  }

  /** Bytes of the model that is in the program now. */
  bytes(names: number): number {
    for (let g = 0; g < this.#rows.length; g++) this.#rows[g] = this.store.rowsOf(this.growing[g]!)
    return this.#bytes(names)
  }

  /** Bytes of a model with so many rows of each growing leaf. */
  bytesWith(rows: readonly number[], names: number): number {
    for (let g = 0; g < this.#rows.length; g++) this.#rows[g] = rows[g]!
    return this.#bytes(names)
  }

  /** Rows of a growing leaf in a block. */
  rowsIn(at: number, growing: number): number {
    return this.store.arena.i32[(at >>> 2) + growing]!
  }

  /** The names of a block begin here, as an index into the arena's i32 view. */
  namesIn(at: number): number {
    return (at >>> 2) + this.growing.length
  }

  /** Copies the program's model into a block, which is large enough; the names are the caller's. */
  capture(at: number, names: number): void {
    this.#look()
    const { store } = this
    const { i32 } = store.arena
    for (let g = 0; g < this.#rows.length; g++) {
      i32[(at >>> 2) + g] = this.#rows[g] = store.rowsOf(this.growing[g]!)
    }
    let to = (at + this.headBytes(names)) >>> 2
    for (let p = 0; p < this.parts.length; p++) {
      const words = this.#partBytes(p) >>> 2
      copyWords(i32, this.#addresses[p]! >>> 2, to, words)
      to += words
    }
  }

  /** Copies a block's model into the program. */
  apply(at: number, names: number): void {
    const { store } = this
    for (let g = 0; g < this.#rows.length; g++) {
      store.setRows(this.growing[g]!, (this.#rows[g] = this.rowsIn(at, g)))
    }
    this.#look()
    const { i32 } = store.arena
    let from = (at + this.headBytes(names)) >>> 2
    for (let p = 0; p < this.parts.length; p++) {
      const words = this.#partBytes(p) >>> 2
      copyWords(i32, from, this.#addresses[p]! >>> 2, words)
      from += words
    }
    store.touched()
  }

  /** Calls back for every part of a block: where it begins and how long it is. */
  visit(at: number, names: number, see: (part: Part, at: number, bytes: number) => void): void {
    for (let g = 0; g < this.#rows.length; g++) this.#rows[g] = this.rowsIn(at, g)
    let from = at + this.headBytes(names)
    for (let p = 0; p < this.parts.length; p++) {
      const bytes = this.#partBytes(p)
      see(this.parts[p]!, from, bytes)
      from += bytes
    }
  }

  /** Whether any number of the program's model is above `limit` in magnitude. */
  exceeds(limit: number): boolean {
    this.#look()
    const { arena } = this.store
    return this.parts.some(({ dtype, growing, rowBytes }, p) => {
      const rows = growing < 0 ? 1 : this.store.rowsOf(this.growing[growing]!)
      return arena.maxAbs(dtype, this.#addresses[p]!, rows * rowBytes / (dtype === 'f32' ? 4 : 8)) > limit
    })
  }

  #bytes(names: number): number {
    let bytes = this.headBytes(names)
    for (let p = 0; p < this.parts.length; p++) bytes += this.#partBytes(p)
    return bytes
  }

  #partBytes(part: number): number {
    const { growing, rowBytes } = this.parts[part]!
    return growing < 0 ? rowBytes : rowBytes * this.#rows[growing]!
  }

  #look(): void {
    if (this.#layout === this.store.layoutVersion) return
    this.#layout = this.store.layoutVersion
    let p = 0
    for (const leaf of this.#leaves) for (const { at } of this.store.regionsOf(leaf)) this.#addresses[p++] = at
  }
}

/** Copies so many words from one index to another. */
function copyWords(i32: Int32Array, from: number, to: number, count: number): void {
  if (count > wordsByLoop) i32.copyWithin(to, from, from + count)
  else for (let k = 0; k < count; k++) i32[to + k] = i32[from + k]!
}

/** The tensor of a training state that a part stands for. */
export function partOf(state: Pick<TrainingState, 'parameters' | 'buffers' | 'slots'>, { leaf, slot }: Part) {
  const { name, role } = leaf
  return role === 'buffer' ? state.buffers[name] : slot === null ? state.parameters[name] : state.slots[name]?.[slot]
}
