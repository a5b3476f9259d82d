import { type Arena, bytesOf } from '@eddy/kernels'
import { type DType, fillRows, rng, sizeOf, Tensor } from '@eddy/tensor'
import { GraphError } from './errors.ts'
import { Magnitudes, type Watched } from './magnitudes.ts'
import type { OptimizerSlot } from './optimizer.ts'
import type { Home, Leaf } from './parameter.ts'
import { type SharedArena, sharedArena } from './shared-arena.ts'
import type { Slot } from './slot.ts'
import { readSlot, widthOf, writeSlot } from './slot-data.ts'
import { Table } from './table.ts'

interface Entry {
  readonly leaf: Leaf
  /** What its tables take from the arena: given back with the leaf, when nobody has that any more. */
  readonly memory: SharedArena
  readonly table: Table
  /** Rows in use; along a named axis the table has more, which are zero. */
  rows: number
  moments: readonly { readonly spec: OptimizerSlot; readonly table: Table; readonly cache: Cache }[]
  readonly cache: Cache
  /** It stays row-major, by itself. */
  isPinned: boolean
  /** Where each row stands with the optimizer state beside it; 0: all rows, and elsewhere all of their state. */
  block: number
}

/** A table that would take more with its optimizer state is left as it is: it is hard to find a place for. */
const blockBytesMax = 2 ** 29

/** A stretch of memory with one row of `rowBytes` bytes after another: all there is, when its leaf does not grow. */
export interface Region {
  readonly at: number
  readonly rowBytes: number
  readonly dtype: DType
}

/** The tensor last handed out and the commit it was read at. */
interface Cache {
  at: number
  tensor: Tensor | null
}

/**
 * The current values of parameters, buffers and optimizer slots, in one arena.
 *
 * Values are updated in place while nobody looks; `read` hands out immutable copies and returns the same object as
 * last time when no bit has changed. Runs that share parameters share the store.
 */
export class Store implements Home {
  readonly arena: Arena
  /** Everything that programs of this store have in the arena. */
  readonly memory: SharedArena
  readonly dtype: DType
  readonly magnitudes = new Magnitudes(this)
  /** Programs that have addresses of this store on their tapes. */
  programs = 0
  /** Grows whenever a slot moves: programs compiled before that must be compiled again. */
  layoutVersion = 0
  #seed: number
  #commits = 0
  readonly #entries = new WeakMap<Leaf, Entry>()
  /** The entries on a named axis. */
  readonly #growing = new Set<Entry>()

  constructor(dtype: DType, seed: number) {
    this.dtype = dtype
    this.memory = sharedArena(this)
    this.arena = this.memory.arena
    this.#seed = seed
  }

  /** The seed of initial values and random operators. */
  get seed(): number {
    return this.#seed
  }

  reseed(seed: number): void {
    this.memory.occupant = 0
    this.#seed = seed
  }

  /** Tells the tape machine whose frame runs, where it stands, and whether it learns. */
  enter(who: number, step: number, learns: boolean): void {
    this.memory.occupant = who
    this.arena.control.enter(step, wordsOf(this.#seed), learns)
  }

  /** To be told after every frame or write that may have changed a value. */
  touched(): void {
    this.#commits++
  }

  /** Where a leaf lives; draws its initial value at the first call. */
  slotOf(leaf: Leaf): Slot {
    return this.#entry(leaf).table.slot
  }

  /** The optimizer state beside a parameter; made anew when another optimizer asks for other slots. */
  momentsOf(leaf: Leaf, specs: readonly OptimizerSlot[]): readonly Slot[] {
    const entry = this.#entry(leaf)
    if (specs.length !== entry.moments.length || this.keepsOthers(leaf, specs)) {
      this.#separate(entry)
      for (const { table } of entry.moments) table.free()
      entry.moments = specs.map((spec) => ({
        spec, table: this.#momentTable(entry, spec.fill), cache: { at: -1, tensor: null },
      }))
      this.layoutVersion++
    }
    return entry.moments.map(({ table }) => table.slot)
  }

  /** Whether another optimizer keeps something beside a parameter that `momentsOf` would throw away. */
  keepsOthers(leaf: Leaf, specs: readonly OptimizerSlot[]): boolean {
    return this.#entry(leaf).moments.some(({ spec: { name, fill } }, k) => (
      name !== specs[k]?.name || fill !== specs[k].fill
    ))
  }

