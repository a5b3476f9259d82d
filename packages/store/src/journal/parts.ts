import { Tensor } from '@eddy/tensor'
import { ByteWriter } from '../format/byte-writer.ts'
import { decode } from '../format/decode.ts'
import { encodeInto, type TensorLike } from '../format/encode.ts'
import { EncodeMemory } from '../format/encode-memory.ts'
import { axesMax, bufferOf, bytesOfArray } from '../format/kinds.ts'

/** Tensors of fewer bytes stay in the tree. */
const outlinedFrom = 1024
/** Frozen trees of so many bytes are kept by themselves, so that nothing is done for them while they stay. */
const pieceFrom = 4096
const piecesMax = 256
const blockMin = 1024
const blocksMax = 512

/**
 * A state as stretches of bytes, each of which is kept block by block: the tree first, then its larger tensors, then
 * larger pieces of the tree that seldom change, such as the names of an axis.
 */
export interface Part {
  readonly bytes: Uint8Array
  /** What the bytes belong to: the same object means the same bytes. */
  readonly owner: object | null
  /** null for the tree and its pieces. */
  readonly tensor: { readonly dtype: 'f32' | 'f64'; readonly shape: readonly number[] } | null
}

/** Bytes of a block: a kibibyte, more where there would be very many. A power of two. */
export function blockBytesOf(length: number): number {
  let bytes = blockMin
  while (bytes * blocksMax < length) bytes *= 2
  return bytes
}

/** Takes states apart. */
export class Splitter {
  readonly #tree = new ByteWriter(4096)
  readonly #memory = new EncodeMemory()

  /** The parts of a state; those bytes are views, good until the next call. @throws StoreError (E_ENCODE) */
  split(state: unknown): readonly Part[] {
    const tensors: Part[] = []
    const pieces: Part[] = []
    const outline = ({ shape, data }: TensorLike): number => {
      if (data.byteLength < outlinedFrom) return -1
      const dtype = data instanceof Float32Array ? 'f32' : 'f64'
      return tensors.push({ bytes: bytesOfArray(data), owner: data, tensor: { dtype, shape } }) - 1
    }
    const piece = (bytes: Uint8Array): number => (
      bytes.length < pieceFrom || pieces.length === piecesMax
        ? -1 : pieces.push({ bytes, owner: bytes, tensor: null }) - 1
    )
    this.#tree.clear()
    encodeInto(this.#tree, state, { outline, piece, memory: this.#memory })
    return [{ bytes: this.#tree.written, owner: null, tensor: null }, ...tensors, ...pieces]
  }
}

/** Puts a state together again. @throws StoreError (E_CORRUPT) when the parts do not fit. */
export function join(
  parts: readonly { readonly bytes: Uint8Array; readonly tensor: unknown }[], where: string,
): unknown {
  const [tree, ...rest] = parts
  const pieces = rest.filter(({ tensor }) => tensor === null).map(({ bytes }) => decode(bytes, { where }))
  const tensors = rest.filter(({ tensor }) => tensor !== null).map(({ bytes, tensor }) => {
    const { dtype, shape } = tensor as { dtype: unknown; shape: unknown }
    const elementBytes = dtype === 'f64' ? 8 : 4
    const isShape = Array.isArray(shape) && shape.length <= axesMax
      && shape.reduce((size: number, length: unknown) => size * Number(length), 1) * elementBytes === bytes.length
    if (!isShape) throw new RangeError(`a tensor of shape [${String(shape)}] with ${bytes.length} bytes`)
    const buffer = bufferOf(bytes, elementBytes)
    return Tensor.of(shape as number[], dtype === 'f64' ? new Float64Array(buffer) : new Float32Array(buffer))
  })
  return decode(tree!.bytes, { tensors, pieces, where })
}
