import { instantiate, type KernelExports, moduleBytes } from './module.ts'
import { ControlBlock } from './control.ts'
import { specialWord } from './program.ts'

/** Element type of a program and of its slots. */
export type Dtype = 'f32' | 'f64'

/** Deterministic f64 functions: the same kernels, the same bits on every engine. */
export type KernelMath = Pick<
  KernelExports,
  'exp' | 'expm1' | 'log' | 'log1p' | 'tanh' | 'erf' | 'sin' | 'cos' | 'atan' | 'pow'
>

export interface ArenaOptions {
  /** Invoked by the CALL instruction. A throw leaves `run` at once; memory keeps what was written so far. */
  readonly call?: (id: number) => void
}

/** Does what `Arena#frame` does, for one program. */
export type Frame = (header: number) => number

/** A program as functions of its own. */
export interface Special {
  /** Does what `Arena#frame` does; for 0 instead of the header all but the update, and then gives 0 or 1. */
  readonly frame: Frame
  /** Runs the update by itself; false where that is left to the interpreter. */
  readonly update: () => boolean
}

/** The compiled kernels and the memory that they work in. */
export interface Kernels {
  readonly bytes: Uint8Array
  readonly memory: WebAssembly.Memory
  /** Address of the control block. */
  readonly control: number
  /** Interprets a stretch of tape of the program's type. */
  readonly run: (from: number, to: number) => number
}

/** Makes functions of the program at `header`, piece by piece; null when it cannot. */
export type Specialize = (kernels: Kernels, dtype: Dtype, header: number) => Iterator<void, Special | null>

let specializing: Specialize | null = null
let patience = Infinity

/**
 * From now on `Arena#specialize` has something to work with; small pages do without. It takes some ten milliseconds for
 * a program, which so many frames repay.
 */
export function useSpecializer(specialize: Specialize, frames = 30_000): void {
  specializing = specialize
  patience = frames
}

/** Bytes of one element. */
export const bytesOf = { f32: 4, f64: 8 } as const

/**
 * One WebAssembly instance and its linear memory: slots, tapes, and the machine that runs them.
 *
 * Addresses are byte addresses. `alloc` gives zeroed blocks, 16-byte aligned, their size rounded up to 16 bytes; the
 * bytes between the last element and the end of a slot are zero and stay zero. Views taken from an arena become
 * detached when memory grows: take them again (`f32`, `array`, ...) after an `alloc`.
 */
export class Arena {
  readonly control: ControlBlock
  readonly math: KernelMath
  readonly #kernels: KernelExports
  /** Places of specialised frames in the table, by the header that names them; those that are free. */
  readonly #special = new Map<number, number>()
  readonly #vacant: number[] = []
  #f32!: Float32Array
  #f64!: Float64Array
  #i32!: Int32Array
  #u8!: Uint8Array

  private constructor(kernels: KernelExports) {
    this.#kernels = kernels
    this.#view()
    this.math = kernels
    this.control = new ControlBlock(kernels.control.value as number, this)
  }

  static create(options: ArenaOptions = {}): Arena {
    return new Arena(instantiate(options.call ?? missingCall))
  }

  /** Address of `bytes` zeroed bytes. @throws RangeError when memory is exhausted or `bytes` is not a size. */
  alloc(bytes: number): number {
    if (!Number.isInteger(bytes) || bytes < 0 || bytes > maxBytes) {
      throw new RangeError(`Arena.alloc: ${bytes} is not a size between 0 and ${maxBytes} bytes`)
    }
    let at = 0
    try {
      at = this.#kernels.alloc(bytes) >>> 0
      // The only places where memory grows are this and `extend`.
      if (this.#u8.length === 0) this.#grown()
    } catch (cause) {
      throw new RangeError(`Arena.alloc: no room for ${bytes} bytes; free something or use a smaller model`, { cause })
    }
    return at
  }

  free(at: number): void {
    const place = this.#special.get(at)
    if (place !== undefined) {
      this.#special.delete(at)
      this.#kernels.table.set(place, null)
      this.#vacant.push(place)
    }
    this.#kernels.free(at)
  }

  /** The heap doubles memory; where that is no longer possible it would grow by single blocks, at a pause each. */
  #grown(): void {
    const { byteLength } = this.#kernels.memory.buffer
    try {
      if (byteLength > 2 ** 31) this.#kernels.room(byteLength / 8)
    } catch {
      // The address space is nearly used up.
    }
    this.#view()
  }

  /**
   * Address of `bytes` more bytes at the end of memory, page-aligned, which `alloc` will never give out; 0 when the
   * address space is used up. They are zero, and operating systems back them with memory only where they are touched.
   */
  extend(bytes: number): number {
    // At its first allocation the heap takes all memory there is.
    this.free(this.alloc(0))
    try {
      const at = this.#kernels.memory.grow(Math.ceil(bytes / bytesOfPage)) * bytesOfPage
      this.#view()
      return at
    } catch {
      return 0
    }
  }