  /**
   * What updates of a leaf write. Optimizer slots are held to 2^60, because another transform may square what one has
   * kept.
   */
  watchedOf(leaf: Leaf): readonly Watched[] {
    const { table, moments, block } = this.#entry(leaf)
    if (block !== 0) {
      const { shape: [rows], size, dtype } = table.slot
      const all = size * (1 + moments.length)
      return [{ slot: { at: block, size: all, shape: [rows!, all / rows!], dtype, pairs: 0 }, limit: 2 ** 60 }]
    }
    return [
      { slot: table.slot, limit: 2 ** 100 }, ...moments.map((moment) => ({ slot: moment.table.slot, limit: 2 ** 60 })),
    ]
  }

  /** `isLive`: as a view of memory where that is possible, good until the next event. */
  read(leaf: Leaf, isLive = false): Tensor {
    const entry = this.#entry(leaf)
    return this.#cached(entry.table.slot, entry.rows, entry.cache, isLive)
  }

  readMoment(leaf: Leaf, index: number, isLive = false): Tensor {
    const entry = this.#entry(leaf)
    return this.#cached(entry.moments[index]!.table.slot, entry.rows, entry.moments[index]!.cache, isLive)
  }

  write(leaf: Leaf, value: Tensor): void {
    const entry = this.#entry(leaf)
    this.#put(value, entry, entry, leaf.name)
  }

  writeMoment(leaf: Leaf, index: number, value: Tensor): void {
    const entry = this.#entry(leaf)
    const moment = entry.moments[index]!
    this.#put(value, entry, moment, `${leaf.name}, optimizer slot ${moment.spec.name}`)
  }

  /**
   * Stores a matrix column by column, or row by row again, and the optimizer state beside it likewise. Whoever reads or
   * writes tensors does not notice; programs have to be compiled again.
   */
  arrange(leaf: Leaf, byColumn: boolean): void {
    const entry = this.#entry(leaf)
    if (entry.isPinned || (entry.table.slot.byColumn ?? false) === byColumn) return
    for (const { table } of [entry, ...entry.moments]) table.arrange(byColumn)
    this.layoutVersion++
  }

  /**
   * Stores each row of a table with the optimizer state beside it, so that an event which touches few rows of many
   * touches as few lines of the processor's caches. Whoever reads or writes tensors does not notice.
   */
  interleave(leaf: Leaf): void {
    const entry = this.#entry(leaf)
    const { table: { slot }, memory, moments, isPinned, block } = entry
    const tables = [entry, ...moments].map(({ table }) => table)
    const bytes = tables.length * slot.size * bytesOf[slot.dtype]
    if (isPinned || block !== 0 || moments.length === 0 || bytes === 0 || bytes > blockBytesMax) return
    const width = widthOf(slot)
    entry.block = memory.alloc(bytes)
    tables.forEach((table, k) => table.move(entry.block + k * width * bytesOf[slot.dtype], tables.length * width))
    this.layoutVersion++
  }

