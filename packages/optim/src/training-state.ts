import type { TrainingState } from '@eddy/graph'
import { checkKeys } from './keys.ts'

/**
 * Publishes a state: a deeply frozen tree that shares every branch with `previous` that did not change.
 * A tensor is a leaf, replaced whole, and frozen itself; its `data` belongs to whoever received it and is never read
 * back. When nothing changed, `previous` itself is returned.
 * @throws KeyError (E_KEY) when a name is empty, `__proto__`, `constructor` or `prototype`.
 */
export function publish(previous: TrainingState | null, next: TrainingState): TrainingState {
  checkState(next)
  const { step, seed, schedule, parameters, buffers } = next
  const slots = Object.fromEntries(Object.entries(next.slots).map(([name, tensors]) => {
    const before = previous !== null && Object.hasOwn(previous.slots, name) ? previous.slots[name] : null
    return [name, shared(before, tensors)]
  }))
  return frozen(shared(previous, {
    step, seed, schedule, slots: shared(previous?.slots, slots),
    parameters: shared(previous?.parameters, parameters), buffers: shared(previous?.buffers, buffers),
  }))
}

/** Makes sure that every name in a state is plain data. @throws KeyError */
export function checkState({ parameters, slots, buffers }: TrainingState): void {
  checkKeys(parameters, 'parameters')
  checkKeys(buffers, 'buffers')
  checkKeys(slots, 'slots')
  for (const name of Object.keys(slots)) checkKeys(slots[name]!, `slots of ${name}`)
}

/** `before` if it has the very entries of `next`, else a copy of `next`. */
function shared<T extends object>(before: T | null | undefined, next: T): T {
  const names = Object.keys(next) as (keyof T)[]
  const same = before && Object.keys(before).length === names.length
    && names.every((name) => Object.hasOwn(before, name) && Object.is(before[name], next[name]))
  return same ? before : { ...next }
}

/** Freezes plain data and tensors, in place. What is frozen already is so to its leaves. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return value
  Object.values(value).forEach(frozen)
  return Object.freeze(value)
}
