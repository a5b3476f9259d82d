import { bytesOf, pairs } from '@eddy/kernels'
import type { Assignment } from './assignment.ts'
import type { Watched } from './magnitudes.ts'
import type { Gradient } from './operator.ts'
import { Leaf } from './parameter.ts'
import type { Program } from './program.ts'
import type { Slot } from './slot.ts'
import type { Store } from './store.ts'

/** Elements that the update of one event writes. */
export interface Region {
  readonly leaf: Leaf
  readonly dtype: Slot['dtype']
  readonly at: number
  readonly n: number
  readonly limit: number
}

/** What the update section writes of one leaf: its slots as a whole, or those rows of them that the event names. */
export interface Written {
  readonly leaf: Leaf
  readonly slots: readonly Watched[]
  readonly rows: (() => readonly number[]) | null
}

/** Everything that the update section of a program writes. */
export function writtenBy(program: Program, assignments: readonly Assignment[]): readonly Written[] {
  const { store, targets, demand, values } = program
  const written = targets.map(({ leaf, gradient, group }): Written => ({
    leaf, slots: store.watchedOf(leaf),
    rows: assignments[group]!.optimizer.local === true ? rowsOfGradient(store, gradient) : null,
  }))
  for (const { inputs, rule } of demand.guarded) {
    if (rule?.commit === undefined) continue
    const rows = rule.commits === 'rows' ? rowsOfPairs(store, values.get(inputs[0]!)!) : null
    for (const leaf of inputs) {
      if (leaf instanceof Leaf && leaf.role === 'buffer') written.push({ leaf, slots: store.watchedOf(leaf), rows })
    }
  }
  return written
}

/** The elements that the update of the event in flight is going to write, or has just written. */
export function regionsOf(written: readonly Written[]): Region[] {
  return written.flatMap(({ leaf, slots, rows }) => {
    const chosen = rows?.() ?? null
    return slots.flatMap(({ slot: { at, dtype, size, shape }, limit }): Region[] => {
      const n = size / Math.max(1, shape[0] ?? 1)
      return chosen?.map((row) => ({ leaf, dtype, at: at + row * n * bytesOf[dtype], n, limit }))
        ?? [{ leaf, dtype, at, n: size, limit }]
    })
  })
}

function rowsOfGradient(store: Store, gradient: Gradient): Written['rows'] {
  if (gradient.kind === 'rows') return rowsOfPairs(store, gradient.pairs)
  if (gradient.kind !== 'lookup') return null
  const { dtype, at, size } = gradient.index
  return () => [...store.arena.array(dtype, at, size)]
}

function rowsOfPairs({ arena }: Store, { at }: Slot): () => readonly number[] {
  return () => {
    const first = pairs.indices(at) >>> 2
    return [...arena.i32.subarray(first, first + arena.i32[at >>> 2]!)]
  }
}
