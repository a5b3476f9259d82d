import { ancestors, GraphError, Leaf, type TrainingState } from '@eddy/graph'
import { fillRows, rng, Tensor } from '@eddy/tensor'
import { checkState } from '../check-state.ts'
import { checkMemories, type Memories, memoriesOf } from '../feature-memories.ts'
import type { AxisName } from '../named-axis.ts'
import type { Label } from '../target.ts'
import { ClassBank } from './class-bank.ts'
import { Columns } from './columns.ts'
import { Image, type Part, partOf, type Store } from './image.ts'
import { MemoryBank } from './memory-bank.ts'
import type { Rooms } from './tenancy.ts'
import { Vocabulary } from './vocabulary.ts'

/** What one model has built up: of a `LearnerState` all but the metrics. */
export interface ModelState {
  readonly training: TrainingState
  /** The names of the feature axis, by slot. */
  readonly names: readonly AxisName[]
  /** What encoders that remember know, by feature; absent when there are none. */
  readonly memories?: Memories
  /** The classes by number, when they are open. */
  readonly classes?: readonly Label[]
}

/** A frame that waits for a look at another model: whose it is, and the names it has brought with their rows. */
interface Interrupted {
  readonly resident: number
  readonly names: readonly AxisName[]
  readonly block: number
}

/** What a model has beside its tensors. */
export interface Facts {
  readonly names: readonly AxisName[]
  /** By growing leaf. */
  readonly rows: readonly number[]
  readonly step: number
  readonly seed: number
  readonly schedule: unknown
  /** By feature that remembers. */
  readonly memories: readonly unknown[]
  readonly classes: readonly Label[]
}

/** A model as it is kept: address of its block, how many names it knows, and so on. */
export type Entry = Pick<Facts, 'step' | 'seed' | 'schedule'> & { readonly at: number; readonly names: number }

/** The model that every new one starts from. */
export const start = 0
/** A model whose numbers are all below this needs no watching, see `Magnitudes` in `@eddy/graph`. */
const watchedFrom = 2 ** 60
/** After so many updates a model is measured again. */
const stepsMeasured = 2 ** 20

/**
 * Models that share one program: one is resident, the others lie as blocks of bytes in the same memory.
 *
 * To exchange two models the bytes of one are copied out and those of the other in; nothing is compiled, no object is
 * made. A model that has not changed since it came in is not copied out. What a model has beside its tensors (step,
 * schedule, seed, names, classes, memories of encoders) is exchanged with them, so no model can tell that it is not
 * alone.
 */
export class Tenants {
  readonly rooms: Rooms
  readonly image: Image
  readonly vocabulary = new Vocabulary()
  /** What encoders remember; null when none does. */
  readonly memories: MemoryBank | null
  /** Which classes each model has met; null when they are named beforehand. */
  readonly classes: ClassBank | null
  readonly #store: Store
  readonly #columns = new Columns()
  /** Names of the resident, by number. */
  #ids: readonly number[] = []
  #resident = start
  #isChanged = true
  #isSuspect = false
  /** A frame of the resident is under way. */
  #isOpen = false
  #interrupted: Interrupted | null = null
  #namings = 0

