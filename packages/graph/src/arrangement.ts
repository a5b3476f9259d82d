import { sizeOf } from '@eddy/tensor'
import type { Demand } from './demand.ts'
import { Leaf } from './parameter.ts'
import type { AnyNode } from './node.ts'
import type { Slot } from './slot.ts'
import type { Store } from './store.ts'

/** How f32 weights of linear layers are stored; 'auto' lets the zeros of their inputs decide. Changes no result. */
export type WeightLayout = 'auto' | 'rows' | 'columns'

/** A weight that may be stored by column, and the inputs it is multiplied with. */
export interface Candidate {
  readonly leaf: Leaf
  readonly input: AnyNode
}

const weightMin = 4096
const eventsBetween = 64
const samplesOfDecision = 8

/**
 * The weights that learning uses at one place only, where an operator can read them by column, and whose inputs need no
 * gradient.
 */
export function candidatesOf({ guarded, gradient }: Demand): Candidate[] {
  const uses = new Map<AnyNode, { readonly consumer: AnyNode; readonly port: number }[]>()
  for (const consumer of guarded) {
    consumer.inputs.forEach((node, port) => {
      if (node instanceof Leaf) uses.set(node, [...(uses.get(node) ?? []), { consumer, port }])
    })
  }
  return [...uses].flatMap(([leaf, list]) => {
    const { consumer, port } = list[0]!
    const input = consumer.inputs[0]!
    const fits = list.length === 1 && (leaf as Leaf).growing === null && gradient.has(leaf) && !gradient.has(input)
      && readsColumns(consumer, port)
    return fits ? [{ leaf: leaf as Leaf, input }] : []
  })
}

export function readsColumns(consumer: AnyNode, port: number): boolean {
  return consumer.rule?.columns?.(consumer.inputs.map(({ shape }) => shape), port) ?? false
}

/**
 * Looks at the inputs of some events, now and then, and has weights stored by column where enough of the inputs are
 * zero: an operator then leaves those out. The bits of all results are the same either way.
 */
export class Arrangement {
  readonly #store: Store
  readonly #candidates: readonly { readonly leaf: Leaf; readonly input: Slot; zeros: number }[]
  #events = 0
  #samples = 0

  constructor(store: Store, candidates: readonly Candidate[], slotOf: (node: AnyNode) => Slot) {
    this.#store = store
    this.#candidates = candidates
      .filter(({ leaf }) => sizeOf(leaf.shape) >= weightMin)
      .map(({ leaf, input }) => ({ leaf, input: slotOf(input), zeros: 0 }))
  }

  committed(count: number): void {
    if (this.#candidates.length > 0 && (this.#events += count) >= eventsBetween) this.#sample()
  }

  #sample(): void {
    this.#events = 0
    const { arena } = this.#store
    for (const candidate of this.#candidates) {
      const { at, dtype, size } = candidate.input
      const values = arena.array(dtype, at, size)
      let zeros = 0
      for (let i = 0; i < size; i++) if (values[i] === 0) zeros++
      candidate.zeros += zeros / size
    }
    if (++this.#samples === samplesOfDecision) this.#decide()
  }

  /** Between the two bounds everything stays as it is, so that it does not go to and fro. */
  #decide(): void {
    for (const candidate of this.#candidates) {
      const share = candidate.zeros / samplesOfDecision
      candidate.zeros = 0
      if (share > 0.5) this.#store.arrange(candidate.leaf, true)
      else if (share < 0.35) this.#store.arrange(candidate.leaf, false)
    }
    this.#samples = 0
  }
}
