import type { Leaf, TrainingState } from '@eddy/graph'
import { type DType, Tensor, type TensorData, ValueError } from '@eddy/tensor'
import { checkState } from '../check-state.ts'
import { checkNumbers, checkSchedule } from '../check-training.ts'
import { areClasses } from '../class-axis.ts'
import type { AxisName } from '../named-axis.ts'
import type { PrequentialState } from '../prequential.ts'
import type { Label } from '../target.ts'
import { type Part, partOf } from './image.ts'
import { checkKeyedMemories, type KeyedMemories, keyedMemoriesOf } from './keyed-memories.ts'
import type { Key } from './keyed-options.ts'
import { start, type Tenants } from './tenants.ts'

/**
 * Everything that a keyed learner has built up, immutable. Lists have one entry for each key, in the order of `keys`:
 * from the one that has not learned for longest to the last one.
 *
 * A tensor holds what all keys have of one parameter, one after the other: [keys, ...shape], and along a named axis the
 * rows of all keys, as many of each as `rows` says, [rows of all keys, ...].
 */
export interface KeyedState<Q extends Key = Key> {
  readonly keys: readonly Q[]
  /** Committed updates of each model. */
  readonly steps: readonly number[]
  readonly seeds: readonly number[]
  /** Of models that are yet to be made; absent in older states. */
  readonly seed?: number
  /** States of a schedule that watches the loss; null when it depends on the step alone. */
  readonly schedules: readonly unknown[] | null
  /** Distinct names. */
  readonly names: readonly AxisName[]
  /** How many of them each model knows. */
  readonly nameCounts: readonly number[]
  /** Which, by slot: positions in `names`, model after model. */
  readonly nameIndices: readonly number[]
  /** By growing leaf, how many rows each model has. */
  readonly rows: Readonly<Record<string, readonly number[]>>
  readonly parameters: Readonly<Record<string, Tensor>>
  readonly slots: Readonly<Record<string, Readonly<Record<string, Tensor>>>>
  readonly buffers: Readonly<Record<string, Tensor>>
  readonly metrics: PrequentialState
  /** What encoders that remember know, by feature: of each model; absent when there are none. */
  readonly memories?: KeyedMemories
  /** When they are open: those that the metrics know, by their numbers, and those that each model has met. */
  readonly classes?: { readonly all: readonly Label[]; readonly ofKeys: readonly (readonly Label[])[] }
}

/** The state of these keys and their models. */
export function snapshotKeyed<Q extends Key>(
  tenants: Tenants, entries: readonly (readonly [key: Q, tenant: number])[], metrics: PrequentialState,
  classes: readonly Label[] | null,
): KeyedState<Q> {
  // With the one to start from resident, every other block is up to date.
  return tenants.with(start, () => {
    const all = entries.map(([, tenant]) => tenants.entryOf(tenant))
    const { image, vocabulary } = tenants
    const { i32 } = image.store.arena
    const positions = new Map<number, number>()
    const names: AxisName[] = []
    const nameIndices = all.flatMap(({ at, names: count }) => {
      const from = image.namesIn(at)
      return Array.from(i32.subarray(from, from + count), (id) => {
        if (!positions.has(id)) positions.set(id, names.push(vocabulary.name(id)) - 1)
        return positions.get(id)!
      })
    })
    const rows = image.growing.map((leaf, g) => [leaf.name, Object.freeze(all.map(({ at }) => image.rowsIn(at, g)))])
    return Object.freeze({
      keys: Object.freeze(entries.map(([key]) => key)),
      steps: Object.freeze(all.map(({ step }) => step)),
      seeds: Object.freeze(all.map(({ seed }) => seed)), seed: tenants.entryOf(start).seed,
      schedules: tenants.rooms.training.progress.schedule === null ? null
        : Object.freeze(all.map(({ schedule }) => schedule)),
      names: Object.freeze(names),
      nameCounts: Object.freeze(all.map(({ names: count }) => count)),
      nameIndices: Object.freeze(nameIndices),
      rows: Object.freeze(Object.fromEntries(rows)),
      ...stacked(tenants, all), metrics, ...keyedMemoriesOf(tenants, entries.map(([, tenant]) => tenant)),
      ...(classes === null ? {} : { classes: Object.freeze({
        all: classes, ofKeys: Object.freeze(entries.map(([, tenant]) => tenants.classes!.of(tenant))),
      }) }),
    })
  })
}

/** What all models have of each tensor, one after the other. */
function stacked(
  { image }: Tenants, all: readonly { readonly at: number; readonly names: number }[],
): Pick<TrainingState, 'parameters' | 'slots' | 'buffers'> {
  const lengths = new Map<Part, number>(image.parts.map((part) => [part, 0]))
  const each = (see: (part: Part, at: number, bytes: number) => void): void => {
    for (const { at, names } of all) image.visit(at, names, see)
  }
  each((part, _, bytes) => lengths.set(part, lengths.get(part)! + bytes))
  const bytesOf = new Map([...lengths].map(([part, length]) => [part, new Uint8Array(length)]))
  const filled = new Map<Part, number>(image.parts.map((part) => [part, 0]))
  const { u8 } = image.store.arena
  each((part, at, bytes) => {
    const from = filled.get(part)!
    bytesOf.get(part)!.set(u8.subarray(at, at + bytes), from)
    filled.set(part, from + bytes)
  })
  const parameters: Record<string, Tensor> = {}
  const buffers: Record<string, Tensor> = {}
  const slots: Record<string, Record<string, Tensor>> = {}
  for (const [part, bytes] of bytesOf) {
    const { leaf, slot, growing, dtype } = part
    const data = dtype === 'f32' ? new Float32Array(bytes.buffer) : new Float64Array(bytes.buffer)
    const shape = growing < 0 ? [all.length, ...leaf.shape] : [data.length / elementsOf(part), ...leaf.shape.slice(1)]
    const tensor = Tensor.of(shape, data)
    if (leaf.role === 'buffer') buffers[leaf.name] = tensor
    else if (slot === null) parameters[leaf.name] = tensor
    else (slots[leaf.name] ??= {})[slot] = tensor
  }
  Object.values(slots).forEach((own) => Object.freeze(own))
  return { parameters: Object.freeze(parameters), slots: Object.freeze(slots), buffers: Object.freeze(buffers) }
}

