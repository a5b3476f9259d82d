import { Tensor } from '@eddy/tensor'
import { ByteWriter } from '../format/byte-writer.ts'
import { decode } from '../format/decode.ts'
import { encodeInto, type EncodeOptions } from '../format/encode.ts'
import { EncodeMemory } from '../format/encode-memory.ts'
import { axesMax, bufferOf, bytesOfArray } from '../format/kinds.ts'
import { pourAgain, type Stencil } from '../format/stencil.ts'

/** Tensors of fewer bytes stay in the tree. */
const outlinedFrom = 1024
/** Frozen trees of so many bytes are kept by themselves, so that nothing is done for them while they stay. */
const pieceFrom = 4096
const piecesMax = 256

/**
 * A state as stretches of bytes, each of which is kept line by line: the tree first, then its larger tensors, then
 * larger pieces of the tree that seldom change, such as the names of an axis.
 */
export interface Part {
  readonly bytes: Uint8Array
  /** What the bytes belong to: the same object means the same bytes. */
  readonly owner: object | null
  /** null for the tree and its pieces. */
  readonly tensor: { readonly dtype: 'f32' | 'f64'; readonly shape: readonly number[] } | null
}

/** Takes states apart. */
export class Splitter {
  readonly #tree = new ByteWriter(4096)
  readonly #tensors: Part[] = []
  readonly #pieces: Part[] = []
  readonly #memory = new EncodeMemory()
  /** The last state, how its tree is written, and its parts; null when it is no tree that may stay where it is. */
  #state: object | null = null
  #stencil: Stencil | null = null
  #parts: readonly Part[] = []
  readonly #options: EncodeOptions = {
    memory: this.#memory,
    outline: ({ shape, data }) => {
      if (data.byteLength < outlinedFrom) return false
      const dtype = data instanceof Float32Array ? 'f32' : 'f64'
      // A part of some memory may change; what has a buffer of its own was handed out, and stays as it is.
      const owner = data.byteLength === data.buffer.byteLength ? data : null
      this.#tensors.push({ bytes: bytesOfArray(data), owner, tensor: { dtype, shape } })
      return true
    },
    piece: (bytes) => (
      bytes.length < pieceFrom || this.#pieces.length === piecesMax
        ? -1 : this.#pieces.push({ bytes, owner: bytes, tensor: null }) - 1
    ),
  }

  /**
   * The parts of a state, the same list for a state of which only numbers have changed; their bytes are views, good
   * until the next call. @throws StoreError (E_ENCODE)
   */
  split(state: unknown): readonly Part[] {
    if (this.#stencil !== null && state === this.#state && pourAgain(this.#tree, this.#stencil, 0)) return this.#parts
    this.#tensors.length = this.#pieces.length = 0
    this.#tree.clear()
    this.#state = this.#stencil = null
    encodeInto(this.#tree, state, this.#options)
    this.#parts = [{ bytes: this.#tree.written, owner: null, tensor: null }, ...this.#tensors, ...this.#pieces]
    this.#stay(state)
    return this.#parts
  }

  #stay(state: unknown): void {
    if (typeof state !== 'object' || state === null) return
    const known = this.#memory.known(state)
    if (known == null || known instanceof Uint8Array) return
    this.#state = state
    this.#stencil = known
  }
}

/** What parts there are, as numbers: for each 0, or 32 or 64 for a tensor, its bytes, its axes, and their lengths. */
export function shapesOf(parts: readonly Part[]): readonly number[] {
  const numbers: number[] = []
  for (const { bytes, tensor } of parts) {
    numbers.push(tensor === null ? 0 : tensor.dtype === 'f32' ? 32 : 64, bytes.length)
    const shape = tensor?.shape ?? []
    numbers.push(shape.length)
    for (let axis = 0; axis < shape.length; axis++) numbers.push(shape[axis]!)
  }
  return numbers
}

/** What `shapesOf` has told of a part. */
export interface PartShape {
  readonly kind: number
  readonly length: number
  readonly shape: readonly number[]
}

/** null when these are none of its numbers. */
export function shapesFrom(numbers: unknown): readonly PartShape[] | null {
  const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0
  if (!Array.isArray(numbers) || numbers.length === 0 || !numbers.every(isCount)) return null
  const shapes: PartShape[] = []
  for (let at = 0; at < numbers.length;) {
    const [kind, length, axes] = numbers.slice(at, at + 3) as [number, number, number]
    const shape = numbers.slice(at + 3, at + 3 + axes) as number[]
    const bytes = shape.reduce((size, count) => size * count, kind / 8)
    const fits = kind === 0 ? axes === 0 : (kind === 32 || kind === 64) && axes <= axesMax && bytes === length
    if (!fits || shape.length !== axes) return null
    shapes.push({ kind, length, shape })
    at += 3 + axes
  }
  return shapes
}

/** Puts a state together again. @throws StoreError (E_CORRUPT) when the parts do not fit. */
export function join(shapes: readonly PartShape[], parts: readonly Uint8Array[], where: string): unknown {
  const [tree, ...rest] = shapes.map(({ kind, shape }, k) => ({ kind, shape, bytes: parts[k]! }))
  const pieces = rest.filter(({ kind }) => kind === 0).map(({ bytes }) => decode(bytes, { where }))
  const tensors = rest.filter(({ kind }) => kind !== 0).map(({ kind, shape, bytes }) => {
    const buffer = bufferOf(bytes, kind / 8)
    return Tensor.of([...shape], kind === 64 ? new Float64Array(buffer) : new Float32Array(buffer))
  })
  return decode(tree!.bytes, { tensors, pieces, where })
}
