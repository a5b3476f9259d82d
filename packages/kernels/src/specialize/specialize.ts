import type { Dtype, Frame, Kernels, Special } from '../arena.ts'
import { ControlBlock } from '../control.ts'
import * as op from '../op.ts'
import { Evaluator } from './evaluator.ts'
import { f64, i32 } from './instructions.ts'
import { type Module, readModule } from './read-module.ts'
import { encode, known, unsigned, type Value } from './residual.ts'

/** The imported function that interprets a stretch of tape. */
const interpreter = 0

/** What is worth the time that it takes. */
export interface Limits {
  /** Of the tape. For a longer one it is a tenth of a second and more, with little gained: measured on `autoModel`. */
  readonly instructions: number
  /** Instructions of the function, from which on the rest of the tape is interpreted. */
  readonly length: number
  /** Share of the tape that may be left to the interpreter. */
  readonly left: number
}

const usual: Limits = { instructions: 64, length: 4000, left: 1 / 3 }

let parsed: { readonly bytes: Uint8Array; readonly module: Module } | null = null

/**
 * `frame` of the kernels for the program at `header`, as a function of its own: the interpreter, specialised to its
 * tape (the first projection of Futamura, "Partial Evaluation of Computation Process", 1971). It reads no instruction
 * and no operand any more, and gives the same bits, errors and faults. An instruction that is long anyway is left to
 * the interpreter. The tape must stay as it is; parameters, inputs and coefficients may change.
 *
 * One instruction after the other, so that whoever asks for it need not wait.
 *
 * @returns null where nothing is gained, or code may not be made.
 */
export function* specialize(
  { bytes, memory, control, run }: Kernels, dtype: Dtype, header: number, limits: Limits = usual,
): Generator<void, Special | null> {
  if (parsed?.bytes !== bytes) parsed = { bytes, module: readModule(bytes) }
  const { module } = parsed
  yield
  const writer = (): FrameWriter => new FrameWriter(module, memory, control, dtype, header, limits)
  const made = (code: Uint8Array<ArrayBuffer> | null): Frame | null => {
    try {
      return code === null ? null
        : new WebAssembly.Instance(new WebAssembly.Module(code), { '': { m: memory, r: run } }).exports['f'] as Frame
    } catch {
      return null
    }
  }
  const frame = made(yield* writer().frame())
  if (frame === null) return null
  let update: Frame | null | undefined
  return {
    frame,
    update() {
      if (update === undefined) update = made(last(writer().update()))
      return update?.(0) === 0
    },
  }
}

/** What comes of work in pieces, done at once. */
export function last<T>(work: Iterator<void, T>): T {
  for (;;) {
    const { done, value } = work.next()
    if (done === true) return value
  }
}

class FrameWriter {
  readonly #module: Module
  readonly #memory: WebAssembly.Memory
  readonly #control: number
  readonly #suffix: string
  readonly #frame: readonly [from: number, to: number]
  readonly #update: readonly [from: number, to: number]
  readonly #limits: Limits
  readonly #evaluator: Evaluator
  /** Instructions that were specialised; that were not. */
  #done = 0
  #left = 0

