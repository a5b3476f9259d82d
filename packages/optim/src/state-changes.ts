import { applyPatches, type Draft, enablePatches, type Patch, produceWithPatches } from 'immer'
import type { TrainingState } from '@eddy/graph'
import { EddyError, Tensor, ValueError } from '@eddy/tensor'
import { checkKey, checkKeys } from './keys.ts'
import { checkState } from './training-state.ts'

/** The difference between two states, both ways. A patch that changes a tensor carries the whole tensor. */
export interface StateChanges {
  readonly patches: readonly Patch[]
  /** Lead back from the next state to the previous one. */
  readonly inverse: readonly Patch[]
}

/** A patch that is not about a training state. */
export class PatchError extends EddyError {
  override readonly name = 'PatchError'
  readonly patch: unknown
  constructor(what: string, patch: Patch) {
    super('E_PATCH', `applyChanges: ${what}, at ${JSON.stringify(patch.path)}. Apply only patches made by changes().`)
    this.patch = patch
  }
}

/**
 * The patches that lead from one state to another, and back.
 * @example
 * const { patches, inverse } = changes(before, after)
 * applyChanges(applyChanges(before, patches), inverse)   // equals before, tensor by tensor the same objects
 * @throws KeyError when a name is not plain data.
 */
export function changes(previous: TrainingState, next: TrainingState): StateChanges {
  for (const state of [previous, next]) {
    if (typeof state?.parameters === 'object') continue
    throw new ValueError({
      what: 'this is no training state', where: 'changes', got: state, wanted: 'two of them',
      hint: 'training.snapshot() gives one.',
    })
  }
  enablePatches()
  checkState(next)
  const [, patches, inverse] = produceWithPatches(previous, (draft) => writeState(draft, next))
  return { patches, inverse }
}

/**
 * The state that patches lead to; `state` stays as it is.
 * @throws KeyError when a path or a value holds a name that is not plain data; PatchError when a patch leads elsewhere
 * than into this training state.
 */
export function applyChanges(state: TrainingState, patches: readonly Patch[]): TrainingState {
  enablePatches()
  for (const patch of patches) checkPatch(patch)
  try {
    return applyPatches(state, patches)
  } catch {
    return patches.reduce(applyOne, state)
  }
}

/** Says which patch it is that cannot be applied. */
function applyOne(state: TrainingState, patch: Patch): TrainingState {
  try {
    return applyPatches(state, [patch])
  } catch (error) {
    throw new PatchError(`this state has no such place (${error instanceof Error ? error.message : error})`, patch)
  }
}

/** Makes a draft equal to `next`, assigning only what differs. Immer neither drafts nor freezes tensors. */
function writeState(draft: Draft<TrainingState>, next: TrainingState): void {
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

/** Depth at which a tensor stands, by root. */
const tensorDepth: Readonly<Record<string, number>> = { parameters: 2, buffers: 2, slots: 3 }

function checkPatch(patch: Patch): void {
  const [root, ...names] = patch.path
  for (const name of names) checkKey(String(name), 'applyChanges')
  if (root === 'step' || root === 'seed') {
    const fits = names.length === 0 && patch.op === 'replace' && typeof patch.value === 'number'
    if (!fits) throw new PatchError('a number is replaced by something else', patch)
    return
  }
  if (root === 'schedule') return
  if (typeof root !== 'string' || !Object.hasOwn(tensorDepth, root)) {
    throw new PatchError('no such part of a state', patch)
  }
  if (patch.op === 'remove' && names.length > 0 && patch.path.length <= tensorDepth[root]!) return
  if (!holdsTensors(patch.value, tensorDepth[root]! - patch.path.length)) {
    throw new PatchError('the value is no tensor, or stands at the wrong depth', patch)
  }
}

function holdsTensors(value: unknown, depth: number): boolean {
  if (depth === 0) return value instanceof Tensor
  if (depth < 0 || typeof value !== 'object' || value === null || value instanceof Tensor) return false
  checkKeys(value, 'applyChanges')
  return Object.values(value).every((inner) => holdsTensors(inner, depth - 1))
}
