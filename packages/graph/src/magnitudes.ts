import { bytesOf } from '@eddy/kernels'
import type { Leaf } from './parameter.ts'
import type { Slot } from './slot.ts'

/** A slot that frames update, and what its magnitudes should stay below. */
export interface Watched {
  readonly slot: Slot
  readonly limit: number
}

/** What a store tells of its leaves. */
interface Holder {
  readonly arena: { maxAbs(dtype: Slot['dtype'], at: number, n: number): number }
  /** The slots of a leaf and of the optimizer state beside it. */
  watchedOf(leaf: Leaf): readonly Watched[]
}

const stepsOfGlance = 2 ** 10
const glancesOfSweep = 2 ** 9
const elementsMin = 2 ** 10

/**
 * Whether any value that frames update was beyond its limit when it was last looked at: at most 2^20 updates ago.
 *
 * Everything is looked at once, when it is first updated and after it was replaced from outside. Later it is swept in
 * small pieces, one every 1,024 updates, so that no update pays for the size of the tables.
 */
export class Magnitudes {
  readonly #holder: Holder
  /** It keeps none from being collected. */
  #leaves: readonly WeakRef<Leaf>[] = []
  #isStale = false
  #isLarge = false
  /** What the present sweep has found so far. */
  #found = false
  /** Elements of all slots, one after the other, that the present sweep has seen. */
  #seen = 0
  #steps = 0

  constructor(holder: Holder) {
    this.#holder = holder
  }

  get isLarge(): boolean {
    if (this.#isStale) this.measure()
    return this.#isLarge
  }

  /** To be told of leaves that frames are going to update. */
  watch(leaves: readonly Leaf[]): void {
    const before = this.#watched()
    const all = new Set([...before, ...leaves])
    if (all.size === before.length) return
    this.#leaves = [...all].map((leaf) => new WeakRef(leaf))
    this.replaced()
  }

  forget(leaf: Leaf): void {
    this.#leaves = this.#leaves.filter((ref) => ref.deref() !== leaf)
  }

  /** To be told when values were replaced other than by a frame. */
  replaced(): void {
    this.#isStale = true
  }

  /** To be told of values of a leaf that have come into use. */
  added(leaf: Leaf, { dtype }: Slot, at: number, n: number): void {
    if (this.#watched().includes(leaf)) this.#look(dtype, at, n, this.#holder.watchedOf(leaf)[0]!.limit)
  }

  /** To be told of values that a frame may have changed by more than a usual one. */
  changed(regions: readonly { dtype: Slot['dtype']; at: number; n: number; limit: number }[]): void {
    // While something is large every update comes here, so that it is seen when it no longer is.
    if (this.#isLarge) this.replaced()
    else for (const { dtype, at, n, limit } of regions) this.#look(dtype, at, n, limit)
  }

  /** To be told how many updates there were. */
  committed(count: number): void {
    this.#steps += count
    if (this.#steps >= stepsOfGlance) this.#glances()
  }

  /** Looks at everything. */
  measure(): void {
    this.#isStale = this.#isLarge = this.#found = false
    this.#seen = this.#steps = 0
    for (const { slot: { dtype, at, size }, limit } of this.#slots()) this.#look(dtype, at, size, limit)
    this.#found = false
  }

  #glances(): void {
    for (; this.#steps >= stepsOfGlance; this.#steps -= stepsOfGlance) this.#glance()
  }

  #glance(): void {
    const slots = this.#slots()
    const total = slots.reduce((sum, { slot }) => sum + slot.size, 0)
    const end = this.#seen + Math.max(elementsMin, Math.ceil(total / glancesOfSweep))
    let first = 0
    for (const { slot: { at, dtype, size }, limit } of slots) {
      const from = Math.max(0, this.#seen - first)
      const to = Math.min(size, end - first)
      if (from < to) this.#look(dtype, at + from * bytesOf[dtype], to - from, limit)
      first += size
    }
    this.#seen = end
    if (end < total) return
    this.#isLarge = this.#found
    this.#found = false
    this.#seen = 0
  }

  #watched(): Leaf[] {
    return this.#leaves.flatMap((ref) => ref.deref() ?? [])
  }

  #slots(): Watched[] {
    return this.#watched().flatMap((leaf) => this.#holder.watchedOf(leaf))
  }

  #look(dtype: Slot['dtype'], at: number, n: number, limit: number): void {
    if (!(this.#holder.arena.maxAbs(dtype, at, n) <= limit)) this.#isLarge = this.#found = true
  }
}
