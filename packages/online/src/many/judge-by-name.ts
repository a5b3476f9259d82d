import { ValueError } from '@eddy/tensor'
import { areClasses } from '../class-axis.ts'
import type { Judge, PrequentialState, Report } from '../prequential.ts'
import type { Label } from '../target.ts'

/** Further classes share the last number. */
const classesMax = 2 ** 16

/**
 * Judges the predictions of models that number their classes differently: each class has one number here, by its name,
 * in order of first sight. A class that a model has not met had probability 0.
 */
export class JudgeByName<K extends string> implements Judge<ArrayLike<number>, K> {
  readonly #judge: Judge<ArrayLike<number>, K>
  readonly #numbers = new Map<Label, number>()
  /** The classes of the model that has predicted last, by its numbers; the label's is among them. */
  classes: readonly Label[] = []

  constructor(judge: Judge<ArrayLike<number>, K>) {
    this.#judge = judge
  }

  /** All classes by number. */
  get names(): readonly Label[] {
    return Object.freeze([...this.#numbers.keys()])
  }

  get state(): PrequentialState {
    return this.#judge.state
  }

  update(prediction: ArrayLike<number>, label: number): void {
    const number = this.#numberOf(this.classes[label]!)
    const shares: number[] = []
    for (let k = 0; k < prediction.length; k++) {
      const place = this.#numberOf(this.classes[k]!)
      while (shares.length <= place) shares.push(0)
      shares[place] = shares[place]! + prediction[k]!
    }
    this.#judge.update(shares, number)
  }

  report(): Report<K> {
    return this.#judge.report()
  }

  check(state: PrequentialState): void {
    this.#judge.check(state)
  }

  restore(state: PrequentialState): void {
    this.#judge.restore(state)
  }

  /** @throws ValueError when these are no distinct classes. */
  checkNames(names: unknown): void {
    if (areClasses(names) && names.length <= classesMax) return
    throw new ValueError({
      what: 'the classes that metrics know do not fit', where: 'restore', got: names, wanted: 'distinct names',
      hint: 'Restore only what snapshot() gave.',
    })
  }

  /** Gives the classes the numbers that they had. */
  number(names: readonly Label[]): void {
    this.#numbers.clear()
    for (const name of names) this.#numberOf(name)
  }

  #numberOf(name: Label): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    if (this.#numbers.size >= classesMax) return classesMax - 1
    this.#numbers.set(name, this.#numbers.size)
    return this.#numbers.size - 1
  }
}
