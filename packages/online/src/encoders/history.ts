import { GraphError } from '@eddy/graph'
import { ValueError } from '@eddy/tensor'
import type { Emit, Encoder, EncoderMemory } from '../encoder.ts'
import type { Task } from '../task.ts'
import { withMemory } from './define-memory.ts'
import { finiteNumber } from './finite-number.ts'
import { type FieldNames, fieldList, keyText } from './key-text.ts'
import { KeyedMemory } from './keyed-memory.ts'

/** Of whom, and of what, an encoder of the past remembers numbers. */
export interface HistoryOptions {
  /** The field whose numbers are remembered; default: the label. */
  readonly of?: string
  /** The field, or fields, whose value says whose history it is; default: one history for all events. */
  readonly by?: FieldNames
  /** Most keys; the one not learned from for longest is forgotten. Default 10,000. */
  readonly capacity?: number
  /** Default true. */
  readonly standardize?: boolean
}

/** Emits what the past of one key says; `numbers` are oldest first, at least one. */
export type Recall = (numbers: readonly number[], emit: Emit) => void

/** Keys of events without one, when histories are kept by key, have none. */
const everyone = ''

/**
 * An encoder of the last `length` numbers of each key, of events learned before; the event's own is never seen.
 * @throws GraphError or ValueError when the options are not such.
 */
export function historyEncoder(name: string, options: HistoryOptions, length: number, recall: Recall): Encoder {
  const { of, by, capacity = 10_000, standardize = true } = options
  if (!Number.isInteger(length) || length < 1 || length > 10_000) {
    throw new ValueError({
      what: 'cannot look back so far', where: name, got: length, wanted: 'an integer from 1 to 10,000 learned events',
      hint: 'Each key keeps as many numbers.',
    })
  }
  const keys = by === undefined ? [] : fieldList(by, name)
  if (of !== undefined) fieldList(of, name)
  const makeMemory = (): KeyedMemory => new KeyedMemory(capacity, name)
  makeMemory()
  const fields = Object.freeze(of === undefined ? keys : [...keys, of])
  return withMemory({ name, standardize, fields }, (task) => {
    if (of === undefined) refuseClasses(task, name)
    return new History(makeMemory(), keys.length, of !== undefined, length, recall)
  })
}

export function refuseClasses(task: Task, where: string): void {
  if (task !== 'multiclass') return
  throw new GraphError(
    'would calculate with the numbers of classes, which are names', where, 'Give it a field: of, or take targetMean',
  )
}

class History implements EncoderMemory {
  readonly #memory: KeyedMemory
  readonly #keyCount: number
  readonly #hasField: boolean
  readonly #length: number
  readonly #recall: Recall

  constructor(memory: KeyedMemory, keyCount: number, hasField: boolean, length: number, recall: Recall) {
    this.#memory = memory
    this.#keyCount = keyCount
    this.#hasField = hasField
    this.#length = length
    this.#recall = recall
  }

  get state(): unknown {
    return this.#memory.state
  }

  encode(value: unknown, emit: Emit): void {
    const values = value as readonly unknown[]
    if (this.#hasField && values[this.#keyCount] !== undefined) finiteNumber(values[this.#keyCount])
    const key = this.#keyOf(values)
    const numbers = key === null ? undefined : this.#memory.get(key)
    if (numbers !== undefined) this.#recall(numbers, emit)
  }

  learn(value: unknown, label: number): void {
    const values = value as readonly unknown[]
    const key = this.#keyOf(values)
    const given = this.#hasField ? values[this.#keyCount] : label
    if (key === null || given === undefined) return
    const before = this.#memory.get(key) ?? []
    const numbers: number[] = []
    for (let k = before.length < this.#length ? 0 : 1; k < before.length; k++) numbers.push(before[k]!)
    numbers.push((given as number) + 0)
    this.#memory.set(key, numbers)
  }

  accepts(state: unknown): boolean {
    return this.#memory.accepts(state, ({ length }) => length >= 1 && length <= this.#length)
  }

  restore(state: unknown): void {
    this.#memory.restore(state)
  }

  #keyOf(values: readonly unknown[]): string | null {
    return this.#keyCount === 0 ? everyone : keyText(values, this.#keyCount)
  }
}
