import type { TensorData } from '@eddy/tensor'
import type { ByteWriter } from './byte-writer.ts'
import type { TensorLike } from './encode.ts'
import { putNumber } from './put-number.ts'

/** Numbers in a tree that may be others the next time, and where they stand in its bytes. */
export type Hole = ListHole | TensorHole | RecordHole | PieceHole

/**
 * A tree that holds nothing which could change but the numbers of lists, tensors and records: its bytes, into which
 * these numbers are written anew each time.
 */
export interface Stencil {
  readonly bytes: Uint8Array
  readonly holes: readonly Hole[]
  /** How many tensors and trees had been taken out before it: its own are known by the numbers that follow. */
  readonly outlined: number
  readonly pieced: number
}

/** Where tensors and trees are taken out to. */
export interface Outlets {
  outline(tensor: TensorLike): unknown
  piece(bytes: Uint8Array): unknown
}

/** A list of numbers that is not frozen. */
export class ListHole {
  readonly at: number
  readonly list: readonly unknown[]
  readonly length: number

  constructor(at: number, list: readonly unknown[], length = list.length) {
    this.at = at
    this.list = list
    this.length = length
  }

  moved(by: number): ListHole {
    return new ListHole(this.at + by, this.list, this.length)
  }

  /** Writes the numbers into the tree that begins at `start`; false when it is no list of so many numbers. */
  fill(writer: ByteWriter, start: number): boolean {
    writer.length = start + this.at
    return this.list.length === this.length && writer.numbers(this.list)
  }
}

/** A tensor that is a view of memory. */
export class TensorHole {
  readonly at: number
  readonly tensor: TensorLike
  /** Its data as bytes, as a view; null for a tensor that is taken out. */
  readonly bytes: Uint8Array | null
  readonly data: TensorData
  readonly length: number

  constructor(at: number, tensor: TensorLike, bytes: Uint8Array | null, length = tensor.data.length) {
    this.at = at
    this.tensor = tensor
    this.bytes = bytes
    this.data = tensor.data
    this.length = length
  }

  moved(by: number): TensorHole {
    return new TensorHole(this.at + by, this.tensor, this.bytes, this.length)
  }

  /** The same; false when it has other data. Memory that has moved leaves arrays behind that have no elements. */
  fill(writer: ByteWriter, start: number): boolean {
    if (this.tensor.data !== this.data || this.data.length !== this.length) return false
    if (this.bytes !== null) writer.bytes.set(this.bytes, start + this.at)
    return true
  }
}

/** A record that is not frozen. */
export class RecordHole {
  readonly at: number
  readonly record: object
  /** Its names, in its own order. */
  readonly keys: readonly string[]
  /** In the order in which they are written: names, values, and where these begin and end, from `at` on. */
  readonly names: string[] = []
  readonly values: unknown[] = []
  readonly places: number[] = []

  constructor(at: number, record: object, keys: readonly string[]) {
    this.at = at
    this.record = record
    this.keys = keys
  }

  add(name: string, value: unknown, from: number, to: number): void {
    this.names.push(name)
    this.values.push(value)
    this.places.push(from - this.at, to - this.at)
  }

  moved(by: number): RecordHole {
    const other = new RecordHole(this.at + by, this.record, this.keys)
    other.names.push(...this.names)
    other.values.push(...this.values)
    other.places.push(...this.places)
    return other
  }

  /** The same; false when it has other names or values, but for numbers of the same length. */
  fill(writer: ByteWriter, start: number): boolean {
    const keys = Object.keys(this.record)
    if (keys.length !== this.keys.length) return false
    for (let k = 0; k < keys.length; k++) if (keys[k] !== this.keys[k]) return false
    for (let k = 0; k < this.names.length; k++) {
      const value = (this.record as Record<string, unknown>)[this.names[k]!]
      if (typeof value !== 'number' || typeof this.values[k] !== 'number') {
        if (value !== this.values[k]) return false
        continue
      }
      const at = start + this.at
      writer.length = at + this.places[2 * k]!
      putNumber(writer, value)
      if (writer.length !== at + this.places[2 * k + 1]!) return false
    }
    return true
  }
}

/** A tree that is taken out: what it is known by stays, as long as it is the same one in order. */
export class PieceHole {
  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  moved(): PieceHole {
    return this
  }

  fill(): boolean {
    return true
  }
}

/** The same holes, of a tree that begins `by` bytes later. */
export function moved(holes: readonly Hole[], by: number): readonly Hole[] {
  return holes.map((hole) => hole.moved(by))
}

/**
 * Appends the bytes of the tree as it is now, and tells which tensors and trees are taken out. False, with nothing
 * done, when it is no longer of this form: a list has another length or holds something else, a tensor other data.
 */
export function pour(writer: ByteWriter, stencil: Stencil, outlets: Outlets): boolean {
  const start = writer.length
  writer.raw(stencil.bytes)
  if (!pourAgain(writer, stencil, start)) {
    writer.length = start
    return false
  }
  const { holes } = stencil
  for (let k = 0; k < holes.length; k++) {
    const hole = holes[k]!
    if (hole instanceof PieceHole) outlets.piece(hole.bytes)
    else if (hole instanceof TensorHole && hole.bytes === null) outlets.outline(hole.tensor)
  }
  return true
}

/** Writes its numbers anew where it was poured; false, with some of them written, when it is of another form now. */
export function pourAgain(writer: ByteWriter, { bytes, holes }: Stencil, start: number): boolean {
  for (let k = 0; k < holes.length; k++) if (!holes[k]!.fill(writer, start)) return false
  writer.length = start + bytes.length
  return true
}
