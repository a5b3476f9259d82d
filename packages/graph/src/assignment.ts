import type { AnyNode } from './node.ts'
import type { Optimizer } from './optimizer.ts'
import type { Leaf } from './parameter.ts'

/** How far a training has come; survives runs. */
export interface Progress {
  step: number
  schedule: unknown
}

/** A loss, who updates its parameters, and how far it has come. */
export interface Assignment {
  readonly loss: AnyNode
  readonly optimizer: Optimizer
  readonly parameters: readonly Leaf[]
  readonly progress: Progress
}
