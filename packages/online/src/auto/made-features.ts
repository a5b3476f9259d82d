import { ValueError } from '@eddy/tensor'
import type { Emit } from '../encoder.ts'
import type { Recollection } from '../feature-reader.ts'
import type { Features } from '../features.ts'
import { Field } from '../field.ts'
import type { Task } from '../task.ts'
import type { Saved } from './saved.ts'

type Row = Readonly<Record<string, unknown>>

/** One of them. */
export type Made = Field

/** Declared features that are made of other fields, or whose encoders remember, in ascending order of their names. */
export class MadeFeatures {
  readonly all: readonly Field[]
  readonly #remembering: readonly Field[]

  constructor(features: Features | null, task: Task) {
    const made = (features?.declared ?? []).filter(([, { fields, remember }]) => (
      fields !== undefined || remember !== undefined
    ))
    this.all = made.map(([name, encoder]) => {
      const field = new Field(name, encoder, features!)
      field.memory = encoder.remember?.(task) ?? null
      return field
    })
    this.#remembering = this.all.filter(({ memory }) => memory !== null)
  }

  has(name: string): boolean {
    return this.all.some((field) => field.name === name)
  }

  /** Hands over the numbers of one; what its memory made of the event earlier is taken from `recalled`. */
  read(field: Field, event: Row, learns: boolean, recalled: Recollection | null, emit: Emit): void {
    const { encoder, memory } = field
    const value = field.valueIn(event)
    if (memory === null) {
      encoder.encode(value, emit)
      return
    }
    if (learns) field.pending = value
    const numbers = recalled?.[this.#remembering.indexOf(field)]
    if (numbers === undefined) memory.encode(value, emit)
    else for (const [part, number, standardize] of numbers) emit(part, number, standardize)
  }

  /** What memories make of an event now, to learn it with when its label comes; null when there are none. */
  recollect(event: unknown): Recollection | null {
    if (this.#remembering.length === 0) return null
    return Object.freeze(this.#remembering.map((field) => {
      const numbers: Parameters<Emit>[] = []
      field.memory!.encode(field.valueIn(event as Row), (...number) => void numbers.push(number))
      return Object.freeze(numbers)
    }))
  }

  /** The event that was read last for learning was learned. */
  learn(label: number): void {
    for (const field of this.#remembering) {
      field.memory!.learn(field.pending, label)
      field.pending = undefined
    }
  }

  /** States of memories, by feature; nothing when there are none. */
  get state(): { readonly memories?: Saved } {
    if (this.#remembering.length === 0) return {}
    return { memories: this.#remembering.map(({ name, memory }) => [name, memory!.state as Saved]) }
  }

  /** @throws ValueError when these are no states of such memories. */
  restore(memories: unknown): void {
    const states = new Map(Array.isArray(memories) ? memories as readonly (readonly [string, unknown])[] : [])
    for (const { name, memory, encoder } of this.#remembering) {
      const state = states.get(name)
      if (state === undefined || !memory!.accepts(state)) {
        throw new ValueError({
          what: `this is nothing that ${encoder.name} remembers`, where: `autoModel restore, feature ${name}`,
          got: state, wanted: 'the state of an encoder with the same options',
          hint: 'Restore only what snapshot() of a model with the same features gave.',
        })
      }
      memory!.restore(state)
    }
  }
}