  constructor(rooms: Rooms) {
    this.rooms = rooms
    const { run, training, loss } = rooms
    const store = (this.#store = run.storeOf([loss], training.options))
    const leaves = ancestors([loss]).filter((node) => node instanceof Leaf)
    const specs = new Map(leaves.map((leaf) => (
      [leaf, leaf.role === 'parameter' ? training.optimizer.slots(store.slotOf(leaf).shape) : []]
    )))
    for (const [leaf, own] of specs) store.momentsOf(leaf, own)
    this.image = new Image(store, leaves, (leaf) => specs.get(leaf)!.map(({ name }) => name))
    this.memories = rooms.reader.remembering.length === 0 ? null : new MemoryBank(rooms.reader, start)
    this.classes = rooms.classes === null ? null : new ClassBank(rooms.classes, store, start)
    this.#columns.add()
    this.#moveOut()
  }

  get resident(): number {
    return this.#resident
  }

  /** Models, without the one to start from. */
  get count(): number {
    return this.#columns.count - 1
  }

  /** Bytes of all models. */
  get bytes(): number {
    return this.#columns.bytes
  }

  /** Another number whenever the names of the axis have become others. */
  get namings(): number {
    return this.#namings
  }

  /** Makes a model resident; between frames only. */
  enter(tenant: number): void {
    if (tenant === this.#resident) return
    this.#moveOut()
    this.#moveIn(tenant)
  }

  /** The resident begins to learn from an event. */
  open(): void {
    this.#isOpen = true
    this.classes?.open()
  }

  /** The event has come to nothing. */
  close(): void {
    this.#isOpen = false
    this.classes?.ended()
  }

  /** The resident has learned from the event. If it was the one to start from, that has made a new model. */
  committed(): void {
    this.#isOpen = false
    this.#isChanged = true
    const { names } = this.rooms.axis
    if (this.#resident === start) this.found()
    else if (names.length > this.#ids.length) {
      this.#namings++
      this.#ids = [...this.#ids, ...names.slice(this.#ids.length).map((name) => this.vocabulary.retain(name))]
    }
    this.classes?.own(this.#resident)
    this.classes?.ended()
  }

  /** Makes a new model of what is in the program, and it the resident; only while the one to start from is. */
  found(): number {
    this.#namings++
    this.#ids = this.rooms.axis.names.map((name) => this.vocabulary.retain(name))
    this.#isChanged = true
    this.#resident = this.#columns.add()
    this.memories?.found(this.#resident, start)
    this.classes?.own(this.#resident)
    return this.#resident
  }

  /** Makes a model resident for a look at it, also while a frame is under way, to which `leave` returns. */
  visit(tenant: number): void {
    if (this.#isOpen) this.#interrupt()
    this.enter(tenant)
  }

  leave(): void {
    if (this.#interrupted === null) return
    const { resident, names, block } = this.#interrupted
    this.#interrupted = null
    this.enter(resident)
    this.#isOpen = true
    this.classes?.leave()
    if (block === 0) return
    for (const { feature, part, standardize } of names) this.rooms.axis.add(feature, part, standardize)
    this.image.apply(block, 0)
    this.#store.memory.free(block)
  }

  /** Calls back with a model resident. */
  with<T>(tenant: number, look: () => T): T {
    this.visit(tenant)
    try {
      return look()
    } finally {
      this.leave()
    }
  }

  /** Makes a new model of the one to start from, drawn anew from a seed; between frames only. */
  draw(seed: number, schedule: unknown): number {
    this.enter(start)
    this.rooms.training.progress.schedule = schedule
    this.#draw(seed)
    return this.found()
  }

  /** From now on the one to start from is that of another seed; between frames only. */
  reseed(seed: number): void {
    this.enter(start)
    this.#draw(seed)
    this.#isChanged = true
    this.#moveOut()
  }

  #draw(seed: number): void {
    const { store, parts } = this.image
    if (seed === store.seed) return
    store.reseed(seed)
    for (const { leaf, slot } of parts) {
      if (slot !== null || leaf.initial instanceof Tensor) continue
      const { at, size, shape, dtype } = store.slotOf(leaf)
      const range = leaf.growing === null ? {} : { to: store.rowsOf(leaf) }
      const live = store.arena.array(dtype, at, size)
      if (size > 0) fillRows(live, leaf.initial.initializer, shape, rng(seed, leaf.name), range)
    }
    store.touched()
  }

  /** Forgets a model; between frames only. */
  remove(tenant: number): void {
    const columns = this.#columns
    const ids = tenant === this.#resident ? this.#ids : this.#idsOf(tenant)
    if (tenant === this.#resident) {
      this.#isChanged = false
      this.#moveIn(start)
    }
    for (const id of ids) this.vocabulary.release(id)
    if (columns.at[tenant]! !== 0) this.#store.memory.free(columns.at[tenant]!)
    columns.remove(tenant)
    this.memories?.remove(tenant)
    this.classes?.remove(tenant)
  }

  /** The state of a model, immutable. */
  stateOf(tenant: number): ModelState {
    const { training, axis, reader, classes } = this.rooms
    return this.with(tenant, () => Object.freeze({
      training: training.snapshot(), names: axis.names, ...memoriesOf(reader),
      ...(classes === null ? {} : { classes: classes.names }),
    }))
  }

  /** Makes a new model of a state, which `check` has accepted, and it the resident; between frames only. */
  put(state: ModelState): number {
    this.enter(start)
    const tenant = this.found()
    this.replace(tenant, state)
    return tenant
  }

  /** Puts a model into a state, which `check` has accepted, and makes it resident; between frames only. */
  replace(tenant: number, { training, names, memories, classes }: ModelState): void {
    const { rooms, vocabulary } = this
    this.enter(tenant)
    const before = this.#ids
    rooms.training.restore(training)
    rooms.axis.restore(names)
    this.memories?.restore(tenant, memories!.map(([, state]) => state))
    this.classes?.restore(tenant, classes!)
    this.#ids = names.map((name) => vocabulary.retain(name))
    for (const id of before) vocabulary.release(id)
    this.#namings++
    this.#isChanged = this.#isSuspect = true
  }

  /** Makes a new model beside the resident; `write` is to fill every part of it. */
  create(facts: Facts, write: (part: Part, at: number, bytes: number) => void): number {
    const { image, vocabulary } = this
    const columns = this.#columns
    const tenant = columns.add()
    const ids = facts.names.map((name) => vocabulary.retain(name))
    const at = this.#blockFor(tenant, image.bytesWith(facts.rows, ids.length))
    const { i32 } = this.#store.arena
    i32.set(facts.rows, at >>> 2)
    i32.set(ids, image.namesIn(at))
    image.visit(at, ids.length, write)
    columns.names[tenant] = ids.length
    columns.steps[tenant] = facts.step
    columns.seeds[tenant] = facts.seed
    columns.suspect[tenant] = 1
    if (facts.schedule !== null) columns.schedules[tenant] = facts.schedule
    this.memories?.restore(tenant, facts.memories)
    this.classes?.restore(tenant, facts.classes)
    return tenant
  }

  /** What is kept of a model. It is up to date unless the model is resident. */
  entryOf(tenant: number): Entry {
    const { at, names, steps, seeds, schedules } = this.#columns
    return {
      at: at[tenant]!, names: names[tenant]!, step: steps[tenant]!, seed: seeds[tenant]!,
      schedule: schedules[tenant] ?? null,
    }
  }

  /** @throws GraphError or ValueError when the state belongs to another model. */
  check(state: ModelState): void {
    checkState('restore', state, 'training', 'names')
    const { training, names, memories, classes } = state
    this.rooms.axis.check(names)
    checkMemories(this.rooms.reader, memories)
    this.rooms.classes?.check(classes)
    for (const part of this.image.parts) {
      const { leaf, slot } = part
      const what = slot === null ? leaf.name : `${leaf.name}, optimizer slot ${slot}`
      const tensor = partOf(training, part)
      if (tensor === undefined) {
        throw new GraphError('is not in the state', what, 'The state belongs to another model: build what wrote it')
      }
      this.#store.check(leaf, tensor, what)
    }
  }

  #idsOf(tenant: number): readonly number[] {
    const from = this.image.namesIn(this.#columns.at[tenant]!)
    return [...this.#store.arena.i32.subarray(from, from + this.#columns.names[tenant]!)]
  }

  /** Copies the resident out, if it has changed. */
  #moveOut(): void {
    if (!this.#isChanged) return
    const { rooms: { training: { progress } }, image } = this
    const columns = this.#columns
    const tenant = this.#resident
    const count = this.#ids.length
    const at = this.#blockFor(tenant, image.bytes(count))
    image.capture(at, count)
    const { i32 } = this.#store.arena
    for (let k = 0, to = image.namesIn(at); k < count; k++) i32[to + k] = this.#ids[k]!
    const isDue = Math.floor(progress.step / stepsMeasured) !== Math.floor(columns.steps[tenant]! / stepsMeasured)
    const isWatched = this.#isSuspect || isDue || this.#store.magnitudes.isLarge
    this.#isSuspect = isWatched && image.exceeds(watchedFrom)
    columns.suspect[tenant] = this.#isSuspect ? 1 : 0
    columns.names[tenant] = count
    columns.steps[tenant] = progress.step
    columns.seeds[tenant] = this.#store.seed
    if (progress.schedule !== null || tenant in columns.schedules) columns.schedules[tenant] = progress.schedule
    this.#isChanged = false
  }

  #blockFor(tenant: number, bytes: number): number {
    const { at, size } = this.#columns
    if (at[tenant]! !== 0 && size[tenant] === bytes) return at[tenant]!
    const { memory } = this.#store
    if (at[tenant]! !== 0) memory.free(at[tenant]!)
    size[tenant] = bytes
    return (at[tenant] = memory.alloc(bytes))
  }

  /** Copies a model in; the resident has been copied out. */
  #moveIn(tenant: number): void {
    const { rooms: { training: { progress } }, image } = this
    const columns = this.#columns
    const at = columns.at[tenant]!
    this.#name(tenant, at)
    image.apply(at, columns.names[tenant]!)
    progress.step = columns.steps[tenant]!
    progress.schedule = columns.schedules[tenant] ?? null
    if (this.#store.seed !== columns.seeds[tenant]) this.#store.reseed(columns.seeds[tenant]!)
    this.memories?.enter(tenant)
    this.classes?.enter(tenant)
    this.#resident = tenant
    const wasSuspect = this.#isSuspect
    this.#isSuspect = columns.suspect[tenant] === 1
    if (wasSuspect || this.#isSuspect) this.#store.magnitudes.replaced()
  }

  /** Gives the axis the names of a model; most often they are those it has. */
  #name(tenant: number, at: number): void {
    const count = this.#columns.names[tenant]!
    const from = this.image.namesIn(at)
    const { i32 } = this.#store.arena
    let same = count === this.#ids.length
    for (let k = 0; same && k < count; k++) same = i32[from + k] === this.#ids[k]
    if (same) return
    this.#namings++
    this.#ids = this.#idsOf(tenant)
    this.rooms.axis.restore(this.#ids.map((id) => this.vocabulary.name(id)))
  }

  /** Puts the frame under way aside: the names it has brought, with their rows, are no part of the model yet. */
  #interrupt(): void {
    const { rooms: { axis }, image } = this
    this.classes?.interrupt()
    const names = axis.tentative
    let block = 0
    if (names.length > 0) {
      this.#namings++
      block = this.#store.memory.alloc(image.bytes(0))
      image.capture(block, 0)
      axis.rollback()
      this.#store.grow()
    }
    this.#interrupted = { resident: this.#resident, names, block }
    this.#isOpen = false
  }
}
