import { EventError } from '@eddy/graph'
import { formatValue, ValueError } from '@eddy/tensor'
import type { Label } from '../target.ts'
import { classesMax } from './branches.ts'

/**
 * The classes, numbered in order of first sight unless they are named beforehand. Two classes given as numbers or
 * booleans are 0 and 1, false and true.
 */
export class ClassLabels {
  readonly isBinary: boolean
  /** Whether there can be further classes. */
  readonly isOpen: boolean
  /** Labels that found no room. */
  refused = 0
  readonly #names: Label[] = []
  readonly #numbers = new Map<Label, number>()

  /** @throws ValueError when the classes are not different, too many, or not two for two. */
  constructor(isBinary: boolean, declared: readonly Label[] | undefined) {
    this.isBinary = isBinary
    this.isOpen = declared === undefined && !isBinary
    const most = isBinary ? 2 : classesMax
    if (declared === undefined) return
    for (const name of declared) this.add(name)
    const fits = this.#numbers.size === declared.length && declared.length <= most && declared.length >= 2
    if (fits && (!isBinary || declared.length === 2)) return
    throw new ValueError({
      what: 'the classes do not suit the task', where: 'autoModel', got: declared,
      wanted: isBinary ? '2 different ones' : `2 to ${most} different ones`,
      hint: 'Leave them out: they are then taken from the stream.',
    })
  }

  /** Classes that probabilities are given for. */
  get count(): number {
    return this.isBinary ? 2 : this.#names.length
  }

  get names(): readonly Label[] {
    return Object.freeze([...this.#names])
  }

  /** The name of a class; of two, those not met yet are 0 and 1. */
  name(number: number): Label {
    return this.#names[number] ?? number
  }

  /**
   * The number of a label: for one not met yet the next one, which `add` then gives it.
   * @throws EventError when it is no label, or there are too many.
   */
  numberOf(label: unknown): number {
    if (this.isBinary && this.#names.length === 0 && (label === 0 || label === 1 || typeof label === 'boolean')) {
      return Number(label)
    }
    const known = this.#numbers.get(label as Label)
    if (known !== undefined) return known
    const isLabel = typeof label === 'string' || typeof label === 'boolean'
      || (typeof label === 'number' && Number.isFinite(label))
    const most = this.isOpen ? classesMax : this.isBinary ? 2 : this.#names.length
    if (isLabel && this.#names.length < most) return this.#names.length
    if (!isLabel) {
      const hint = 'Filter out events without a label'
      throw new EventError(`${formatValue(label)} as the target`, 'text, a finite number or a boolean', hint)
    }
    this.refused++
    throw new EventError(
      `${formatValue(label)} as the target`, `one of ${most} classes`,
      this.isBinary ? "Give task: 'multiclass' for more than two" : 'Group classes that are rare before',
    )
  }

  /** Keeps a label that has been learned. */
  add(label: Label): void {
    if (this.#numbers.has(label)) return
    if (this.isBinary && this.#names.length === 0 && (typeof label === 'boolean' || label === 0 || label === 1)) {
      const both = typeof label === 'boolean' ? [false, true] : [0, 1]
      both.forEach((name) => this.#add(name))
    } else this.#add(label)
  }

  #add(label: Label): void {
    this.#numbers.set(label, this.#names.length)
    this.#names.push(label)
  }

  restore(names: readonly Label[]): void {
    this.#names.length = 0
    this.#numbers.clear()
    for (const name of names) this.#add(name)
  }
}
