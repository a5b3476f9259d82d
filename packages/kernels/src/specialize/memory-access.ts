import type { Fact, Facts } from './facts.ts'
import { f32, f64, i32, memoryAccessOf, v128 } from './instructions.ts'
import type { Instruction } from './read-module.ts'
import { known, opcode, unsigned, type Value, zeroOf } from './residual.ts'

/** Bytes that do not change as long as the specialised program is used. */
export interface Fixed {
  readonly memory: WebAssembly.Memory
  isFixed(address: number, bytes: number): boolean
}

/** Writes instructions; gives what holds the result, null when there is none. */
export interface Writer {
  readonly emit: (bytes: readonly number[], takes: readonly Value[], gives: number) => Value | null
  /** One that only computes; not again when its result is there. */
  readonly compute: (bytes: readonly number[], takes: readonly Value[], gives: number) => Value
}

const load32 = 0x2a
const loadSplat32 = 521
const splat = 531
const shuffle = 525
const extractF32 = 543
const replaceF32 = 544
const extractF64 = 545
const replaceF64 = 546
const loadLane32 = 598
const loadLane64 = 599

/** Loads and stores: of what is fixed, of what the program has stored itself at addresses that are known, of others. */
export class MemoryAccess {
  readonly #fixed: Fixed
  readonly #writer: Writer

  constructor(fixed: Fixed, writer: Writer) {
    this.#fixed = fixed
    this.#writer = writer
  }

  /** `into`: the vector of which one lane is loaded, else null. */
  load(instruction: Instruction, at: Value, into: Value | null, facts: Facts): Value {
    const { op, number: offset } = instruction
    const { bytes, type, isPlain } = memoryAccessOf(op)!
    if (at.known === null || into !== null) {
      return this.#access(instruction, at, into === null ? [] : [into], type)!
    }
    const address = (at.known >>> 0) + offset
    if (isPlain && this.#fixed.isFixed(address, bytes)) {
      const constant = this.#constant(address, type)
      if (constant !== null) return constant
    }
    if (op === loadSplat32) return this.#spread(address, facts)
    const kept = isPlain ? this.#kept(address, bytes, type, facts) : null
    const found = kept ?? (isPlain && bytes === 16 ? this.#joined(address, facts) : null)
    if (found !== null) return found
    const value = this.#access(instruction, at, [], type)!
    if (isPlain && facts.at(address) === undefined) facts.learn(address, { bytes, type, lane: null, value })
    return value
  }

  store(instruction: Instruction, at: Value, value: Value, facts: Facts): void {
    const { bytes, type, isPlain, isLane } = memoryAccessOf(instruction.op)!
    if (at.known === null) {
      this.#access(instruction, at, [value], 0)
      return facts.forgetAll()
    }
    const address = (at.known >>> 0) + instruction.number
    const lane = isLane ? instruction.immediate.at(-1)! : null
    const fact = { bytes, type, lane, value }
    if (isPlain && facts.has(address, fact)) return
    this.#access(instruction, at, [value], 0)
    facts.forget(address, bytes)
    if (isPlain || (isLane && bytes > 2)) facts.learn(address, fact)
  }

  /** What was stored at an address, or loaded before. */
  #kept(address: number, bytes: number, type: number, facts: Facts): Value | null {
    const fact = facts.at(address)
    const fits = fact !== undefined && fact.bytes === bytes && fact.type === type
    if (fits && fact.lane === null) return fact.value
    if (type !== f32 && type !== f64) return null
    const vector = fits ? { value: fact.value, lane: fact.lane! } : facts.lane(address, bytes)
    if (vector === null) return null
    return this.#writer.compute([...opcode(type === f32 ? extractF32 : extractF64), vector.lane], [vector.value], type)
  }

  /**
   * A vector of which the program has just stored a part: that part, and the rest from memory. A processor lets a load
   * wait that needs more than what a store before it is about to write.
   */
  #joined(address: number, facts: Facts): Value | null {
    const parts = facts.parts(address)
    if (parts.length === 0) return null
    const words = [0, 4, 8, 12].filter((at) => !parts.some((part) => part.at <= at && at < part.at + part.fact.bytes))
    let vector = this.#writer.compute(zeroOf(v128), [], v128)
    while (words.length > 0) {
      const at = words.shift()!
      const isPair = at % 8 === 0 && words[0] === at + 4
      if (isPair) words.shift()
      const lane = isPair ? [...opcode(loadLane64), 0, 0, at / 8] : [...opcode(loadLane32), 0, 0, at / 4]
      vector = this.#writer.emit(lane, [known(address + at), vector], v128)!
    }
    for (const { at, fact } of parts) vector = this.#replaced(vector, at, fact)
    facts.learn(address, { bytes: 16, type: v128, lane: null, value: vector })
    return vector
  }

  /** A vector with a part of it, from byte `at` on, replaced. */
  #replaced(vector: Value, at: number, { bytes, type, lane, value }: Fact): Value {
    if (lane === null) {
      const replace = opcode(type === f32 ? replaceF32 : replaceF64)
      return this.#writer.compute([...replace, at / bytes], [vector, value], v128)
    }
    const from = Array.from({ length: 16 }, (_, k) => (k < at || k >= at + bytes ? k : 16 + lane * bytes + k - at))
    return this.#writer.compute([...opcode(shuffle), ...from], [vector, value], v128)
  }

  /** An f32 in all lanes. One from memory is loaded once, for all who want it. */
  #spread(address: number, facts: Facts): Value {
    const fact = facts.at(address)?.type === f32 ? facts.at(address)! : null
    const vector = fact === null ? facts.lane(address, 4) : fact.lane === null ? null : { ...fact, lane: fact.lane }
    if (vector !== null) {
      const bytes = Array.from({ length: 16 }, (_, k) => 4 * vector.lane + (k & 3))
      return this.#writer.compute([...opcode(shuffle), ...bytes], [vector.value, vector.value], v128)
    }
    let value = fact?.value
    if (value === undefined) {
      value = this.#writer.emit([load32, 0, 0], [known(address)], f32)!
      facts.learn(address, { bytes: 4, type: f32, lane: null, value })
    }
    return this.#writer.compute(opcode(splat), [value], v128)
  }

  #constant(address: number, type: number): Value | null {
    const { buffer } = this.#fixed.memory
    if (type === i32) return known(new DataView(buffer).getInt32(address, true))
    if (type !== f64 && type !== f32) return null
    const bytes = new Uint8Array(buffer, address, type === f64 ? 8 : 4)
    return this.#writer.compute([type === f64 ? 0x44 : 0x43, ...bytes], [], type)
  }

  /** The load or store itself. A known address takes the offset in. */
  #access({ op, number, immediate }: Instruction, at: Value, others: readonly Value[], gives: number): Value | null {
    if (at.known === null) return this.#writer.emit([...opcode(op), ...immediate], [at, ...others], gives)
    const lane = memoryAccessOf(op)!.isLane ? [immediate.at(-1)!] : []
    const bytes = [...opcode(op), immediate[0]!, ...unsigned(0), ...lane]
    return this.#writer.emit(bytes, [known((at.known >>> 0) + number), ...others], gives)
  }
}
