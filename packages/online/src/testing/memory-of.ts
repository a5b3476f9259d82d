import type { Encoder } from '../encoder.ts'
import type { Task } from '../task.ts'

export type Emission = readonly [part: string | null, value: number]

/** An encoder with a memory of its own, outside a learner. */
export interface Remembering {
  /** What is emitted for a value now; nothing changes. */
  readonly at: (value: unknown) => Emission[]
  readonly learn: (value: unknown, label?: number) => void
  readonly state: () => unknown
  readonly accepts: (state: unknown) => boolean
  readonly restore: (state: unknown) => void
}

export function memoryOf(encoder: Encoder, task: Task = 'regression'): Remembering {
  const memory = encoder.remember!(task)
  const at = (value: unknown): Emission[] => {
    const all: Emission[] = []
    memory.encode(value, (part, x) => all.push([part, x]))
    return all
  }
  return {
    at,
    learn: (value, label = 0) => {
      at(value) // which refuses what cannot be learned
      memory.learn(value, label)
    },
    state: () => memory.state, accepts: (state) => memory.accepts(state), restore: (state) => memory.restore(state),
  }
}
