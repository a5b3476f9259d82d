import { ancestors, type AnyNode } from '@eddy/graph'
import type { LearnerLoss, LearnerOptions } from './options.ts'
import type { NamedAxis } from './named-axis.ts'
import type { Label } from './target.ts'

/** So many names may still be given when events are read together. */
const spare = 2 ** 15

/**
 * Whether what is read of an event depends on it, on names and on parameters alone: then those behind it may be read
 * before it is learned. Memories, classes that are met, counts of classes, replays and shared slots depend on more; a
 * lens may hold an event back.
 */
export function isPlain<E, K extends string>(
  options: LearnerOptions<E, LearnerLoss, Label, K>, loss: AnyNode,
): boolean {
  const { features: { remembers, tables }, replay, classes, classWeights } = options
  if (ancestors([loss]).some(({ role }) => role === 'lens')) return false
  return !remembers && tables.length === 0 && replay === undefined && classes !== 'open' && classWeights === undefined
}

/** A name that finds no room is counted whenever it is read, and what is read together may be read twice. */
export function hasRoom({ namesMax, count }: NamedAxis): boolean {
  return namesMax - count > spare
}
