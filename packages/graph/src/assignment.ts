import { usesOf } from './demand.ts'
import { GraphError } from './errors.ts'
import type { AnyNode } from './node.ts'
import type { Optimizer } from './optimizer.ts'
import { Leaf } from './parameter.ts'

/** How far a training has come; survives runs. */
export interface Progress {
  step: number
  schedule: unknown
}

/** A loss, who minimizes it, and how far it has come. */
export interface Minimizer {
  readonly loss: AnyNode
  readonly optimizer: Optimizer
  readonly progress: Progress
}

/** And the parameters that it updates. */
export interface Assignment extends Minimizer {
  readonly parameters: readonly Leaf[]
}

/**
 * Who updates which parameters: of several minimizers with one optimizer, the first.
 * @throws GraphError when two optimizers would update one parameter.
 */
export function assignmentsOf(minimizers: readonly Minimizer[]): Assignment[] {
  const owner = new Map<Leaf, Minimizer>()
  for (const minimizer of minimizers) {
    for (const node of usesOf([minimizer.loss]).keys()) {
      if (!(node instanceof Leaf) || node.role !== 'parameter') continue
      const other = owner.get(node)
      if (other !== undefined && other.optimizer !== minimizer.optimizer) {
        throw new GraphError(
          `is updated by two optimizers, ${other.optimizer.name} and ${minimizer.optimizer.name}`, node.name,
          'Give both losses the same optimizer object, or stop one gradient: stopGradient(), frozen()',
        )
      }
      if (other === undefined) owner.set(node, minimizer)
    }
  }
  return minimizers.map((minimizer) => ({
    loss: minimizer.loss, optimizer: minimizer.optimizer, progress: minimizer.progress,
    parameters: [...owner].filter(([, who]) => who === minimizer).map(([leaf]) => leaf).sort((a, b) => a.id - b.id),
  }))
}