/** @throws ValueError when these models cannot have been written by such a learner. */
export function checkKeyed({ image, rooms }: Tenants, state: KeyedState): void {
  const refuse = (what: string, got: unknown, wanted: string): never => {
    throw new ValueError({
      what, where: 'KeyedLearner.restore', got, wanted,
      hint: 'The state belongs to another model: restore only what snapshot() of such a learner gave.',
    })
  }
  checkState(
    'KeyedLearner.restore', state, 'keys', 'steps', 'seeds', 'schedules?', 'names', 'nameCounts', 'nameIndices', 'rows',
    'parameters', 'slots', 'buffers', 'metrics',
  )
  const { keys, schedules } = state
  const areKeys = Array.isArray(keys) && keys.every((key) => typeof key === 'string' || typeof key === 'number')
  if (!areKeys) refuse('this is no list of keys', keys, 'names or numbers')
  const count = keys.length
  if (new Set(keys).size !== count) refuse('keys come twice', keys, 'distinct keys')
  const counts = (what: string, list: readonly number[] | undefined): number => {
    const isList = list?.length === count && list.every((value) => Number.isInteger(value) && value >= 0)
    return isList ? list.reduce((sum, value) => sum + value, 0) : refuse(`there is no ${what}`, list, `${count} counts`)
  }
  counts('list of steps', state.steps)
  counts('list of seeds', state.seeds)
  const { seed = 0 } = state
  if (!Number.isSafeInteger(seed) || seed < 0) refuse('there is no seed', seed, 'a whole number from 0 on')
  const areSchedules = schedules === null || (Array.isArray(schedules) && schedules.length === count)
  if (!areSchedules) refuse('there is no list of schedules', schedules, `null, or ${count} of them`)
  state.steps.forEach((step, k) => {
    checkSchedule('KeyedLearner.restore', rooms.training.optimizer, { step, schedule: schedules?.[k] ?? null })
  })
  rooms.axis.check(state.names)
  const named = counts('list of name counts', state.nameCounts)
  const inRange = (index: number): boolean => Number.isInteger(index) && index >= 0 && index < state.names.length
  const { nameIndices } = state
  if (!Array.isArray(nameIndices) || nameIndices.length !== named || !nameIndices.every(inRange)) {
    refuse('the names do not fit', nameIndices, `${named} positions in names`)
  }
  checkKeyedMemories(rooms.reader, state.memories, count)
  if (rooms.classes !== null) {
    const { all, ofKeys } = state.classes ?? { all: null, ofKeys: null }
    if (!areClasses(all)) refuse('the classes do not fit', all, 'distinct names')
    if (!Array.isArray(ofKeys) || ofKeys.length !== count) {
      refuse('the classes do not fit', ofKeys, `lists for ${count} keys`)
    } else for (const names of ofKeys) rooms.classes.check(names)
  }
  checkNumbers('KeyedLearner.restore', { ...state })
  for (const part of image.parts) {
    const { leaf, slot, growing } = part
    const tensor = partOf(state, part)
    const rows = growing < 0 ? count : counts(`number of rows of ${leaf.name}`, state.rows[leaf.name])
    const wanted = rows * elementsOf(part)
    if (tensor?.data.length === wanted) continue
    refuse(`${leaf.name}${slot === null ? '' : `, optimizer slot ${slot},`} does not fit`, tensor?.shape ?? null,
      `${wanted} numbers for ${count} keys`)
  }
}

/** Makes the models of a state, which `checkKeyed` has accepted, in its order; between frames only. */
export function restoreKeyed<Q extends Key>(tenants: Tenants, state: KeyedState<Q>): readonly (readonly [Q, number])[] {
  const { image } = tenants
  const data = new Map(image.parts.map((part) => [part, bytesAs(part.dtype, partOf(state, part)!.data)]))
  const done = new Map<Part, number>(image.parts.map((part) => [part, 0]))
  let named = 0
  return state.keys.map((key, k) => {
    const names = state.nameIndices.slice(named, named += state.nameCounts[k]!).map((index) => state.names[index]!)
    const tenant = tenants.create({
      names, step: state.steps[k]!, seed: state.seeds[k]!, schedule: state.schedules?.[k] ?? null,
      rows: image.growing.map((leaf: Leaf) => state.rows[leaf.name]![k]!),
      memories: (state.memories ?? []).map(([, states]) => states[k]), classes: state.classes?.ofKeys[k] ?? [],
    }, (part, at, bytes) => {
      const from = done.get(part)!
      image.store.arena.u8.set(data.get(part)!.subarray(from, from + bytes), at)
      done.set(part, from + bytes)
    })
    return [key, tenant] as const
  })
}

function elementsOf({ dtype, rowBytes }: Part): number {
  return rowBytes / (dtype === 'f32' ? 4 : 8)
}

function bytesAs(dtype: DType, data: TensorData): Uint8Array {
  const array = dtype === 'f32'
    ? data instanceof Float32Array ? data : Float32Array.from(data)
    : data instanceof Float64Array ? data : Float64Array.from(data)
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}
