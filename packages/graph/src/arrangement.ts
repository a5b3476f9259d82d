import { sizeOf } from '@eddy/tensor'
import type { Demand, Use } from './demand.ts'
import type { Optimizer } from './optimizer.ts'
import { Leaf } from './parameter.ts'
import type { AnyNode } from './node.ts'
import type { Slot } from './slot.ts'
import type { Store } from './store.ts'

/**
 * How weights of linear layers are stored; 'auto' lets the zeros of their inputs decide (f32), and puts the optimizer
 * state of a sparse layer's table between its rows. With 'rows' all are stored row by row, their optimizer state apart.
 * Changes no result.
 */
export type WeightLayout = 'auto' | 'rows' | 'columns'

/** A weight that may be stored by column, and the inputs it is multiplied with. */
export interface Candidate {
  readonly leaf: Leaf
  readonly input: AnyNode
}

/** A parameter, and what updates it. */
interface Learned {
  readonly leaf: Leaf
  readonly optimizer: Pick<Optimizer, 'local' | 'slots'>
}

const weightMin = 4096
const eventsBetween = 64
const samplesOfDecision = 8

/** The parameters of fixed size that learning uses at one place only, which `reads` accepts. */
function usedOnce({ guarded, gradient }: Demand, reads: (consumer: AnyNode, port: number) => boolean): Candidate[] {
  const uses = new Map<Leaf, Use[]>()
  for (const consumer of guarded) {
    consumer.inputs.forEach((node, port) => {
      if (node instanceof Leaf) uses.set(node, [...(uses.get(node) ?? []), { consumer, port }])
    })
  }
  return [...uses].flatMap(([leaf, [{ consumer, port }, ...others]]) => (
    others.length === 0 && leaf.growing === null && gradient.has(leaf) && reads(consumer, port)
      ? [{ leaf, input: consumer.inputs[0]! }] : []
  ))
}

/**
 * How weights are stored from now on. Those that learning reads in a way that allows only for rows are stored by row
 * for good; tables of which an event updates a few rows have their optimizer state in between. Returns those that may
 * be stored by column (operators can read them so, and their inputs need no gradient), unless it is said how.
 */
export function arrange(
  store: Store, demand: Demand, learned: readonly Learned[], weights: WeightLayout,
): readonly Candidate[] {
  const tables = new Set(weights === 'rows' ? [] : usedOnce(demand, readsApart).map(({ leaf }) => leaf))
  const candidates = store.dtype === 'f64' ? []
    : usedOnce(demand, readsColumns).filter(({ input }) => !demand.gradient.has(input))
  const free = new Set([...tables, ...candidates.map(({ leaf }) => leaf)])
  for (const leaf of demand.guarded) if (leaf instanceof Leaf && !free.has(leaf)) store.pin(leaf)
  for (const each of learned) {
    if (each.optimizer.local !== true || !tables.has(each.leaf)) continue
    momentsOf(store, each)
    store.interleave(each.leaf)
  }
  if (weights === 'auto') return candidates
  for (const { leaf } of candidates) store.arrange(leaf, weights === 'columns')
  return []
}

/** The optimizer state beside a parameter. */
export function momentsOf(store: Store, { leaf, optimizer }: Learned): readonly Slot[] {
  return store.momentsOf(leaf, optimizer.slots(store.slotOf(leaf).shape))
}

function readsColumns(consumer: AnyNode, port: number): boolean {
  return consumer.rule?.columns?.(consumer.inputs.map(({ shape }) => shape), port) ?? false
}

function readsApart(consumer: AnyNode, port: number): boolean {
  return consumer.rule?.apart?.(port) ?? false
}

/** Whether an operator can read what stands there as it is stored. */
export function reads(consumer: AnyNode, port: number, { byColumn, apart }: Slot): boolean {
  return (byColumn !== true || readsColumns(consumer, port)) && (apart === undefined || readsApart(consumer, port))
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
