import { pairs } from '@eddy/kernels'
import { formatShape, formatValue, Tensor } from '@eddy/tensor'
import { EventError } from './errors.ts'
import type { Slot } from './slot.ts'
import type { Store } from './store.ts'

/** A sparse vector: element `indices[k]` is `values[k]`; equal indices add up. */
export interface Pairs {
  readonly indices: ArrayLike<number>
  readonly values: ArrayLike<number>
}

/** What an event may give for an input: a number, numbers in row-major order (flat or nested), a tensor, or pairs. */
export type InputValue = number | boolean | ArrayLike<number> | readonly InputValue[] | Tensor | Pairs

/**
 * Copies one value of an event into its slot.
 * Elements of a dense value that are not finite are found later, together with everything else that is not.
 * @throws EventError when the value is missing, has the wrong length or an element that is not a number.
 */
export function writeInput(store: Store, slot: Slot, value: unknown): void {
  if (slot.pairs > 0) return writePairs(store, slot, value)
  const single = slot.dtype === 'f32'
  const target = single ? store.arena.f32 : store.arena.f64
  const at = single ? slot.at >>> 2 : slot.at >>> 3
  if (typeof value === 'number') {
    if (slot.size !== 1) throw wrongLength(1, slot)
    target[at] = value
  } else if (value instanceof Float32Array || value instanceof Float64Array) {
    const { length } = value
    if (length !== slot.size) throw wrongLength(length, slot)
    // A short loop beats the call.
    if (length > 32) target.set(value, at)
    else for (let i = 0; i < length; i++) target[at + i] = value[i]!
  } else if (Array.isArray(value)) {
    const count = writeArray(target, at, at + slot.size, value)
    if (count !== slot.size) throw wrongLength(count, slot)
  } else writeOther(store, slot, value)
}

function writeOther(store: Store, slot: Slot, value: unknown): void {
  if (value instanceof Tensor) return writeInput(store, slot, value.data)
  if (typeof value === 'boolean') return writeInput(store, slot, value ? 1 : 0)
  if (ArrayBuffer.isView(value) && 'length' in value) {
    return writeInput(store, slot, Array.from(value as unknown as ArrayLike<number>, Number))
  }
  throw new EventError(
    formatValue(value), `numbers for an input of shape ${formatShape(slot.shape)}`,
    'Check select: it must return a number, numbers or a tensor',
  )
}

/** Writes nested numbers in order, never beyond `end`; returns how many there were. */
function writeArray(target: Float32Array | Float64Array, at: number, end: number, values: readonly unknown[]): number {
  let next = at
  for (const value of values) {
    if (typeof value === 'number') {
      if (next < end) target[next] = value
      next++
    } else if (Array.isArray(value)) next += writeArray(target, next, end, value)
    else {
      throw new EventError(
        formatValue(value), `a number as element ${next - at}`,
        'Strings are not converted: parse them before the graph',
      )
    }
  }
  return next - at
}

function writePairs(store: Store, slot: Slot, value: unknown): void {
  const { indices, values } = (value ?? {}) as Partial<Pairs>
  if (indices === undefined || values === undefined || indices.length !== values.length) {
    throw new EventError(
      formatValue(value), '{ indices, values } of equal length',
      'Check select: a sparse input takes (index, value) pairs',
    )
  }
  if (indices.length > slot.pairs) {
    throw new EventError(
      `${indices.length} pairs`, `at most ${slot.pairs}`, 'Give the input a larger capacity: input(source, { pairs })',
    )
  }
  store.arena.i32[slot.at >>> 2] = indices.length
  const first = pairs.indices(slot.at) >>> 2
  const numbers = store.dtype === 'f32' ? store.arena.f32 : store.arena.f64
  const at = pairs.values(slot.at, slot.pairs) / numbers.BYTES_PER_ELEMENT
  if (indices instanceof Int32Array && (values instanceof Float32Array || values instanceof Float64Array)) {
    // The tape machine finds an index outside the table.
    store.arena.i32.set(indices, first)
    numbers.set(values, at)
  } else copyPairs(store, slot, { indices, values }, numbers.subarray(at, at + slot.pairs), first)
}

function copyPairs(
  store: Store, slot: Slot, { indices, values }: Pairs, numbers: Float32Array | Float64Array, first: number,
): void {
  const { i32 } = store.arena
  for (let k = 0; k < indices.length; k++) {
    const index = indices[k]!
    const value = values[k]!
    if (!Number.isInteger(index) || index < 0 || index > 0x7fff_ffff || typeof value !== 'number') {
      throw new EventError(
        `index ${index} with value ${formatValue(value)}`, `an integer below ${slot.shape[0]} and a number`,
        'Check select',
      )
    }
    i32[first + k] = index
    numbers[k] = value
  }
}

function wrongLength(got: number, slot: Slot): EventError {
  return new EventError(
    `${got} number${got === 1 ? '' : 's'}`, `${slot.size} for shape ${formatShape(slot.shape)}`,
    'Check select, or the shape of the input',
  )
}
