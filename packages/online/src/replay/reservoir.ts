import { checkNumber } from '@eddy/optim'
import { rng, type Rng, ValueError } from '@eddy/tensor'
import { checkOptions } from '../known-options.ts'
import { isRemembered, type Remembered } from './remembered.ts'

/** Options of `reservoir`. */
export interface ReservoirOptions {
  /** Most events that are remembered, from 1; default 500. */
  readonly size?: number
  /** How many of them are learned again after each event, from 1; default 1. */
  readonly per?: number
  /** Whether every class is to have the same room, however rare it is. Only where there are classes. Default false. */
  readonly balanced?: boolean
}

/** Which events a learner remembers, and how many it learns again after each event; made by `reservoir`. */
export interface Replay {
  readonly kind: 'reservoir'
  readonly size: number
  readonly per: number
  readonly balanced: boolean
}

const sizeMax = 1_000_000
const perMax = 100

/**
 * A bounded memory of past events, some of which are learned again after each event: against forgetting, and for rare
 * classes. Every past event is in it with the same probability, size / (events so far).
 *
 * Source: Vitter 1985, algorithm R; with `balanced` Chrysakis and Moens 2020, class-balancing reservoir sampling, where
 * the events of each class that fills its room are likewise a fair sample of that class.
 * Edge: of several largest classes that of the lowest number gives way.
 * State/cost: part of the learner's state, its draws included; with `balanced`, keeping an event costs a look at all.
 * @throws ValueError for numbers out of range.
 * @example learner({ ..., replay: reservoir({ size: 500, per: 1 }) })
 */
export function reservoir(options: ReservoirOptions = {}): Replay {
  checkOptions('reservoir', options, ['size', 'per', 'balanced'])
  const { size = 500, per = 1, balanced = false } = options
  checkNumber('reservoir', 'size', size, { least: 1, most: sizeMax, integer: true }, 'Leave it out for 500.')
  checkNumber('reservoir', 'per', per, { least: 1, most: perMax, integer: true }, 'Leave it out for 1.')
  return Object.freeze({ kind: 'reservoir', size, per, balanced })
}

/** A reservoir's state: plain data. */
export interface ReservoirState {
  /** Of its random numbers, and how many have been drawn. */
  readonly seed: number
  readonly draws: number
  readonly seen: number
  readonly items: readonly Remembered[]
  /** With classes of the same room: how many events each has had, and which have been the largest. */
  readonly classes: readonly (readonly [label: number, seen: number, full: boolean])[]
}

interface ClassCount {
  seen: number
  kept: number
  full: boolean
}

/** The memory itself. */
export class Reservoir {
  readonly #size: number
  readonly #balanced: boolean
  /** The class that a label belongs to. */
  readonly #classOf: (label: number) => number
  readonly #classes = new Map<number, ClassCount>()
  #seed: number
  #random: Rng
  #draws = 0
  #seen = 0
  #items: Remembered[] = []
  #published: readonly Remembered[] | null = null

  constructor({ size, balanced }: Replay, seed: number, classOf: (label: number) => number) {
    this.#size = size
    this.#balanced = balanced
    this.#seed = seed
    this.#random = randomOf(seed)
    this.#classOf = classOf
  }

  get length(): number {
    return this.#items.length
  }

  /** Any of the remembered events; there must be one. */
  draw(): Remembered {
    return this.#items[this.#integer(this.#items.length)]!
  }

  /** Takes in an event, and perhaps keeps it. */
  add(item: Remembered): void {
    this.#seen++
    if (this.#balanced) this.#addBalanced(item)
    else if (this.#items.length < this.#size) this.#put(this.#items.length, item)
    else {
      const place = this.#integer(this.#seen)
      if (place < this.#size) this.#put(place, item)
    }
  }

  #addBalanced(item: Remembered): void {
    const own = this.#countOf(this.#classOf(item.label))
    own.seen++
    if (this.#items.length < this.#size) {
      this.#put(this.#items.length, item)
      own.kept++
    } else if (!own.full) {
      const [label, largest] = this.#largest()
      this.#put(this.#placeOf(label, this.#integer(largest.kept)), item)
      largest.kept--
      own.kept++
    } else if (this.#integer(own.seen) < own.kept) {
      this.#put(this.#placeOf(this.#classOf(item.label), this.#integer(own.kept)), item)
    }
    if (this.#items.length < this.#size) return
    const [, { kept }] = this.#largest()
    for (const count of this.#classes.values()) if (count.kept === kept) count.full = true
  }

  #countOf(label: number): ClassCount {
    let count = this.#classes.get(label)
    if (count === undefined) this.#classes.set(label, (count = { seen: 0, kept: 0, full: false }))
    return count
  }

  #largest(): readonly [label: number, count: ClassCount] {
    let found: readonly [number, ClassCount] | null = null
    for (const entry of this.#classes) {
      const more = found === null ? 1 : entry[1].kept - found[1].kept
      if (more > 0 || (more === 0 && entry[0] < found![0])) found = entry
    }
    return found!
  }

  /** Where the k-th event of a class is. */
  #placeOf(label: number, k: number): number {
    let left = k
    for (let place = 0; ; place++) {
      if (this.#classOf(this.#items[place]!.label) === label && left-- === 0) return place
    }
  }

  #put(place: number, item: Remembered): void {
    this.#items[place] = item
    this.#published = null
  }

  #integer(below: number): number {
    return this.#random.integer(this.#draws++, below)
  }

  /** Immutable; its list of events is the same object while it does not change. */
  get state(): ReservoirState {
    this.#published ??= Object.freeze([...this.#items])
    const classes = [...this.#classes].sort(([a], [b]) => a - b)
      .map(([label, { seen, full }]) => Object.freeze([label, seen, full] as const))
    return Object.freeze({
      seed: this.#seed, draws: this.#draws, seen: this.#seen, items: this.#published, classes: Object.freeze(classes),
    })
  }

  /** @throws ValueError when this is no state of such a reservoir. */
  check(state: unknown): void {
    const { seed, draws, seen, items, classes } = (state ?? {}) as Partial<ReservoirState>
    const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0
    const fits = Number.isFinite(seed) && isCount(draws) && isCount(seen) && Array.isArray(items)
      && items.length <= this.#size && items.every(isRemembered) && Array.isArray(classes)
      && classes.every((entry) => Array.isArray(entry) && Number.isFinite(entry[0]) && isCount(entry[1]))
      && (!this.#balanced || items.every(({ label }) => classes.some(([own]) => own === this.#classOf(label))))
    if (fits) return
    throw new ValueError({
      what: 'this is no state of such a memory of events', where: 'Learner.restore', got: items?.length ?? typeof state,
      wanted: `at most ${this.#size} remembered events`, hint: 'Restore it with the same replay: reservoir({ .. }).',
    })
  }

  /** Goes over to a state, which `check` has accepted; without one it is empty. */
  restore(state: ReservoirState | undefined, seed: number): void {
    this.#seed = state?.seed ?? seed
    this.#random = randomOf(this.#seed)
    this.#draws = state?.draws ?? 0
    this.#seen = state?.seen ?? 0
    this.#items = [...(state?.items ?? [])]
    this.#published = null
    this.#classes.clear()
    for (const [label, seen, full] of state?.classes ?? []) this.#classes.set(label, { seen, kept: 0, full })
    if (this.#balanced) for (const { label } of this.#items) this.#countOf(this.#classOf(label)).kept++
  }
}

const randomOf = (seed: number): Rng => rng(seed, 'replay')
