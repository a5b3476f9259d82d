import type { Facts } from './facts.ts'
import { f32, f64, i32, memoryAccessOf, v128 } from './instructions.ts'
import type { Instruction } from './read-module.ts'
import { known, opcode, unsigned, type Value } from './residual.ts'

/** Bytes that do not change as long as the specialised program is used. */
export interface Fixed {
  readonly memory: DataView
  isFixed(address: number, bytes: number): boolean
}

/** Writes an instruction; gives what holds its result, null when it has none. */
export type Emit = (bytes: readonly number[], takes: readonly Value[], gives: number) => Value | null

const loadSplat32 = 521
const splat = 531
const shuffle = 525
const extractF32 = 543
const extractF64 = 545

/** Loads and stores: of what is fixed, of what the program has stored itself at addresses that are known, of others. */
export class MemoryAccess {
  readonly #fixed: Fixed
  readonly #emit: Emit

  constructor(fixed: Fixed, emit: Emit) {
    this.#fixed = fixed
    this.#emit = emit
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
    let kept: Value | null = null
    if (isPlain) kept = this.#kept(address, bytes, type, facts)
    else if (op === loadSplat32) kept = this.#spread(address, facts)
    if (kept !== null) return kept
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
    if (fact === undefined || fact.bytes !== bytes || fact.type !== type) return null
    if (fact.lane === null) return fact.value
    return this.#emit([...opcode(type === f32 ? extractF32 : extractF64), fact.lane], [fact.value], type)
  }

  /** An f32 that is known, in all lanes. */
  #spread(address: number, facts: Facts): Value | null {
    const fact = facts.at(address)
    if (fact?.type === f32 && fact.lane === null) return this.#emit(opcode(splat), [fact.value], v128)
    const vector = fact?.type === f32 ? { value: fact.value, lane: fact.lane! } : facts.lane(address, 4)
    if (vector === null) return null
    const bytes = Array.from({ length: 16 }, (_, k) => 4 * vector.lane + (k & 3))
    return this.#emit([...opcode(shuffle), ...bytes], [vector.value, vector.value], v128)
  }

  #constant(address: number, type: number): Value | null {
    const { memory } = this.#fixed
    if (type === i32) return known(memory.getInt32(address, true))
    if (type !== f64 && type !== f32) return null
    const bytes = new Uint8Array(memory.buffer, address, type === f64 ? 8 : 4)
    return this.#emit([type === f64 ? 0x44 : 0x43, ...bytes], [], type)
  }

  /** The load or store itself. A known address takes the offset in. */
  #access({ op, number, immediate }: Instruction, at: Value, others: readonly Value[], gives: number): Value | null {
    if (at.known === null) return this.#emit([...opcode(op), ...immediate], [at, ...others], gives)
    const lane = memoryAccessOf(op)!.isLane ? [immediate.at(-1)!] : []
    const bytes = [...opcode(op), immediate[0]!, ...unsigned(0), ...lane]
    return this.#emit(bytes, [known((at.known >>> 0) + number), ...others], gives)
  }
}
