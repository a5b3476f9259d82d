import type { Arena } from './arena.ts'

/** An i32 word (address, count, flag), or an f64 immediate of two words. */
export type Operand = number | { readonly f64: number }

/** A tape in an arena: run it with `arena.run(dtype, from, to)`. */
export interface PlacedTape {
  readonly from: number
  readonly to: number
  free(): void
}

const wide = new DataView(new ArrayBuffer(8))

/** Collects instructions; `place` copies them into an arena. Operands stand in the order given in `op`. */
export class Tape {
  readonly #words: number[] = []

  emit(opcode: number, ...operands: readonly Operand[]): void {
    const start = this.#words.push(opcode, 0) - 2
    for (const operand of operands) {
      if (typeof operand !== 'number') {
        wide.setFloat64(0, operand.f64, true)
        this.#words.push(wide.getInt32(0, true), wide.getInt32(4, true))
      } else if (Number.isInteger(operand) && Math.abs(operand) < 2 ** 32) this.#words.push(operand | 0)
      else throw new TypeError(`Tape.emit: operand ${operand} of opcode ${opcode} is not a 32-bit integer`)
    }
    this.#words[start + 1] = this.#words.length - start
  }

  /** Appends the instructions of another tape. */
  append(tape: Tape): void {
    for (const word of tape.#words) this.#words.push(word)
  }

  /** Words so far; 4 * length is the byte offset of the next instruction. */
  get length(): number {
    return this.#words.length
  }

  place(arena: Arena): PlacedTape {
    const from = arena.alloc(4 * this.#words.length)
    arena.i32.set(this.#words, from >>> 2)
    return { from, to: from + 4 * this.#words.length, free: () => arena.free(from) }
  }
}
