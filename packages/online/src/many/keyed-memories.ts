import { ValueError } from '@eddy/tensor'
import { checkMemories } from '../feature-memories.ts'
import type { FeatureReader } from '../feature-reader.ts'
import type { Tenants } from './tenants.ts'

/** What encoders that remember know, by feature in ascending order of names: one state for each key. */
export type KeyedMemories = readonly (readonly [feature: string, states: readonly unknown[]])[]

/** What the encoders of these models remember, for a keyed learner's state; nothing when none does. */
export function keyedMemoriesOf(
  { memories, rooms }: Tenants, tenants: readonly number[],
): { readonly memories?: KeyedMemories } {
  if (memories === null) return {}
  return {
    memories: Object.freeze(rooms.reader.remembering.map(({ name }, k) => (
      Object.freeze([name, Object.freeze(tenants.map((tenant) => memories.of(tenant)[k]!.state))] as const)
    ))),
  }
}

/**
 * @throws GraphError when the memories are those of other features; ValueError when one is no such memory, or there are
 * not as many as keys.
 */
export function checkKeyedMemories(reader: FeatureReader, memories: KeyedMemories = [], count: number): void {
  const isList = Array.isArray(memories) && memories.every((entry) => (
    Array.isArray(entry) && Array.isArray(entry[1]) && entry[1].length === count
  ))
  if (!isList) {
    throw new ValueError({
      what: 'the memories do not fit', where: 'KeyedLearner.restore', got: memories,
      wanted: `${count} states of each feature that remembers`,
      hint: 'The state belongs to another model: restore only what snapshot() of such a learner gave.',
    })
  }
  for (let k = 0; k < count; k++) checkMemories(reader, memories.map(([name, states]) => [name, states[k]]))
  if (count > 0) return
  // Without any key the features have to be the same ones all the same.
  const empty = reader.newMemories()
  checkMemories(reader, memories.map(([name], k) => [name, empty[k]?.state]))
}
