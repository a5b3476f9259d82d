import type { TensorData } from '@eddy/tensor'
import type { ByteWriter } from './byte-writer.ts'
import type { TensorLike } from './encode.ts'

/** Numbers in a tree that may be others the next time, and where they stand in its bytes. */
export interface Hole {
  readonly at: number
  /** A list that is not frozen; null for a tensor. */
  readonly list: readonly unknown[] | null
  readonly tensor: TensorLike | null
  readonly data: TensorData | null
  /** Of a tensor that is written here: the bytes of its data, as a view. */
  readonly bytes: Uint8Array | null
  readonly length: number
}

/**
 * A frozen tree that holds nothing which could change but the numbers of lists and tensors: its bytes, into which these
 * numbers are written anew each time.
 */
export interface Stencil {
  readonly bytes: Uint8Array
  readonly holes: readonly Hole[]
  /** How many tensors had been taken out before it: those of its own are known by the numbers that follow. */
  readonly outlined: number
  /** How many are its own. */
  readonly outlines: number
}

export function listHole(at: number, list: readonly unknown[]): Hole {
  return { at, list, tensor: null, data: null, bytes: null, length: list.length }
}

/** `bytes`: those of its data, as a view; null for a tensor that is taken out. */
export function tensorHole(at: number, tensor: TensorLike, bytes: Uint8Array | null): Hole {
  return { at, list: null, tensor, data: tensor.data, bytes, length: tensor.data.length }
}

/** The same hole, of a tree that begins `by` bytes later. */
export function moved(hole: Hole, by: number): Hole {
  return { ...hole, at: hole.at + by }
}

/**
 * Appends the bytes of the tree as it is now, and tells `outline` which tensors are taken out. False, with nothing
 * done, when it is no longer of this form: a list has another length or holds something else, a tensor other data.
 */
export function pour(writer: ByteWriter, stencil: Stencil, outline: (tensor: TensorLike) => unknown): boolean {
  const { holes } = stencil
  const start = writer.length
  writer.raw(stencil.bytes)
  const end = writer.length
  for (let k = 0; k < holes.length; k++) {
    if (fill(writer, start, holes[k]!)) continue
    writer.length = start
    return false
  }
  writer.length = end
  for (let k = 0; k < holes.length; k++) {
    const { tensor, bytes } = holes[k]!
    if (tensor !== null && bytes === null) outline(tensor)
  }
  return true
}

/** Memory that has moved leaves arrays behind that have no elements. */
function fill(writer: ByteWriter, start: number, { at, list, tensor, data, bytes, length }: Hole): boolean {
  if (list !== null) {
    writer.length = start + at
    return list.length === length && writer.numbers(list)
  }
  if (tensor!.data !== data || data!.length !== length) return false
  if (bytes !== null) writer.bytes.set(bytes, start + at)
  return true
}
