/** What is kept of each model beside its block: numbers in columns, so that a hundred thousand are no objects. */
export class Columns {
  /** Address of the block; 0 while there is none. */
  at = new Uint32Array(4)
  /** Bytes of the block. */
  size = new Uint32Array(4)
  /** Names in the block. */
  names = new Uint32Array(4)
  steps = new Float64Array(4)
  seeds = new Float64Array(4)
  /** 1: its magnitudes have to be measured when it comes in. */
  suspect = new Uint8Array(4)
  /** States of schedules that watch the loss; empty without such. */
  readonly schedules: unknown[] = []
  readonly #free: number[] = []
  #length = 0

  get count(): number {
    return this.#length - this.#free.length
  }

  /** A number that is not in use, with all columns zero. */
  add(): number {
    const index = this.#free.pop() ?? this.#length++
    if (index >= this.at.length) this.#extend(2 * index)
    return index
  }

  remove(index: number): void {
    for (const column of [this.at, this.size, this.names, this.steps, this.seeds, this.suspect]) column[index] = 0
    if (this.schedules.length > index) this.schedules[index] = undefined
    this.#free.push(index)
  }

  /** Bytes of all blocks, and of the columns. */
  get bytes(): number {
    const columns = [this.at, this.size, this.names, this.steps, this.seeds, this.suspect]
    return this.size.reduce((sum, size) => sum + size, 0) + columns.reduce((sum, column) => sum + column.byteLength, 0)
  }

  #extend(length: number): void {
    this.at = copied(this.at, new Uint32Array(length))
    this.size = copied(this.size, new Uint32Array(length))
    this.names = copied(this.names, new Uint32Array(length))
    this.steps = copied(this.steps, new Float64Array(length))
    this.seeds = copied(this.seeds, new Float64Array(length))
    this.suspect = copied(this.suspect, new Uint8Array(length))
  }
}

function copied<T extends Uint32Array | Float64Array | Uint8Array>(from: T, to: T): T {
  to.set(from)
  return to
}
