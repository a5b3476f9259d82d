import type { ForwardSlots, Operator, Scope, Slot, Structured } from '@eddy/graph'
import { Arena, bytesOf, type Operand, pairs as pairsLayout, Tape } from '@eddy/kernels'
import * as op from '@eddy/kernels/op'
import { type DType, type Shape, sizeOf, type TensorData } from '@eddy/tensor'

/** One input of an isolated operator. */
export interface IsolatedInput {
  readonly shape: Shape
  /** The elements of a dense input. */
  readonly data?: ArrayLike<number>
  /** A sparse input. */
  readonly pairs?: { readonly capacity: number; readonly entries: readonly (readonly [number, number])[] }
  /** Statistics cells, f64 in every run. */
  readonly buffer?: boolean
}

/** Bytes after each block that nobody may write. */
const guardBytes = 16
const guardByte = 0xa5
const seed: readonly [number, number] = [20, 26]

const calls: (() => void)[] = []
let shared: Arena | undefined

/** Memory with a guard after each block. */
class Memory {
  readonly arena: Arena
  readonly #guards: { readonly slot: Slot; readonly bytes: number }[] = []

  constructor() {
    shared ??= Arena.create({ call: (id) => calls[id]!() })
    this.arena = shared
  }

  slot(shape: Shape, dtype: DType, pairs = 0): Slot {
    const bytes = pairs > 0 ? pairsLayout.bytes(dtype, pairs) : sizeOf(shape) * bytesOf[dtype]
    const whole = (bytes + 15) & ~15
    const at = this.arena.alloc(whole + guardBytes)
    this.arena.u8.fill(guardByte, at + whole, at + whole + guardBytes)
    const slot = { at, size: pairs > 0 ? pairs : sizeOf(shape), shape, dtype, pairs }
    this.#guards.push({ slot, bytes })
    return slot
  }

  /** @throws Error when a padding byte is not zero or a guard byte was overwritten. */
  check(): void {
    const { u8 } = this.arena
    for (const { slot, bytes } of this.#guards) {
      const end = slot.at + ((bytes + 15) & ~15)
      if (u8.subarray(slot.at + bytes, end).some((byte) => byte !== 0)) throw new Error('padding was written')
      if (u8.subarray(end, end + guardBytes).some((byte) => byte !== guardByte)) throw new Error('a write past a slot')
    }
  }
}

/** One section of one operator: implements `Scope` over an arena and a tape. */
class Section {
  readonly #memory: Memory
  readonly #dtype: DType
  readonly #tape = new Tape()
  #placed: { readonly from: number; readonly to: number } | null = null

  constructor(memory: Memory, dtype: DType) {
    this.#memory = memory
    this.#dtype = dtype
  }

