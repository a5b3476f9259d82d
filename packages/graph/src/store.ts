import { type Arena, bytesOf } from '@eddy/kernels'
import { type DType, fillRows, rng, type Shape, sizeOf, Tensor } from '@eddy/tensor'
import { GraphError } from './errors.ts'
import type { OptimizerSlot } from './optimizer.ts'
import type { Home, Leaf } from './parameter.ts'
import { type SharedArena, sharedArena } from './shared-arena.ts'
import type { Slot } from './slot.ts'

interface Entry {
  readonly leaf: Leaf
  slot: Slot
  /** Rows in use; the slot may hold more along a named axis. */
  rows: number
  moments: readonly { readonly spec: OptimizerSlot; slot: Slot; cache: Cache }[]
  readonly cache: Cache
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
  /** Everything this store and its programs have in the arena. */
  readonly memory: SharedArena
  readonly dtype: DType
  /** Programs that have addresses of this store on their tapes. */
  programs = 0
  /** Grows whenever a slot moves: programs compiled before that must be compiled again. */
  layoutVersion = 0
  #seed: number
  #seedWords: readonly [low: number, high: number]
  #commits = 0
  readonly #entries = new Map<Leaf, Entry>()
  /** The entries on a named axis. */
  readonly #growing = new Set<Entry>()
  constructor(dtype: DType, seed: number) {
    this.dtype = dtype
    this.memory = sharedArena(this)
    this.arena = this.memory.arena
    this.#seed = seed
    this.#seedWords = wordsOf(seed)
  }

  /** The seed of initial values and random operators. */
  get seed(): number {
    return this.#seed
  }

  reseed(seed: number): void {
    this.#seed = seed
    this.#seedWords = wordsOf(seed)
  }

  /** Tells the tape machine whose frame runs, where it stands, and whether it learns. */
  enter(step: number, learns: boolean): void {
    this.arena.control.enter(step, this.#seedWords[0], this.#seedWords[1], learns)
  }

  /** To be told after every frame or write that may have changed a value. */
  touched(): void {
    this.#commits++
  }

  /** Where a leaf lives; draws its initial value at the first call. */
  slotOf(leaf: Leaf): Slot {
    return this.#entry(leaf).slot
  }

  /** The optimizer state beside a parameter; made anew when another optimizer asks for other slots. */
  momentsOf(leaf: Leaf, specs: readonly OptimizerSlot[]): readonly Slot[] {
    const entry = this.#entry(leaf)
    const same = specs.length === entry.moments.length
      && entry.moments.every(({ spec }, k) => spec.name === specs[k]!.name && spec.fill === specs[k]!.fill)
    if (!same) {
      for (const moment of entry.moments) this.memory.free(moment.slot.at)
      entry.moments = specs.map((spec) => ({
        spec, slot: this.#filled(entry.slot, spec.fill), cache: { at: -1, tensor: null },
      }))
      this.layoutVersion++
    }
    return entry.moments.map((moment) => moment.slot)
  }

  read(leaf: Leaf): Tensor {
    const entry = this.#entry(leaf)
    return this.#cached(entry.slot, entry.rows, entry.cache)
  }

  readMoment(leaf: Leaf, index: number): Tensor {
    const entry = this.#entry(leaf)
    return this.#cached(entry.moments[index]!.slot, entry.rows, entry.moments[index]!.cache)
  }

  write(leaf: Leaf, value: Tensor): void {
    const entry = this.#entry(leaf)
    this.#fit(entry, value, leaf.name)
    this.arena.write(entry.slot.dtype, entry.slot.at, value.data)
    this.touched()
  }

  writeMoment(leaf: Leaf, index: number, value: Tensor): void {
    const entry = this.#entry(leaf)
    this.#fit(entry, value, `${leaf.name}, optimizer slot ${entry.moments[index]!.spec.name}`)
    this.arena.write(this.dtype, entry.moments[index]!.slot.at, value.data)
    this.touched()
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

  /** Whether `grow` has something to do. */
  mustGrow(): boolean {
    for (const { leaf, rows } of this.#growing) if (leaf.growing!() !== rows) return true
    return false
  }

  /** @throws GraphError when `leaf` cannot hold `value`. */
  check(leaf: Leaf, value: Tensor, what = leaf.name): void {
    const { shape } = this.#entry(leaf).slot
    const [rows = 1, ...rest] = value.shape
    const fits = value.shape.length === shape.length && rest.every((size, axis) => size === shape[axis + 1])
      && (leaf.growing !== null || rows === (shape[0] ?? 1))
    if (fits) return
    throw new GraphError(
      `cannot hold a tensor of shape [${value.shape}], wanted [${shape}]`, what,
      'The state belongs to another model: build the model that wrote it, with the same sizes',
    )
  }

  /** Takes a leaf out and forgets it; its last value stays with whoever calls. */
  release(leaf: Leaf): Tensor {
    const value = this.read(leaf)
    const entry = this.#entry(leaf)
    this.memory.free(entry.slot.at)
    for (const moment of entry.moments) this.memory.free(moment.slot.at)
    this.#entries.delete(leaf)
    this.#growing.delete(entry)
    return value
  }

  #entry(leaf: Leaf): Entry {
    return this.#entries.get(leaf) ?? this.#adopt(leaf)
  }

  #adopt(leaf: Leaf): Entry {
    const dtype = leaf.isDouble ? 'f64' : this.dtype
    const rows = Math.max(leaf.growing?.() ?? 0, leaf.initial.shape[0] ?? 1)
    const shape = leaf.growing === null ? leaf.initial.shape : [capacityFor(rows), ...leaf.initial.shape.slice(1)]
    const slot = this.#allocate(shape, dtype)
    const entry: Entry = { leaf, slot, rows, moments: [], cache: { at: -1, tensor: null } }
    const value = takeOver(leaf)
    if (value !== null) this.arena.write(dtype, slot.at, value.data)
    if (value === null || leaf.growing !== null) this.#draw(entry, value === null ? 0 : (value.shape[0] ?? 1), rows)
    this.#entries.set(leaf, entry)
    if (leaf.growing !== null) this.#growing.add(entry)
    leaf.home = this
    this.touched()
    return entry
  }

  /** Writes the initial values of rows `from` to `to`. */
  #draw(entry: Entry, from: number, to: number): void {
    const { initial, name } = entry.leaf
    const { slot } = entry
    const live = this.arena.array(slot.dtype, slot.at, slot.size)
    if (initial instanceof Tensor) {
      const width = rowSize(slot)
      live.fill(0, from * width, to * width)
      live.set(initial.data.subarray(from * width, to * width), from * width)
    } else if (slot.size > 0 && to > from) {
      fillRows(live, initial.initializer, slot.shape, rng(this.seed, name), { from, to })
    }
  }

