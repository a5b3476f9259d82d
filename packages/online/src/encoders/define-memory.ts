import { ValueError } from '@eddy/tensor'
import type { Emit, Encoder, EncoderMemory } from '../encoder.ts'
import { checkOptions } from '../known-options.ts'
import type { Task } from '../task.ts'

/** An encoder that remembers, as a pure state machine over the events that were learned. */
export interface MemoryDefinition<S> extends Omit<Encoder, 'encode' | 'remember' | 'missing' | 'absent'> {
  /** What is known before the first event: plain data, as every state. */
  readonly initial: S
  /** The numbers of a value, undefined when it is missing, from what is known. @throws BadValueError, by `refuse`. */
  readonly encode: (value: unknown, emit: Emit, state: S) => void
  /** What is known after an event that was learned; `label` as in `EncoderMemory.learn`. Writes into nothing. */
  readonly learn: (state: S, value: unknown, label: number) => S
  /** Whether something is such a state, when a learner is restored; default: any is. */
  readonly isState?: (state: unknown) => boolean
}

const parts = [
  'name', 'standardize', 'table', 'limit', 'fields', 'period', 'initial', 'encode', 'learn', 'isState',
]

/**
 * Makes an encoder with memory. What it knows is part of the learner's snapshot, and changes only with events that were
 * learned: one that is rejected, or only predicted, leaves no trace.
 * @throws ValueError for a part that there is not, and when `encode` or `learn` is missing.
 *
 * @example
 * const change = defineMemory<number | null>({
 *   name: 'change', standardize: true, initial: null,
 *   encode: (x, emit, before) => {
 *     const now = x === undefined ? null : finiteNumber(x)
 *     if (now !== null && before !== null) emit(null, now - before)
 *   },
 *   learn: (before, x) => x ?? before,
 * })
 */
export function defineMemory<S>(definition: MemoryDefinition<S>): Encoder {
  checkOptions('defineMemory', definition, parts)
  const { name, standardize, table, limit, fields, encode, initial } = definition
  for (const part of ['encode', 'learn'] as const) {
    if (typeof definition[part] === 'function') continue
    throw new ValueError({
      what: `${part} is missing`, where: 'defineMemory', got: definition[part], wanted: 'a function',
      hint: part === 'encode' ? 'encode: (value, emit, state) => emit(null, ...)' : 'learn: (state, value) => the next',
    })
  }
  return Object.freeze({
    name, standardize, ...(table && { table }), ...(limit && { limit }), ...(fields && { fields }),
    encode: (value: unknown, emit: Emit) => encode(value, emit, initial),
    remember: () => new PureMemory(definition),
  })
}

class PureMemory<S> implements EncoderMemory {
  readonly #definition: MemoryDefinition<S>
  #state: S

  constructor(definition: MemoryDefinition<S>) {
    this.#definition = definition
    this.#state = definition.initial
  }

  get state(): S {
    return this.#state
  }

  encode(value: unknown, emit: Emit): void {
    this.#definition.encode(value, emit, this.#state)
  }

  learn(value: unknown, label: number): void {
    this.#state = this.#definition.learn(this.#state, value, label)
  }

  accepts(state: unknown): boolean {
    return this.#definition.isState?.(state) ?? true
  }

  restore(state: unknown): void {
    this.#state = state as S
  }
}

/** An encoder whose memory is an object of its own kind; as it encodes before the first event without a learner. */
export function withMemory(
  facts: Omit<Encoder, 'encode' | 'remember'>, remember: (task: Task) => EncoderMemory,
): Encoder {
  return Object.freeze({
    ...facts, remember, encode: (value: unknown, emit: Emit) => remember('regression').encode(value, emit),
  })
}
