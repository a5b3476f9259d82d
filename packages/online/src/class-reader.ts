import { formatValue, ValueError } from '@eddy/tensor'
import { likeliest, type Probabilities } from './metrics/probabilities.ts'
import { type ClassPrediction, OpenClassPrediction } from './prediction.ts'
import type { Label } from './target.ts'

/**
 * A prediction of any kind: a number, P(positive), the probabilities of classes, or just a class by its name; null:
 * none has been met yet, so none can be named.
 */
export type Guess =
  number | string | boolean | ArrayLike<number> | ClassPrediction<Label | null> | OpenClassPrediction | null

/** Numbers of classes from here on are taken for mistakes: counts would be as many. */
const classesMax = 2 ** 20

/**
 * Turns labels and predictions of classes into the numbers that metrics read. Classes that were not named beforehand
 * take the next number when they are first met, and keep it.
 */
export class ClassReader {
  readonly #numbers = new Map<Label, number>()
  readonly #isNamed: boolean
  readonly #certain: number[] = []

  constructor(classes: readonly Label[]) {
    for (const name of classes) this.#numberOf(name)
    this.#isNamed = classes.length > 0
  }

  /** Names by number. */
  get classes(): readonly Label[] {
    return Object.freeze([...this.#numbers.keys()])
  }

  /** The number of a label: its name's, or its own. Names and bare numbers should not be mixed. */
  label(label: Label): number {
    if (typeof label === 'boolean' && !this.#numbers.has(label) && !this.#isNamed) return Number(label)
    const isUsable = typeof label === 'string' || typeof label === 'boolean' || Number.isFinite(label)
    if (isUsable && (typeof label === 'string' || this.#isNamed)) return this.#numberOf(label)
    if (typeof label === 'number' && label >= 0 && label < classesMax) return label
    throw new ValueError({
      what: 'this label cannot be judged', where: 'evaluate', got: label,
      wanted: this.#isNamed ? 'the name of a class' : `a name, true, false, or a number from 0 to ${classesMax - 1}`,
      hint: 'Filter out events without a label; give larger numbers as classes: [...].',
    })
  }

  /** Whether a label is one of what was predicted, and of two names it is said which is the positive one. */
  check(prediction: Probabilities, label: number): void {
    if (typeof prediction === 'number' && !this.#isNamed && this.#numbers.size > 0) {
      throw new ValueError({
        what: 'it is not known which class P(positive) is about', where: 'evaluate', got: this.classes,
        wanted: 'the names of both', hint: 'Give classes: [negative, positive], in the order that the model has.',
      })
    }
    if (typeof prediction === 'number' ? label <= 1 : Number.isInteger(label)) return
    throw new ValueError({
      what: 'this label does not belong to this prediction', where: 'evaluate', got: label,
      wanted: typeof prediction === 'number' ? 'one from 0 to 1, as of any P(positive)' : 'the number of a class',
      hint: 'Of more than two classes, predict an array of probabilities or the name of a class.',
    })
  }

  /** Valid until the next call. */
  prediction(guess: Guess): Probabilities {
    if (typeof guess === 'number') {
      if (guess >= 0 && guess <= 1) return guess
    } else if (typeof guess === 'boolean' && !this.#numbers.has(guess)) return Number(guess)
    else if (typeof guess !== 'object') return this.#certainOf(this.#numberOf(guess))
    else if (isOpen(guess)) return this.#byName(guess)
    else if (guess === null) return nothing
    else {
      const probabilities = 'probabilities' in guess ? guess.probabilities : guess
      const isNamed = !('label' in guess) || guess.label !== null
      if (!isNamed && probabilities?.length === 0) return nothing
      if (probabilities != null && areProbabilities(probabilities)) {
        if ('label' in guess && isNamed) this.#checkOrder(guess.label!, likeliest(probabilities))
        return isNamed || probabilities.length > 1 ? probabilities : noClassYet
      }
    }
    throw new ValueError({
      what: 'this prediction cannot be judged', where: 'evaluate', got: guess,
      wanted: 'a probability, an array of probabilities, or the name of a class',
      hint: 'The number of a class is no prediction: give its name, or an array with 1 in its place.',
    })
  }

  /** What a prediction says of itself must agree with the numbers that labels have here: else every score is wrong. */
  #checkOrder(label: Label, place: number): void {
    const isNumber = typeof label !== 'string' && !this.#isNamed
    const number = this.#numbers.get(label) ?? (isNumber ? Number(label) : undefined)
    if (number === place) return
    const there = [...this.#numbers.keys()][place]
    if (number === undefined && there === undefined) return
    throw new ValueError({
      what: 'the probabilities are in another order than the classes', where: 'evaluate', got: label,
      wanted: `${there === undefined ? place : formatValue(there)}, the class in the place of the largest one`,
      hint: 'Give classes: the names in the order of the probabilities, those that the model was given.',
    })
  }

  #numberOf(name: Label): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    this.#numbers.set(name, this.#numbers.size)
    return this.#numbers.size - 1
  }

  /** The probabilities of classes by the numbers that labels have here. */
  #byName({ classes, probabilities }: Pick<OpenClassPrediction, 'classes' | 'probabilities'>): number[] {
    const shares: number[] = []
    classes.forEach((name, k) => {
      const number = this.label(name)
      while (shares.length <= number) shares.push(0)
      shares[number] = probabilities[k]!
    })
    return shares
  }

  #certainOf(number: number): number[] {
    this.#certain.fill(0)
    while (this.#certain.length < this.#numbers.size) this.#certain.push(0)
    this.#certain[number] = 1
    return this.#certain
  }
}

const nothing: readonly number[] = []
/** None is named, though there will be one: an automatic model's first prediction. */
const noClassYet: ArrayLike<number> = Object.freeze({ length: 0, 0: 1 })

/** Also one that lost its prototype on the way, as by `structuredClone`. */
function isOpen(guess: object | null): guess is OpenClassPrediction {
  return guess instanceof OpenClassPrediction
    || (guess !== null && 'classes' in guess && Array.isArray(guess.classes) && 'probabilities' in guess)
}

/** Rounding may carry one a little above 1. */
function areProbabilities(list: ArrayLike<number>): boolean {
  for (let k = 0; k < list.length; k++) if (!(list[k]! >= 0 && list[k]! <= 1 + 1e-6)) return false
  return list.length > 0
}