  #separate(entry: Entry): void {
    const { table: { slot: { size, dtype } }, memory, moments, block } = entry
    if (block === 0) return
    for (const { table } of [entry, ...moments]) table.move(memory.alloc(size * bytesOf[dtype]))
    memory.free(block)
    entry.block = 0
    this.layoutVersion++
  }

  /** A leaf whose memory others rely on: from now on it is stored row by row. */
  pin(leaf: Leaf): void {
    this.arrange(leaf, false)
    this.#separate(this.#entry(leaf))
    this.#entry(leaf).isPinned = true
  }

  /**
   * Gives every leaf on a named axis the rows it now needs. A row starts from its initial value whenever it comes into
   * use, so names that were taken back leave no trace. True when something moved.
   */
  grow(): boolean {
    const before = this.layoutVersion
    for (const entry of this.#growing) {
      const wanted = entry.leaf.growing?.() ?? entry.rows
      if (wanted !== entry.rows) this.#resize(entry, wanted)
    }
    return this.layoutVersion !== before
  }

  /** Whether a leaf follows a named axis. */
  get grows(): boolean {
    return this.#growing.size > 0
  }

  /** Whether `grow` has something to do. */
  mustGrow(): boolean {
    for (const { leaf, rows } of this.#growing) if (leaf.growing!() !== rows) return true
    return false
  }

  /** Rows of a leaf that are in use; 1 for a leaf that does not grow, whose row is all of it. */
  rowsOf(leaf: Leaf): number {
    return leaf.growing === null ? 1 : this.#entry(leaf).rows
  }

  /** Says how many rows are in use, for whoever writes them all next. Slots may move; spare rows are zero as ever. */
  setRows(leaf: Leaf, rows: number): void {
    const entry = this.#entry(leaf)
    if (leaf.growing === null || rows === entry.rows) return
    for (const { table } of [entry, ...entry.moments]) {
      if (table.fit(rows)) this.layoutVersion++
      if (rows < entry.rows) this.#rows(table.slot, rows, entry.rows).fill(0)
    }
    entry.rows = rows
  }

  /** Where a leaf and the optimizer state beside it stand until the layout changes, for copying them whole. */
  regionsOf(leaf: Leaf): readonly Region[] {
    const { table, moments } = this.#entry(leaf)
    return [table, ...moments.map((moment) => moment.table)].map(({ slot: { at, size, shape, dtype } }) => (
      { at, rowBytes: size * bytesOf[dtype] / (leaf.growing === null ? 1 : shape[0]!), dtype }
    ))
  }

  /** @throws GraphError when `leaf` cannot hold `value`. */
  check(leaf: Leaf, value: Tensor, what = leaf.name): void {
    const { shape } = this.slotOf(leaf)
    const [rows = 1, ...rest] = value.shape
    const fits = value.shape.length === shape.length && rest.every((size, axis) => size === shape[axis + 1])
      && (leaf.growing !== null || rows === (shape[0] ?? 1))
    if (fits) return
    throw new GraphError(
      `cannot hold a tensor of shape [${value.shape}], wanted [${shape}]`, what,
      'The state belongs to another model or optimizer: build what wrote it',
    )
  }

  /** Takes a leaf out and forgets it; its last value stays with whoever calls. */
  release(leaf: Leaf): Tensor {
    const value = this.read(leaf)
    const entry = this.#entry(leaf)
    this.#separate(entry)
    for (const { table } of [entry, ...entry.moments]) table.free()
    this.#entries.delete(leaf)
    this.#growing.delete(entry)
    this.magnitudes.forget(leaf)
    return value
  }

  #entry(leaf: Leaf): Entry {
    return this.#entries.get(leaf) ?? this.#adopt(leaf)
  }

  #adopt(leaf: Leaf): Entry {
    const dtype = leaf.isDouble ? 'f64' : this.dtype
    const grows = leaf.growing !== null
    const rows = Math.max(leaf.growing?.() ?? 0, leaf.initial.shape[0] ?? 1)
    const shape = grows ? [rows, ...leaf.initial.shape.slice(1)] : leaf.initial.shape
    const memory = sharedArena(leaf)
    const table = new Table(memory, dtype, shape, grows)
    const entry: Entry = {
      leaf, memory, table, rows, moments: [], cache: { at: -1, tensor: null }, isPinned: false, block: 0,
    }
    const value = takeOver(leaf)
    if (value !== null) this.arena.write(dtype, table.slot.at, value.data)
    if (value === null || grows) this.#draw(entry, value === null ? 0 : (value.shape[0] ?? 1), rows)
    this.#entries.set(leaf, entry)
    if (grows) this.#growing.add(entry)
    leaf.home = this
    this.touched()
    return entry
  }

  /** Writes the initial values of rows `from` to `to`. */
  #draw({ leaf: { initial, name }, table: { slot } }: Entry, from: number, to: number): void {
    const live = this.#rows(slot, from, to)
    if (initial instanceof Tensor) {
      live.fill(0)
      live.set(initial.data.subarray(from * widthOf(slot), to * widthOf(slot)))
    } else if (live.length > 0) {
      fillRows(live, initial.initializer, slot.shape, rng(this.seed, name), { from, to, offset: 0 })
    }
  }

  /** Rows that come into use start from their initial values; rows that are given back are zeroed. */
  #resize(entry: Entry, rows: number): void {
    const { leaf, table, moments, rows: before } = entry
    // As many rows beside the leaf as it has itself, spare ones included.
    const isMoved = [table, ...moments.map((moment) => moment.table)]
      .map((each) => each.fit(Math.max(rows, table.slot.shape[0]!))).includes(true)
    if (isMoved) this.layoutVersion++
    if (rows > before) {
      this.#draw(entry, before, rows)
      const added = this.#rows(table.slot, before, rows)
      this.magnitudes.added(leaf, table.slot, added.byteOffset, added.length)
      for (const moment of moments) this.#rows(moment.table.slot, before, rows).fill(moment.spec.fill)
    } else {
      for (const each of [entry, ...moments]) this.#rows(each.table.slot, rows, before).fill(0)
    }
    entry.rows = rows
    this.touched()
  }

  #momentTable({ leaf, memory, rows, table: { slot } }: Entry, fill: number): Table {
    const table = new Table(memory, this.dtype, slot.shape, leaf.growing !== null)
    if (fill !== 0) this.#rows(table.slot, 0, rows).fill(fill)
    if (slot.byColumn === true) table.arrange(true)
    return table
  }

  /** A live view of rows `from` to `to`. */
  #rows(slot: Slot, from: number, to: number): Float32Array | Float64Array {
    const width = widthOf(slot)
    return this.arena.array(slot.dtype, slot.at, to * width).subarray(from * width)
  }

  #cached(slot: Slot, rows: number, cache: Cache, isLive: boolean): Tensor {
    if (cache.tensor !== null && cache.at === this.#commits) return cache.tensor
    const shape = slot.shape.length > 0 && rows !== slot.shape[0] ? [rows, ...slot.shape.slice(1)] : slot.shape
    const canBeLive = slot.byColumn !== true && slot.apart === undefined
    if (isLive && canBeLive) return Tensor.of(shape, this.arena.array(slot.dtype, slot.at, sizeOf(shape)))
    const tensor = Tensor.of(shape, readSlot(this.arena, slot, shape))
    if (cache.tensor === null || !cache.tensor.equals(tensor)) cache.tensor = tensor
    cache.at = this.#commits
    return cache.tensor
  }

  /** Into the table of the leaf or of a moment beside it, which grow with their rows. */
  #put(value: Tensor, entry: Entry, holder: { readonly table: Table }, name: string): void {
    this.check(entry.leaf, value, name)
    const rows = value.shape[0] ?? 1
    if (rows !== entry.rows && entry.leaf.growing !== null) this.#resize(entry, rows)
    writeSlot(this.arena, holder.table.slot, value.data)
    this.magnitudes.replaced()
    this.touched()
  }
}

/** The value that another store has held so far; null when there is none. */
function takeOver(leaf: Leaf): Tensor | null {
  if (leaf.home === null) return null
  if (!(leaf.home instanceof Store)) return leaf.home.read(leaf)
  if (leaf.home.programs === 0) return leaf.home.release(leaf)
  throw new GraphError(
    'is in use by another run that does not share its other parameters', leaf.name,
    'Stop that run first, or build both models from the same layers',
  )
}

/** A seed as two 32-bit words. */
function wordsOf(seed: number): readonly [number, number] {
  return [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0]
}