  get f32(): Float32Array {
    return this.#f32
  }
  get f64(): Float64Array {
    return this.#f64
  }
  get i32(): Int32Array {
    return this.#i32
  }
  get u8(): Uint8Array {
    return this.#u8
  }

  #view(): void {
    const { buffer } = this.#kernels.memory
    this.#f32 = new Float32Array(buffer)
    this.#f64 = new Float64Array(buffer)
    this.#i32 = new Int32Array(buffer)
    this.#u8 = new Uint8Array(buffer)
  }

  /** A live view of `n` elements; detached by the next growth. */
  array(dtype: Dtype, at: number, n: number): Float32Array | Float64Array {
    return dtype === 'f32' ? this.f32.subarray(at >>> 2, (at >>> 2) + n) : this.f64.subarray(at >>> 3, (at >>> 3) + n)
  }

  /** One element. */
  number(dtype: Dtype, at: number): number {
    return dtype === 'f32' ? this.#f32[at >>> 2]! : this.#f64[at >>> 3]!
  }

  /** A copy of `n` elements. */
  read(dtype: Dtype, at: number, n: number): Float32Array | Float64Array {
    if (n > 64) return this.array(dtype, at, n).slice()
    // A short loop beats a view and a copy.
    const isSingle = dtype === 'f32'
    const from = isSingle ? this.#f32 : this.#f64
    const copy = isSingle ? new Float32Array(n) : new Float64Array(n)
    const first = isSingle ? at >>> 2 : at >>> 3
    for (let k = 0; k < n; k++) copy[k] = from[first + k]!
    return copy
  }

  write(dtype: Dtype, at: number, data: ArrayLike<number>): void {
    if (dtype === 'f32') this.f32.set(data, at >>> 2)
    else this.f64.set(data, at >>> 3)
  }

  /** Runs the instructions in [from, to). 0: done; else the address of the one that stopped, see `control.error`. */
  run(dtype: Dtype, from: number, to: number): number {
    return dtype === 'f32' ? this.#kernels.run32(from, to) : this.#kernels.run64(from, to)
  }

  /** Runs one frame of a program (see `Program`). 0: committed; 1: rejected; 2: careful, the update was not run. */
  frame(dtype: Dtype, header: number): number {
    return dtype === 'f32' ? this.#kernels.frame32(header) : this.#kernels.frame64(header)
  }

  /** After so many frames a program is worth a call of `specialize`; Infinity without `useSpecializer`. */
  get patience(): number {
    return patience
  }

  /**
   * Functions that do what `frame` does for a program, at the same bits, without interpreting its tape, which must not
   * change any more. The work is done in pieces of a few milliseconds; null comes of it where nothing can be gained.
   */
  specialize(dtype: Dtype, header: number): Iterator<void, Special | null> {
    const { memory, run32, run64 } = this.#kernels
    const run = dtype === 'f32' ? run32 : run64
    return specializing!({ bytes: moduleBytes(), memory, control: this.control.at, run }, dtype, header)
  }

  /** From now on `burst` calls the function of a program whose tape is that of `header`. */
  install(header: number, { frame }: Special): void {
    const { table } = this.#kernels
    if (this.#special.size >= mostSpecial) return
    const place = this.#vacant.pop() ?? table.grow(1)
    table.set(place, frame)
    this.#special.set(header, place)
    this.#i32[(header >>> 2) + specialWord] = place
  }

  /**
   * Runs the events [first, first + count) of the program's rings, one frame each, until one is not committed. Returns
   * the index of that one, rejected (`control.error`) or careful (`control.careful`), or first + count.
   */
  burst(dtype: Dtype, header: number, first: number, count: number): number {
    return dtype === 'f32'
      ? this.#kernels.burst32(header, first, count)
      : this.#kernels.burst64(header, first, count)
  }

  /** Position of the first NaN or infinity, or -1. */
  firstNonFinite(dtype: Dtype, at: number, n: number): number {
    return dtype === 'f32' ? this.#kernels.firstNonFinite32(at, n) : this.#kernels.firstNonFinite64(at, n)
  }

  /** The largest magnitude, exactly; NaN when any element is NaN; 0 when n is 0. */
  maxAbs(dtype: Dtype, at: number, n: number): number {
    return dtype === 'f32' ? this.#kernels.maxAbs32(at, n) : this.#kernels.maxAbs64(at, n)
  }
}

const maxBytes = 2 ** 30
const mostSpecial = 512
const bytesOfPage = 65_536

function missingCall(id: number): void {
  throw new Error(`Arena: CALL ${id}, but the arena was created without a call function; pass { call }`)
}
