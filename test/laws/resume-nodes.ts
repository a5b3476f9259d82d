import {
  type AnyNode, input, minimize, type Node, type Optimizer, parameter, type Step, type Training,
} from '@eddy/graph'
import * as nodes from '@eddy/nodes'
import { adam } from '@eddy/optim'
import { rng, type Shape, sizeOf, standardNormal, tensor } from '@eddy/tensor'
import { Subject } from 'rxjs'
import type { Stoppable } from './resume-law.ts'

type Any = Node<Shape>

/** Makes leaves of a graph: values of the event, or parameters. */
export class Leaves {
  readonly source = new Subject<number>()
  #count = 0

  /** Normal numbers, others at every event. */
  x(...shape: number[]): Any {
    const numbers = rng(7, 'x', this.#count++)
    const size = sizeOf(shape)
    const select = (k: number): number[] => (
      Array.from({ length: size }, (_, i) => standardNormal(numbers, k * size + i))
    )
    return input(this.source, { shape, select }) as Any
  }

  /** Whole numbers below `below`, others at every event. */
  labels(below: number, ...shape: number[]): Any {
    const numbers = rng(7, 'labels', this.#count++)
    const size = sizeOf(shape)
    const select = (k: number): number[] => Array.from({ length: size }, (_, i) => numbers.integer(k * size + i, below))
    return input(this.source, { shape, select }) as Any
  }

  /** Numbers between `low` and `high`. */
  between(low: number, high: number, ...shape: number[]): Any {
    const numbers = rng(7, 'between', this.#count++)
    const size = sizeOf(shape)
    return input(this.source, {
      shape,
      select: (k: number) => Array.from({ length: size }, (_, i) => low + (high - low) * numbers.uniform(k * size + i)),
    }) as Any
  }

  /** Sparse pairs of a vector of `width`, `capacity` of them. */
  pairs(width: number, capacity: number): Any {
    const numbers = rng(7, 'pairs', this.#count++)
    return input(this.source, {
      shape: [width], pairs: capacity, select: (k: number) => ({
        indices: Array.from({ length: capacity }, (_, i) => numbers.integer(2 * (k * capacity + i), width)),
        values: Array.from({ length: capacity }, (_, i) => standardNormal(numbers, 2 * (k * capacity + i) + 1)),
      }),
    }) as unknown as Any
  }

  p(...shape: number[]): Any {
    const numbers = rng(8, 'p', this.#count++)
    return parameter(tensor(Array.from({ length: sizeOf(shape) }, (_, i) => standardNormal(numbers, i)), shape)) as Any
  }
}

/** A training on the sum of all elements of a node, squared, that can be stopped. */
export function trained(node: AnyNode, leaves: Leaves, optimizer: Optimizer = adam({ learningRate: 0.01 })): Stoppable {
  const own = nodes.square(nodes.sub(leaves.p(), leaves.x()))
  const loss = nodes.add(nodes.sum(nodes.square(node as Any)), own) as Node<[]>
  return stoppable(leaves.source, loss.pipe(minimize(optimizer, { seed: 3 })))
}

/** A training whose events are the numbers 0, 1, 2, ... */
export function stoppable(source: Subject<number>, training: Training): Stoppable {
  let seen: Step | null = null
  let reason: string | null = null
  training.rejected$.subscribe((rejection) => void (reason = rejection.reason))
  training.subscribe((step) => void (seen = step))
  return {
    learn(k) {
      seen = reason = null
      source.next(k)
      return { loss: (seen as Step | null)?.loss ?? null, reason }
    },
    snapshot: () => training.snapshot(),
    restore: (state) => training.restore(state as never),
  }
}
