import type { Axis } from '@eddy/graph'
import { ValueError } from '@eddy/tensor'
import { Dictionary } from './dictionary.ts'

/** One name of an axis: a feature, and a part of it (a category) or null for the feature itself. */
export interface AxisName {
  readonly feature: string
  readonly part: string | null
  /** Whether the numbers of this slot are standardised. */
  readonly standardize: boolean
}

/** The slots of one feature. */
export interface FeatureSlots {
  readonly feature: string
  /** Slot of the feature itself, -1 without one. */
  whole: number
  parts: Dictionary<number>
}

/** Shared by all features that have no parts; never added to. */
const noParts = new Dictionary<number>()

export interface NamedAxisOptions {
  /** Slots before the first name, for hash tables; default 0. */
  readonly base?: number
  /** Most names; further ones are counted in `overflow` and contribute nothing. Default 2^20. */
  readonly namesMax?: number
  /** Pairs to make room for at first; default 1. */
  readonly pairs?: number
}

/**
 * Names and their slots, in order of first sight. A slot never moves.
 *
 *     slot   0 ..... base - 1 | base ..... | .......... size - 1
 *            hash tables      | kept names | names of the event in flight
 *
 * Names are tentative until `commit`: an event that is rejected takes them with it. Names are keys of Maps, never
 * object properties, so '', '__proto__' and 'constructor' are names like any other.
 */
export class NamedAxis implements Axis {
  readonly base: number
  readonly namesMax: number
  pairs: number
  /** Names that found no room. */
  overflow = 0
  /** Another number whenever a feature has got its first name or lost its last one. */
  version = 0
  readonly #features = new Dictionary<FeatureSlots>()
  readonly #names: AxisName[] = []
  #kept = 0
  #published: readonly AxisName[] = Object.freeze([])

  constructor({ base = 0, namesMax = 2 ** 20, pairs = 1 }: NamedAxisOptions = {}) {
    if (!Number.isInteger(namesMax) || namesMax < 1 || namesMax > 2 ** 27) {
      throw new ValueError({
        what: 'the number of names is out of range', where: 'features', got: namesMax,
        wanted: 'an integer from 1 to 2^27', hint: 'Leave namesMax out for 2^20.',
      })
    }
    this.base = base
    this.namesMax = namesMax
    this.pairs = pairs
  }

  get size(): number {
    return this.base + this.#names.length
  }

  get isFull(): boolean {
    return this.#names.length >= this.namesMax
  }

  /** How many names are kept: `names.length`, without making the list. */
  get count(): number {
    return this.#kept
  }

  /** The kept names by slot, immutable; the same array as long as no name is added. */
  get names(): readonly AxisName[] {
    if (this.#published.length !== this.#kept) this.#published = Object.freeze(this.#names.slice(0, this.#kept))
    return this.#published
  }

  /** The names of the event in flight. */
  get tentative(): readonly AxisName[] {
    return this.#names.slice(this.#kept)
  }

  /** Kept names, and those of the event in flight, which has rows already. */
  get present(): readonly AxisName[] {
    return this.#names.length === this.#kept ? this.names : Object.freeze([...this.#names])
  }

  /** The slots of a feature; undefined when none of its names is known. */
  feature(name: string): FeatureSlots | undefined {
    return this.#features.get(name)
  }

  isStandardized(slot: number): boolean {
    return slot >= this.base && this.#names[slot - this.base]?.standardize === true
  }

  /** The slot of a name, given one when it is new; -1 when the axis is full. */
  add(feature: string, part: string | null, standardize: boolean): number {
    let slots = this.#features.get(feature)
    const known = slots === undefined ? undefined : part === null ? slots.whole : slots.parts.get(part)
    if (known !== undefined && known >= 0) return known
    if (this.#names.length >= this.namesMax) {
      this.overflow++
      return -1
    }
    if (slots === undefined) {
      this.#features.add(feature, (slots = { feature, whole: -1, parts: noParts }))
      this.version++
    }
    const slot = this.size
    this.#names.push(Object.freeze({ feature, part, standardize }))
    if (part === null) slots.whole = slot
    else {
      if (slots.parts === noParts) slots.parts = new Dictionary()
      slots.parts.add(part, slot)
    }
    return slot
  }

  /** Keeps the names that were added. */
  commit(): void {
    this.#kept = this.#names.length
  }

  /** Takes back the names that were added since the last `commit`; whether there were any. */
  rollback(): boolean {
    if (this.#names.length === this.#kept) return false
    this.#shrinkTo(this.#kept)
    return true
  }

  /** @throws ValueError when these are no distinct names, or too many. */
  check(names: readonly AxisName[]): void {
    if (names !== this.#published) checkNames(names, this.namesMax)
  }

  /** Makes the kept names exactly these, which `check` has accepted. */
  restore(names: readonly AxisName[]): void {
    this.rollback()
    if (names === this.names) return
    let same = 0
    while (same < this.#kept && same < names.length && isSame(names[same]!, this.#names[same]!)) same++
    this.#shrinkTo(same)
    for (const { feature, part, standardize } of names.slice(same)) this.add(feature, part, standardize)
    this.commit()
  }

  #shrinkTo(count: number): void {
    while (this.#names.length > count) {
      const { feature, part } = this.#names.pop()!
      const slots = this.#features.get(feature)!
      if (part === null) slots.whole = -1
      else slots.parts.delete(part)
      if (slots.whole >= 0 || slots.parts.size > 0) continue
      this.#features.delete(feature)
      this.version++
    }
    this.#kept = count
    if (this.#published.length > count) this.#published = Object.freeze([])
  }
}

function isSame(a: AxisName, b: AxisName): boolean {
  return a === b || (a.feature === b.feature && a.part === b.part && a.standardize === b.standardize)
}

function checkNames(names: readonly AxisName[], namesMax: number): void {
  const seen = new Map<string, Set<string | null>>()
  const isName = (name: AxisName | null | undefined): boolean => {
    const { feature, part, standardize } = name ?? {} as Partial<AxisName>
    const isText = typeof feature === 'string' && (part === null || typeof part === 'string')
    if (!isText || typeof standardize !== 'boolean') return false
    const parts = seen.get(feature) ?? new Set()
    seen.set(feature, parts)
    return parts.size < parts.add(part).size
  }
  const fits = Array.isArray(names) && names.length <= namesMax
  const at = fits ? names.findIndex((name) => !isName(name)) : 0
  if (!fits || at >= 0) {
    throw new ValueError({
      what: 'this is no list of distinct names', where: 'NamedAxis.restore', got: fits ? names[at] : names,
      wanted: `at most ${namesMax} distinct { feature, part, standardize }`, hint: 'Restore only what snapshot() gave.',
    })
  }
}