  constructor(
    module: Module, memory: WebAssembly.Memory, control: number, dtype: Dtype, header: number, limits: Limits,
  ) {
    this.#module = module
    this.#memory = memory
    this.#control = control
    this.#limits = limits
    this.#suffix = dtype === 'f32' ? '32' : '64'
    this.#frame = [this.#word(header), this.#word(header + 4)]
    this.#update = [this.#word(header + 8), this.#word(header + 12)]
    const parts = [this.#frame, this.#update]
    const isFixed = (at: number, bytes: number): boolean => parts.some(([p, q]) => at >= p && at + bytes <= q)
    this.#evaluator = new Evaluator(module, { memory, isFixed }, [i32])
  }

  /** Null when there is too much of it, or the interpreter would do most. */
  * frame(): Generator<void, Uint8Array<ArrayBuffer> | null> {
    if (this.#count(this.#frame) + this.#count(this.#update) > this.#limits.instructions) return null
    const evaluator = this.#evaluator
    const careful = known(this.#control + ControlBlock.carefulAt)
    evaluator.emit(0x36, [2, 0], [careful, known(0)], 0)
    yield* this.#range(this.#frame, true)
    evaluator.leave(evaluator.emit(0x45, [], [evaluator.parameter(0)], i32)!, 0)
    evaluator.leave(evaluator.emit(0x28, [2, 0], [careful], i32)!, 2)
    yield* this.#range(this.#update, false)
    return this.#left > this.#limits.left * (this.#left + this.#done) ? null : moduleOf(evaluator)
  }

  * update(): Generator<void, Uint8Array<ArrayBuffer>> {
    yield* this.#range(this.#update, false)
    return moduleOf(this.#evaluator)
  }

  #count([from, to]: readonly [number, number]): number {
    let count = 0
    for (let p = from; p < to; p += 4 * this.#word(p + 4)) count++
    return count
  }

  /** All instructions of a part of the tape. Two of them pass over others: of these the machine has no more. */
  * #range([from, to]: readonly [number, number], mayStop: boolean): Generator<void, void> {
    const evaluator = this.#evaluator
    for (let p = from; p < to;) {
      const code = this.#word(p)
      const next = p + 4 * this.#word(p + 4)
      if (code === op.GUARD_QUICK || code === op.WHEN) {
        const isGuard = code === op.GUARD_QUICK
        const end = next + 4 * this.#word(p + (isGuard ? 8 : 12))
        const skips = isGuard ? this.#isModest(p) : this.#isZero(this.#word(p + 8))
        const branch = evaluator.open(evaluator.emit(0x45, [], [skips], i32)!)
        if (branch !== null) {
          yield* this.#range([next, end], mayStop)
          evaluator.close(branch)
        }
        p = end
      } else {
        const stopped = this.#run(p, next)
        if (mayStop) evaluator.leave(stopped, 1)
        p = next
      }
      yield
    }
  }

  /** 0, or the address of the instruction at `p` when it stops. */
  #run(p: number, next: number): Value {
    const evaluator = this.#evaluator
    const stopped = evaluator.length < this.#limits.length ? evaluator.call(this.#function('run'), [p, next]) : null
    if (stopped !== null) {
      this.#done++
      return stopped
    }
    this.#left++
    return evaluator.callOut(interpreter, [p, next])
  }

  /** Whether the check of a GUARD_QUICK passes. */
  #isModest(p: number): Value {
    const modest = this.#evaluator.call(this.#function('allModest'), [this.#word(p + 12), p + 16])
    return modest ?? known(0)
  }

  /** Whether the f64 at an address is 0. */
  #isZero(at: number): Value {
    const evaluator = this.#evaluator
    const zero = evaluator.emit(0x44, [0, 0, 0, 0, 0, 0, 0, 0], [], f64)!
    return evaluator.emit(0x61, [], [evaluator.emit(0x2b, [3, 0], [known(at)], f64)!, zero], i32)!
  }

  #function(name: string): number {
    return this.#module.exports.get(name + this.#suffix)!
  }

  /** Words are numbers from 0 on, and addresses, which may lie beyond 2 GiB. */
  #word(at: number): number {
    return new DataView(this.#memory.buffer).getUint32(at, true)
  }
}

/** A module with one function, `f`, from i32 to i32, that works in the memory `m` and may call `r`. */
function moduleOf({ code, types }: Evaluator): Uint8Array<ArrayBuffer> {
  const section = (id: number, content: readonly number[]): number[] => [id, ...unsigned(content.length), ...content]
  const locals = types.slice(1).flatMap((type) => [1, type])
  const body = encode(code, [...unsigned(types.length - 1), ...locals])
  body.push(0x41, 0, 0x0b)
  const bytes = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
  // Types of `f` and `r`; the two imports; the function; its export.
  bytes.push(...section(1, [2, 0x60, 1, i32, 1, i32, 0x60, 2, i32, i32, 1, i32]))
  bytes.push(...section(2, [2, 0, 1, 0x6d, 2, 0, 0, 0, 1, 0x72, 0, 1]))
  bytes.push(...section(3, [1, 0]))
  bytes.push(...section(7, [1, 1, 0x66, 0, 1]))
  const size = unsigned(body.length)
  bytes.push(10, ...unsigned(1 + size.length + body.length), 1, ...size)
  return Uint8Array.from(bytes.concat(body))
}
