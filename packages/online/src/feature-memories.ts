import { GraphError } from '@eddy/graph'
import { ValueError } from '@eddy/tensor'
import type { EncoderMemory } from './encoder.ts'
import type { FeatureReader } from './feature-reader.ts'
import type { Field } from './field.ts'
import type { LearnerState } from './learner-state.ts'

/** States of memories, by feature in ascending order of names. */
export type Memories = NonNullable<LearnerState['memories']>

/** What the encoders of a reader remember, for a learner's state; nothing when none does. */
export function memoriesOf({ remembering }: FeatureReader): { readonly memories?: Memories } {
  if (remembering.length === 0) return {}
  const entryOf = ({ name, memory }: Field): readonly [string, unknown] => Object.freeze([name, memory!.state] as const)
  return { memories: Object.freeze(remembering.map(entryOf)) }
}

/**
 * Looks whether memories like those of a reader take these states, and changes none of its own.
 * @throws GraphError when the memories are those of other features; ValueError when one is no such memory.
 */
export function checkMemories(reader: FeatureReader, memories: Memories = []): void {
  const { remembering } = reader
  const isList = Array.isArray(memories) && memories.every((entry) => Array.isArray(entry) && entry.length === 2)
  const isSame = isList && memories.length === remembering.length
    && remembering.every(({ name }, k) => name === memories[k]![0])
  if (!isSame) {
    throw new GraphError(
      'the state has other features that remember than this learner', 'Learner.restore',
      'The state belongs to another model: build what wrote it, with the same features and standardizeTarget',
    )
  }
  const others = reader.newMemories()
  remembering.forEach(({ name, encoder }, k) => {
    if (takes(others[k]!, memories[k]![1])) return
    throw new ValueError({
      what: `this is nothing that ${encoder.name} remembers`, where: name, got: memories[k]![1],
      wanted: 'the state of an encoder with the same options', hint: 'Restore only what snapshot() gave.',
    })
  })
}

/** What a memory accepts may still be broken deep inside: then it fails to go over to it, or to say what it knows. */
function takes(memory: EncoderMemory, state: unknown): boolean {
  try {
    if (!memory.accepts(state)) return false
    memory.restore(state)
    void memory.state
    return true
  } catch {
    return false
  }
}

/** Goes back, or over, to memories that were accepted. */
export function restoreMemories({ remembering }: FeatureReader, memories: Memories = []): void {
  remembering.forEach(({ memory }, k) => memory!.restore(memories[k]![1]))
}