  #resize(entry: Entry, rows: number): void {
    const old = entry.slot
    if (rows > (old.shape[0] ?? 0)) {
      const shape = [capacityFor(rows), ...old.shape.slice(1)]
      entry.slot = this.#moved(old, this.#allocate(shape, old.dtype))
      for (const moment of entry.moments) moment.slot = this.#moved(moment.slot, this.#allocate(shape, this.dtype))
      this.layoutVersion++
    }
    if (rows > entry.rows) {
      const width = rowSize(old)
      this.#draw(entry, entry.rows, rows)
      for (const { slot, spec } of entry.moments) {
        this.arena.array(slot.dtype, slot.at, slot.size).fill(spec.fill, entry.rows * width, rows * width)
      }
    }
    entry.rows = rows
    this.touched()
  }

  #moved(from: Slot, to: Slot): Slot {
    const bytes = from.size * bytesOf[from.dtype]
    this.arena.u8.copyWithin(to.at, from.at, from.at + bytes)
    this.memory.free(from.at)
    return to
  }

  #allocate(shape: Shape, dtype: DType): Slot {
    const size = sizeOf(shape)
    return { at: this.memory.alloc(size * bytesOf[dtype]), size, shape, dtype, pairs: 0 }
  }

  #filled(like: Slot, fill: number): Slot {
    const slot = this.#allocate(like.shape, this.dtype)
    if (fill !== 0) this.arena.array(slot.dtype, slot.at, slot.size).fill(fill)
    return slot
  }

  #cached(slot: Slot, rows: number, cache: Cache): Tensor {
    if (cache.tensor !== null && cache.at === this.#commits) return cache.tensor
    const shape = slot.shape.length > 0 && rows !== slot.shape[0] ? [rows, ...slot.shape.slice(1)] : slot.shape
    const tensor = Tensor.of(shape, this.arena.read(slot.dtype, slot.at, sizeOf(shape)))
    if (cache.tensor === null || !cache.tensor.equals(tensor)) cache.tensor = tensor
    cache.at = this.#commits
    return cache.tensor
  }

  #fit(entry: Entry, value: Tensor, name: string): void {
    this.check(entry.leaf, value, name)
    const rows = value.shape[0] ?? 1
    if (rows !== entry.rows && entry.leaf.growing !== null) this.#resize(entry, rows)
  }
}

/** The value that another store has held so far; null when there is none. */
function takeOver(leaf: Leaf): Tensor | null {
  if (leaf.home === null) return null
  if (!(leaf.home instanceof Store)) return leaf.home.read(leaf)
  if (leaf.home.programs === 0) return leaf.home.release(leaf)
  throw new GraphError(
    'is in use by another run that does not share its other parameters', leaf.name,
    'Stop that run first, or build both models from the same layers so that they share one store',
  )
}

function rowSize({ shape }: Slot): number {
  return sizeOf(shape.slice(1))
}

/** A seed as two 32-bit words. */
function wordsOf(seed: number): readonly [number, number] {
  return [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0]
}

/** Room for `rows` rows and half as many again, so that growth costs O(1) a row. */
function capacityFor(rows: number): number {
  return rows <= 16 ? 16 : 2 ** Math.ceil(Math.log2(rows))
}
