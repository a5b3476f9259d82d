import { formatValue } from '@eddy/tensor'
import { GraphError } from './errors.ts'
import { residentLists } from './resident-lists.ts'
import { ResidentRows } from './resident-rows.ts'

/**
 * Events that are going to be learned from more than once: a replay, epochs over a window, a what-if run.
 *
 * `training.burst(resident(events))` asks `select` once for each event and keeps what it gave beside the model; handing
 * over the same list again then moves an address instead of copying numbers. The bits, the steps and the rejections
 * are those of `training.burst(events)`. One list is kept for each training, the last one, and at most 256 MiB of it;
 * where features have names that the model may not know yet, or while anybody taps, it is learned from as any other.
 *
 * @param events they must not change any more, nor what they refer to. The list is copied.
 * @returns a frozen list of the same events.
 * @throws GraphError when they are no list.
 *
 * @example
 * const day = resident(events)
 * for (let epoch = 0; epoch < 10; epoch++) training.burst(day)
 */
export function resident<E>(events: readonly E[]): readonly E[] {
  if (!Array.isArray(events)) {
    throw new GraphError(`got ${formatValue(events)}, wanted a list of events`, 'resident', 'Read them into an array')
  }
  const list = Object.freeze([...events])
  residentLists.set(list, (program, inputs) => new ResidentRows(program, inputs, list))
  return list
}
