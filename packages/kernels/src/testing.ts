import { Arena, bytesOf, type Dtype } from './arena.ts'
import { pairs as pairsLayout } from './pairs.ts'
import { type Operand, Tape } from './tape.ts'

/** The element types, each with the relative error that a short sum of its elements may show. */
export const dtypes = [
  { dtype: 'f32', tolerance: 2e-5 },
  { dtype: 'f64', tolerance: 2e-13 },
] as const

/** 0, 1, w - 1, w, w + 1, 2 w + 3 for both widths, a prime, and a block of an optimizer plus a tail. */
export const lengths = [0, 1, 2, 3, 4, 5, 7, 11, 37, 261] as const

interface Slot {
  readonly at: number
  readonly bytes: number
}

/** An arena whose slots stand between guard bytes, and the means to run one instruction on them. */
export class Bench {
  readonly arena: Arena
  readonly dtype: Dtype
  readonly #slots: Slot[] = []

  constructor(dtype: Dtype, call?: (id: number) => void) {
    this.arena = Arena.create(call ? { call } : {})
    this.dtype = dtype
  }

  /** A guarded slot of n elements, zero or the given values. Reading past its padding gives NaN. */
  slot(values: number | ArrayLike<number>, dtype: Dtype = this.dtype): number {
    const n = typeof values === 'number' ? values : values.length
    const at = this.#guarded(n * bytesOf[dtype])
    if (typeof values !== 'number') this.arena.write(dtype, at, values)
    return at
  }

  /** A guarded slot of sparse pairs. */
  pairs(capacity: number, indices: readonly number[], values: readonly number[]): number {
    const at = this.#guarded(pairsLayout.bytes(this.dtype, capacity))
    pairsLayout.write(this.arena, this.dtype, at, capacity, indices, values)
    return at
  }

  #guarded(bytes: number): number {
    const padded = (bytes + 15) & ~15
    const from = this.arena.alloc(padded + 64)
    this.arena.u8.fill(0xff, from, from + 32).fill(0xff, from + 32 + padded, from + 64 + padded)
    this.#slots.push({ at: from + 32, bytes })
    return from + 32
  }

  get(at: number, n: number, dtype: Dtype = this.dtype): number[] {
    return Array.from(this.arena.array(dtype, at, n))
  }

  /** Runs one instruction; fails the test when it stops, when a guard byte changed or when padding is not zero. */
  run(opcode: number, ...operands: readonly Operand[]): void {
    const fault = this.try(opcode, ...operands)
    if (fault !== 0) throw new Error(`opcode ${opcode} stopped with fault ${fault}, ${this.arena.control.errorInfo}`)
  }

  /** As `run`, but returns the fault (0: none). */
  try(opcode: number, ...operands: readonly Operand[]): number {
    const tape = new Tape()
    tape.emit(opcode, ...operands)
    const placed = tape.place(this.arena)
    const stopped = this.arena.run(this.dtype, placed.from, placed.to)
    placed.free()
    this.checkGuards()
    if (stopped === 0) return 0
    if (stopped !== this.arena.control.errorAt) throw new Error(`run returned ${stopped}, errorAt is another`)
    return this.arena.control.error
  }

  checkGuards(): void {
    const u8 = this.arena.u8
    for (const { at, bytes } of this.#slots) {
      const padded = (bytes + 15) & ~15
      for (let i = -32; i < padded + 32; i++) {
        if (i >= 0 && i < bytes) continue
        const wanted = i >= 0 && i < padded ? 0 : 0xff
        if (u8[at + i] !== wanted) throw new Error(`byte ${i} of the slot of ${bytes} bytes at ${at} was written`)
      }
    }
  }

  /** The bytes of all slots, to see that nothing changed. */
  image(): string {
    return this.#slots.map(({ at, bytes }) => this.arena.u8.slice(at, at + bytes).join()).join(';')
  }
}

/** Reproducible numbers in [low, high). */
export function numbers(n: number, seed = 1, low = -2, high = 2): number[] {
  let state = seed * 2654435761
  return Array.from({ length: n }, () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0
    const mixed = Math.imul(state ^ (state >>> 12), 0x297a2d39)
    return low + ((high - low) * ((mixed ^ (mixed >>> 15)) >>> 0)) / 2 ** 32
  })
}

/** Values as T holds them. */
export function rounded(dtype: Dtype, values: readonly number[]): number[] {
  return dtype === 'f32' ? values.map(Math.fround) : [...values]
}

/** Every |actual - expected| <= tolerance * (|expected| + scale); NaN and infinities must agree. */
export function expectClose(
  actual: readonly number[], expected: readonly number[], tolerance: number, scale = 1,
): void {
  if (actual.length !== expected.length) throw new Error(`${actual.length} elements instead of ${expected.length}`)
  for (const [i, e] of expected.entries()) {
    const a = actual[i]!
    if (Object.is(a, e) || a === e) continue
    if (!(Math.abs(a - e) <= tolerance * (Math.abs(e) + scale))) {
      throw new Error(`element ${i}: ${a} instead of ${e} (tolerance ${tolerance})`)
    }
  }
}

/** f'(x) by central differences of order six. */
export function slope(f: (x: number) => number, x: number, h = 2e-3): number {
  const d = (k: number): number => f(x + k * h) - f(x - k * h)
  return (45 * d(1) - 9 * d(2) + d(3)) / (60 * h)
}