  scope(): Scope {
    return {
      dtype: this.#dtype,
      key: 7,
      emit: (opcode, ...operands) => this.#tape.emit(opcode, ...operands.map(addressOf)),
      temporary: (size, dtype = this.#dtype) => this.#memory.slot([size], dtype),
      call: (callback) => this.#tape.emit(op.CALL, calls.push(callback) - 1),
      view: (slot) => this.#memory.arena.array(slot.dtype, slot.at, slot.size),
    }
  }

  run(): void {
    const { arena } = this.#memory
    this.#placed ??= this.#tape.place(arena)
    arena.control.training = true
    arena.control.seed = seed
    arena.control.step = 3
    if (arena.run(this.#dtype, this.#placed.from, this.#placed.to) === 0) return
    throw new Error(`the machine stopped with fault ${arena.control.error}, info ${arena.control.errorInfo}`)
  }
}

function addressOf(operand: Operand | Slot): Operand {
  return typeof operand === 'object' && 'at' in operand ? operand.at : operand
}

/**
 * One operator alone on a tape: the same instructions as in a graph, without graph, streams or optimizer.
 * Before each section its destinations are filled with NaN, so an element that is not written shows.
 */
export class Isolated {
  readonly output: Slot
  readonly inputs: readonly Slot[]
  readonly differentiable: readonly boolean[]
  readonly #rule: Operator
  readonly #options: unknown
  readonly #dtype: DType
  readonly #memory = new Memory()
  readonly #residual: unknown
  readonly #forward: Section
  readonly #gradient: Slot
  readonly #gradients: readonly Slot[]
  readonly #backwards = new Map<string, Section>()

  constructor(
    record: Operator<never, never> | Operator, inputs: readonly IsolatedInput[], options: unknown, dtype: DType,
  ) {
    this.#rule = record as Operator
    this.#options = options
    this.#dtype = dtype
    this.inputs = inputs.map(({ shape, pairs, buffer }) =>
      this.#memory.slot(shape, buffer === true ? 'f64' : dtype, pairs?.capacity ?? 0))
    inputs.forEach((input, port) => this.#fill(port, input))
    const shape = this.#rule.shape(inputs.map((input) => input.shape), options)
    const pairs = this.#rule.pairs?.(this.inputs.map((slot) => slot.pairs), options) ?? 0
    this.output = this.#memory.slot(shape, dtype, pairs)
    this.#gradient = this.#memory.slot(shape, dtype)
    this.#gradients = inputs.map((input) => this.#memory.slot(input.shape, dtype))
    this.differentiable = inputs.map((_, port) => this.#rule.differentiable?.(port, options) ?? true)
    this.#forward = new Section(this.#memory, dtype)
    this.#residual = this.#rule.forward(this.#forward.scope(), this.#slots())
  }

  /** The output for the given elements of the dense inputs; ports that are not given keep theirs. */
  forward(elements: readonly (ArrayLike<number> | undefined)[] = []): TensorData {
    elements.forEach((data, port) => {
      const slot = this.inputs[port]!
      if (data !== undefined) this.#memory.arena.write(slot.dtype, slot.at, data)
    })
    this.#poison(this.output)
    this.#forward.run()
    this.#memory.check()
    return this.value(this.output)
  }

  /** The gradients of the given ports (default: all that have one) for a cotangent; run `forward` before. */
  backward(cotangent: ArrayLike<number>, ports?: readonly number[]): (TensorData | null)[] {
    const wanted = this.differentiable.map((has, port) => has && (ports?.includes(port) ?? true))
    this.#setGradient(cotangent)
    const before = [...this.inputs, this.output].map((slot) => this.value(slot))
    this.#gradients.forEach((slot) => this.#poison(slot))
    this.#backward(wanted).run()
    this.#memory.check()
    const after = [...this.inputs, this.output].map((slot) => this.value(slot))
    if (before.some((values, k) => values.some((value, i) => !Object.is(value, after[k]![i])))) {
      throw new Error('the backward section changed an input or the output')
    }
    return wanted.map((yes, port) => (yes ? this.value(this.#gradients[port]!) : null))
  }

  /** The structured gradient of a port written out, or null when the operator has none. Run `forward` before. */
  structured(cotangent: ArrayLike<number>, port: number): Float64Array | null {
    this.#setGradient(cotangent)
    const slots = { ...this.#slots(), gradient: this.#gradient, inputGradients: [], residual: this.#residual }
    const found = this.#rule.structured?.(slots, port) ?? null
    return found === null ? null : this.#writeOut(found, this.inputs[port]!)
  }

  /** The output's pairs, when it is sparse. */
  pairs(): { readonly capacity: number; readonly entries: readonly (readonly [number, number])[] } {
    return { capacity: this.output.pairs, entries: this.#entries(this.output) }
  }

  /** Runs the commit section. */
  commit(): void {
    const section = new Section(this.#memory, this.#dtype)
    this.#rule.commit?.(section.scope(), this.#slots(), this.#residual)
    section.run()
    this.#memory.check()
  }

  /** The elements of a slot; of a sparse one the dense vector it stands for. */
  value(slot: Slot): TensorData {
    const { arena } = this.#memory
    if (slot.pairs === 0) return arena.read(slot.dtype, slot.at, slot.size)
    const dense = new Float64Array(slot.shape[0]!)
    for (const [index, value] of this.#entries(slot)) dense[index]! += value
    return dense
  }

  #slots(): ForwardSlots<unknown> {
    return { inputs: this.inputs, output: this.output, options: this.#options }
  }

  #fill(port: number, { data, pairs }: IsolatedInput): void {
    const slot = this.inputs[port]!
    if (pairs === undefined) return this.#memory.arena.write(slot.dtype, slot.at, data ?? [])
    const [indices, values] = [pairs.entries.map((entry) => entry[0]), pairs.entries.map((entry) => entry[1])]
    pairsLayout.write(this.#memory.arena, this.#dtype, slot.at, pairs.capacity, indices, values)
  }

  #poison(slot: Slot): void {
    if (slot.pairs === 0) this.#memory.arena.array(slot.dtype, slot.at, slot.size).fill(Number.NaN)
  }

  #setGradient(cotangent: ArrayLike<number>): void {
    this.#memory.arena.write(this.#dtype, this.#gradient.at, cotangent)
  }

  #backward(wanted: readonly boolean[]): Section {
    const key = wanted.join()
    const known = this.#backwards.get(key)
    if (known !== undefined) return known
    const section = new Section(this.#memory, this.#dtype)
    this.#backwards.set(key, section)
    const inputGradients = wanted.map((yes, port) => (yes ? this.#gradients[port]! : null))
    const slots = { ...this.#slots(), gradient: this.#gradient, inputGradients, residual: this.#residual }
    this.#rule.backward(section.scope(), slots)
    return section
  }

  #entries(slot: Slot): [number, number][] {
    const { arena } = this.#memory
    const count = arena.i32[slot.at >>> 2]!
    const first = pairsLayout.indices(slot.at) >>> 2
    const values = arena.array(slot.dtype, pairsLayout.values(slot.at, slot.pairs), count)
    return Array.from({ length: count }, (_, k) => [arena.i32[first + k]!, values[k]!])
  }

  /** What a structured gradient stands for, by its definition in `Structured`, rounded as its element type rounds. */
  #writeOut(found: Structured, target: Slot): Float64Array {
    const round = this.#dtype === 'f32' ? Math.fround : (x: number): number => x
    const table = new Float64Array(target.size)
    const add = (at: number, x: number): void => void (table[at] = round(table[at]! + x))
    if (found.kind === 'outer') {
      const [rows, columns] = [this.value(found.rows), this.value(found.columns)]
      rows.forEach((r, i) => columns.forEach((c, j) => (table[i * columns.length + j] = round(r * c))))
    } else if (found.kind === 'rows') {
      const dy = this.value(found.gradient)
      for (const [row, x] of this.#entries(found.pairs)) dy.forEach((d, j) => add(row * dy.length + j, round(x * d)))
    } else if (found.kind === 'same') table.set(this.value(found.gradient))
    else {
      const [dy, index] = [this.value(found.gradient), this.value(found.index)]
      const width = dy.length / index.length
      index.forEach((row, k) => {
        for (let j = 0; j < width; j++) add(row * width + j, dy[k * width + j]!)
      })
    }
    return table
  }
}
