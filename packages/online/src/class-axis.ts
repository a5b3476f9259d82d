import { ValueError } from '@eddy/tensor'
import type { Label } from './target.ts'

/** Most classes when nothing is said. */
const classesUsual = 32
const classesLimit = 2 ** 16

/**
 * Classes and their numbers, in order of first sight; a number never moves. The class of an event is tentative until
 * `commit`: an event that is rejected takes it with it. 1, '1' and true are three classes, 0 and -0 are one.
 */
export class ClassAxis {
  readonly max: number
  /** Events whose class found no room. */
  refused = 0
  readonly #names: Label[] = []
  readonly #numbers = new Map<Label, number>()
  #published: readonly Label[] = Object.freeze([])

  /** @throws ValueError when `max` is out of range. */
  constructor(max: number = classesUsual) {
    if (!Number.isInteger(max) || max < 2 || max > classesLimit) {
      throw new ValueError({
        what: 'the number of classes is out of range', where: 'learner', got: max,
        wanted: `an integer from 2 to ${classesLimit}`, hint: `Leave classesMax out for ${classesUsual}.`,
      })
    }
    this.max = max
  }

  /** Classes that a loss is over: those that are kept and that of the event in flight; 1 before there is any. */
  get size(): number {
    return Math.max(1, this.#names.length)
  }

  /** The kept classes by number, immutable; the same array as long as none is added. */
  get names(): readonly Label[] {
    return this.#published
  }

  /** The class of the event in flight, when it is new. */
  get tentative(): readonly Label[] {
    return this.#names.slice(this.#published.length)
  }

  /** The number of a class, given one when it is new; -1 when there is no room. */
  numberOf(name: Label): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    if (this.#names.length >= this.max) {
      this.refused++
      return -1
    }
    this.#numbers.set(name, this.#names.length)
    return this.#names.push(typeof name === 'number' ? name + 0 : name) - 1
  }

  /** The class of a number that `numberOf` has given. */
  nameOf(number: number): Label {
    return this.#names[number]!
  }

  /** Keeps the class that was added, if there was one. */
  commit(): void {
    if (this.#published.length !== this.#names.length) this.#published = Object.freeze([...this.#names])
  }

  /** Takes back the class that was added since the last `commit`; whether there was one. */
  rollback(): boolean {
    const had = this.#names.length > this.#published.length
    while (this.#names.length > this.#published.length) this.#numbers.delete(this.#names.pop()!)
    return had
  }

  /** @throws ValueError when these are no distinct classes, or too many. */
  check(names: unknown): void {
    if (areClasses(names) && names.length <= this.max) return
    throw new ValueError({
      what: 'this is no list of distinct classes', where: 'Learner.restore', got: names,
      wanted: `at most ${this.max} different ones`, hint: 'Raise classesMax, if there are more.',
    })
  }

  /** Makes the kept classes exactly these, which `check` has accepted; whether there is another number of them. */
  restore(names: readonly Label[]): boolean {
    const before = this.#names.length
    if (names === this.#published && names.length === before) return false
    this.#names.length = 0
    this.#numbers.clear()
    for (const name of names) this.numberOf(name)
    this.#published = Object.freeze([...this.#names])
    return names.length !== before
  }
}

/** Whether this is a list of different classes. */
export function areClasses(names: unknown): names is readonly Label[] {
  const isClass = (name: unknown): boolean => (
    typeof name === 'string' || typeof name === 'boolean' || Number.isFinite(name)
  )
  return Array.isArray(names) && Array.from(names).every(isClass) && new Set(names).size === names.length
}
