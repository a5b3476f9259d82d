import { type Draft, produce } from 'immer'
import type { TrainingState } from '@eddy/graph'
import type { Tensor } from '@eddy/tensor'
import { checkKeys } from './keys.ts'

const empty: TrainingState = Object.freeze({
  step: 0, seed: 0, parameters: Object.freeze({}), slots: Object.freeze({}), buffers: Object.freeze({}), schedule: null,
})

/**
 * Publishes a state: a deeply frozen tree that shares every branch with `previous` that did not change.
 * A tensor is a leaf, replaced whole: Immer neither drafts nor freezes typed arrays, so none is ever written through a
 * draft. A tensor object itself is frozen; its `data` belongs to whoever received it and is never read back.
 * When nothing changed, `previous` itself is returned.
 * @throws KeyError (E_KEY) when a name is empty, `__proto__`, `constructor` or `prototype`.
 */
export function publish(previous: TrainingState | null, next: TrainingState): TrainingState {
  checkState(next)
  return produce(previous ?? empty, (draft) => writeState(draft, next))
}

/** Makes sure that every name in a state is plain data. @throws KeyError */
export function checkState({ parameters, slots, buffers }: TrainingState): void {
  checkKeys(parameters, 'parameters')
  checkKeys(buffers, 'buffers')
  checkKeys(slots, 'slots')
  for (const name of Object.keys(slots)) checkKeys(slots[name]!, `slots of ${name}`)
}

/** Makes a draft equal to `next`, assigning only what differs. */
export function writeState(draft: Draft<TrainingState>, next: TrainingState): void {
  const { step, seed, parameters, slots, buffers, schedule } = next
  draft.step = step
  draft.seed = seed
  draft.schedule = schedule
  writeTensors(draft.parameters as Tensors, parameters)
  writeTensors(draft.buffers as Tensors, buffers)
  const groups = draft.slots as Record<string, Tensors>
  dropOthers(groups, slots)
  for (const name of Object.keys(slots)) {
    if (!Object.hasOwn(groups, name)) groups[name] = {}
    writeTensors(groups[name]!, slots[name]!)
  }
}

type Tensors = Record<string, Tensor>

function writeTensors(draft: Tensors, next: Readonly<Tensors>): void {
  dropOthers(draft, next)
  for (const name of Object.keys(next)) {
    const tensor = next[name]!
    if (!Object.hasOwn(draft, name) || draft[name] !== tensor) draft[name] = Object.freeze(tensor)
  }
}

function dropOthers(draft: Record<string, unknown>, next: object): void {
  for (const name of Object.keys(draft)) if (!Object.hasOwn(next, name)) delete draft[name]
}
