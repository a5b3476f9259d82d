import { ValueError } from '@eddy/tensor'
import type { Emit, Encoder, EncoderMemory } from '../encoder.ts'
import type { Task } from '../task.ts'
import { withMemory } from './define-memory.ts'
import { type FieldNames, fieldList, keyText } from './key-text.ts'
import { KeyedMemory } from './keyed-memory.ts'
import { checkOptions } from '../known-options.ts'

export interface TargetMeanOptions {
  /** The labels of all events weigh as much as so many of the key's; 0 or more, default 10. */
  readonly smoothing?: number
  /** Most keys; the one not learned from for longest is forgotten. Default 10,000. */
  readonly capacity?: number
  /** Default true. */
  readonly standardize?: boolean
}

/**
 * What labels were like for the same value of a field, or of several together: the mean label; of more than two
 * classes, the share of each. It never peeks: only labels that were learned before count, with delayed labels those
 * that have come.
 * Formula: (sum of the key's labels + smoothing x mean of all labels) / (number of the key's labels + smoothing).
 * Edge: a key without labels has the mean of all; before the first label, and without a key, it contributes nothing.
 * State/cost: two numbers for each key (of more than two classes, one more than classes), in the learner's snapshot.
 * Source: Micci-Barreca 2001, with a constant weight; taken in order of events, so that no event sees its own label.
 * @throws GraphError for no field, ValueError when an option is out of range.
 * @example features({ usualDelay: targetMean(['carrier', 'origin']), seller: categorical() })
 */
export function targetMean(by: FieldNames, options: TargetMeanOptions = {}): Encoder {
  checkOptions('targetMean', options, ['smoothing', 'capacity', 'standardize'])
  const { smoothing = 10, capacity = 10_000, standardize = true } = options
  const fields = Object.freeze(fieldList(by, 'targetMean'))
  if (!(smoothing >= 0 && smoothing <= 1e9)) {
    throw new ValueError({
      what: 'the smoothing is out of range', where: 'targetMean', got: smoothing, wanted: 'a number from 0 to 1e9',
      hint: 'Leave it out for 10.',
    })
  }
  const makeMemory = (): KeyedMemory => new KeyedMemory(capacity, 'targetMean')
  makeMemory()
  return withMemory(
    { name: 'targetMean', standardize, fields },
    (task) => new TargetMemory(makeMemory(), fields.length, smoothing, task),
  )
}

/** Lists of numbers: how many labels, then their sum; of several classes, how many of each. */
class TargetMemory implements EncoderMemory {
  readonly #memory: KeyedMemory
  readonly #keyCount: number
  readonly #smoothing: number
  readonly #isClass: boolean
  #all: readonly number[] = Object.freeze([0])
  #state: readonly [readonly number[], unknown] | null = null

  constructor(memory: KeyedMemory, keyCount: number, smoothing: number, task: Task) {
    this.#memory = memory
    this.#keyCount = keyCount
    this.#smoothing = smoothing
    this.#isClass = task === 'multiclass'
  }

  /** [of all labels, of each key] */
  get state(): unknown {
    return (this.#state ??= Object.freeze([Object.freeze(this.#all), this.#memory.state] as const))
  }

  encode(value: unknown, emit: Emit): void {
    const key = keyText(value as readonly unknown[], this.#keyCount)
    const [count] = this.#all as [number]
    if (key === null || count === 0) return
    const own = this.#memory.get(key) ?? none
    for (let k = 1; k < this.#all.length; k++) {
      const sum = (own[k] ?? 0) + this.#smoothing * this.#all[k]! / count
      const weight = own[0]! + this.#smoothing
      emit(this.#isClass ? `${k - 1}` : null, weight > 0 ? sum / weight : this.#all[k]! / count)
    }
  }

  learn(value: unknown, label: number): void {
    const key = keyText(value as readonly unknown[], this.#keyCount)
    this.#state = null
    this.#all = this.#with(this.#all, label)
    if (key !== null) this.#memory.set(key, this.#with(this.#memory.get(key) ?? none, label))
  }

  accepts(state: unknown): boolean {
    if (!Array.isArray(state) || state.length !== 2) return false
    const [all, keys] = state as [unknown, unknown]
    const fits = (numbers: readonly number[]): boolean => numbers.length >= 1 && (this.#isClass || numbers.length <= 2)
    return Array.isArray(all) && all.every(Number.isFinite) && fits(all as number[]) && this.#memory.accepts(keys, fits)
  }

  restore(state: unknown): void {
    const [all, keys] = state as readonly [readonly number[], unknown]
    this.#state = null
    this.#all = Object.freeze([...all])
    this.#memory.restore(keys)
  }

  /** The list with one label more. */
  #with(list: readonly number[], label: number): number[] {
    const next = list.slice()
    const place = this.#isClass ? 1 + label : 1
    while (next.length <= place) next.push(0)
    next[0] = next[0]! + 1
    next[place] = next[place]! + (this.#isClass ? 1 : label)
    return next
  }
}

const none: readonly number[] = Object.freeze([0])
