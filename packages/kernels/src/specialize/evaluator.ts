import { codes } from '../streams.ts'
import { Facts, isSame } from './facts.ts'
import { fold } from './fold.ts'
import { f32, f64, i32, i64, memoryAccessOf, signatureOf, v128 } from './instructions.ts'
import { type Fixed, MemoryAccess } from './memory-access.ts'
import type { Instruction, Module } from './read-module.ts'
import { type Code, known, type Local, opcode, unsigned, type Value, zeroOf } from './residual.ts'

/** Thrown where a function is too long, or does what we do not evaluate. */
class NotSpecialized extends Error {}

/** What holds at a point of the specialised program. */
interface Path {
  locals: Value[]
  stack: Value[]
  facts: Facts
  globals: Map<number, Value>
}

/** One way to the end of a block, or back to the start of a loop. */
interface Edge {
  readonly path: Path
  /** The result that it brings; null: none. */
  readonly result: Value | null
  readonly moves: { to: Local[]; from: Value[] }
}

/** What is to be gone back to after a branch. */
export interface Branch {
  readonly before: Path
  readonly outer: Code
}

interface Label {
  /** A branch brings a result. */
  readonly hasResult: boolean
  /** How many values stand on the stack beneath it. */
  readonly height: number
  readonly edges: Edge[]
  readonly code: Code
}

/** A loop is unrolled when it has at most so many turns, and no more instructions come of it. */
const turnsMost = 8
const unrolledMost = 600
/** What one attempt may write down, and go through: more is not worth the time that the engine takes for it. */
const itemsMost = 1500
const workMost = 20_000

/**
 * Partial evaluation of functions of the compiled kernels (Jones, Gomard and Sestoft, "Partial Evaluation and Automatic
 * Program Generation", 1993): whatever depends on numbers that are known is done now, all else is written down as the
 * code of a new function. Loops over a few vectors are unrolled, calls are inlined, loads of what the program has just
 * stored become the value itself.
 *
 * The instructions that compute are those of the kernels in their order, so the bits are the same.
 */
export class Evaluator {
  readonly #module: Module
  readonly #memory: MemoryAccess
  readonly #types: number[]
  #labels: Label[] = []
  #path: Path | null = { locals: [], stack: [], facts: new Facts(), globals: new Map() }
  #code: Code = []
  #items = 0
  #itemsMost = 0
  #workMost = 0
  #work = 0

  /** `parameters`: types of those of the function that is written. */
  constructor(module: Module, fixed: Fixed, parameters: readonly number[]) {
    this.#module = module
    this.#memory = new MemoryAccess(fixed, {
      emit: (bytes, takes, gives) => this.#emit(bytes, takes, gives),
      compute: (bytes, takes, gives) => this.#computed(bytes, takes, gives),
    })
    this.#types = [...parameters]
  }

  /** One of the parameters of the function that is written. */
  parameter(index: number): Value {
    const type = this.#types[index]!
    return { type, known: null, local: { index, type } }
  }

  get code(): Code {
    return this.#code
  }

  /** Types of the locals of the function that is written, its parameters first. */
  get types(): readonly number[] {
    return this.#types
  }

  /** How many instructions were written down. */
  get length(): number {
    return this.#items
  }

  /** The result of a function for numbers that are known; null, and nothing written down, when it is too much. */
  call(index: number, parameters: readonly number[]): Value | null {
    const before = { path: copyOf(this.#path!), code: this.#code, length: this.#code.length, items: this.#items }
    const types = this.#types.length
    this.#itemsMost = this.#items + itemsMost
    this.#workMost = this.#work + workMost
    try {
      this.#path!.stack.push(...parameters.map(known))
      this.#call(index)
      return this.#path!.stack.pop()!
    } catch (cause) {
      if (!(cause instanceof NotSpecialized)) throw cause
      this.#path = before.path
      this.#code = before.code
      this.#code.length = before.length
      this.#items = before.items
      this.#types.length = types
      this.#labels = []
      this.#functionLabel = 0
      return null
    }
  }

  /** Calls an imported function, which may write anything. */
  callOut(index: number, parameters: readonly number[]): Value {
    this.#path!.facts.forgetAll()
    return this.emit(0x10, unsigned(index), parameters.map(known), i32)!
  }

  /** Writes an instruction that takes values. */
  emit(op: number, immediate: readonly number[], takes: readonly Value[], gives: number): Value | null {
    this.#itemsMost = Infinity
    return this.#emit([...opcode(op), ...immediate], takes, gives)
  }

  /** Begins what is done only where a condition holds; null where it never does. */
  open(condition: Value): Branch | null {
    if (condition.known === 0) return null
    const branch = { before: copyOf(this.#path!), outer: this.#code }
    const code: Code = []
    this.#code.push({ kind: 'if', condition, code, otherwise: [] })
    this.#code = code
    return branch
  }

  /** Goes on with what is done in any case. */
  close({ before, outer }: Branch): void {
    this.#path!.facts.meet(before.facts)
    this.#path!.globals.clear()
    this.#code = outer
  }

  /** Ends the function with a number where a condition holds. */
  leave(condition: Value, number: number): void {
    if (condition.known === 0) return
    const code: Code = [{ kind: 'op', bytes: [0x41, number, 0x0f], takes: [], gives: null }]
    this.#code.push({ kind: 'if', condition, code, otherwise: [] })
  }

  #local(type: number): Local {
    this.#types.push(type)
    return { index: this.#types.length - 1, type }
  }

  #emit(bytes: readonly number[], takes: readonly Value[], gives: number): Value | null {
    if (++this.#items > this.#itemsMost) throw new NotSpecialized('it is too long')
    const local = gives === 0 ? null : this.#local(gives)
    this.#code.push({ kind: 'op', bytes, takes, gives: local })
    return local === null ? null : { type: gives, known: null, local }
  }

  /** As `#emit`, for instructions that only compute: what was computed before is not computed again. */
  #computed(bytes: readonly number[], takes: readonly Value[], gives: number): Value {
    const { facts } = this.#path!
    const operands = takes.map(({ local, known: number }) => (local === null ? `=${number}` : `.${local.index}`))
    const key = [...bytes, ...operands].join(' ')
    const value = facts.computed(key) ?? this.#emit(bytes, takes, gives)!
    facts.compute(key, value)
    return value
  }

  #push(value: Value | null): void {
    if (value !== null) this.#path!.stack.push(value)
  }

  #pop(): Value {
    return this.#path!.stack.pop()!
  }

  #run(body: readonly Instruction[]): void {
    for (const instruction of body) {
      if (this.#path === null) return
      if (++this.#work > this.#workMost) throw new NotSpecialized('it takes too long')
      this.#step(instruction)
    }
  }

  #step(instruction: Instruction): void {
    const { op, number, immediate } = instruction
    const path = this.#path!
    switch (op) {
      case 0x00: {
        this.#emit([0x00], [], 0)
        this.#path = null
        return
      }
      case 0x01: return
      case 0x02: return this.#block(number, instruction.body)
      case 0x03: return this.#loop(instruction)
      case 0x04: return this.#if(instruction)
      case 0x0c: return this.#jump(number)
      case 0x0d: return this.#jumpIf(number)
      case codes.branchTable: {
        const index = this.#pop().known
        if (index === null) throw new NotSpecialized('it chooses among many')
        const { depths } = instruction
        return this.#jump(depths[Math.min(index >>> 0, depths.length - 1)]!)
      }
      case 0x0f: return this.#jump(this.#labels.length - 1 - this.#functionLabel)
      case 0x10: return this.#call(number)
      case 0x11: {
        const at = this.#pop().known
        const index = at === null ? undefined : this.#module.table[at]
        if (index === undefined) throw new NotSpecialized('it calls through a table')
        return this.#call(index)
      }
      case 0x1a: return void this.#pop()
      case 0x1b: {
        const [condition, b, a] = [this.#pop(), this.#pop(), this.#pop()]
        if (condition.known !== null) return this.#push(condition.known === 0 ? b : a)
        return this.#push(this.#emit([0x1b], [a, b, condition], a.type))
      }
      case 0x20: return this.#push(path.locals[number]!)
      case 0x21: return void (path.locals[number] = this.#pop())
      case 0x22: return void (path.locals[number] = path.stack.at(-1)!)
      case 0x23: {
        const value = path.globals.get(number) ?? this.#constantGlobal(number)
        return this.#push(value)
      }
      case 0x24: return void path.globals.set(number, this.#pop())
      case 0x41: return this.#push(known(number))
      case 0x42: case 0x43: case 0x44: case 524: {
        const types: Record<number, number> = { 0x42: i64, 0x43: f32, 0x44: f64 }
        return this.#push(this.#computed([...opcode(op), ...immediate], [], types[op] ?? v128))
      }
      case 266: case 267: {
        const takes = [this.#pop(), this.#pop(), this.#pop()].reverse()
        this.#emit([...opcode(op), ...immediate], takes, 0)
        return path.facts.overwritten(takes[0]!, takes[2]!)
      }
    }
    const access = memoryAccessOf(op)
    if (access === undefined) return this.#compute(op, immediate)
    const value = access.isStore || access.isLane ? this.#pop() : null
    const at = this.#pop()
    if (access.isStore) this.#memory.store(instruction, at, value!, path.facts)
    else this.#push(this.#memory.load(instruction, at, value, path.facts))
  }

  #compute(op: number, immediate: Uint8Array): void {
    const signature = signatureOf(op)
    if (signature === undefined) throw new NotSpecialized(`opcode ${op}`)
    const takes = this.#path!.stack.splice(-signature.takes)
    if (signature.gives === i32 && takes.every(({ known: number }) => number !== null)) {
      const number = fold(op, takes[0]!.known!, takes[1]?.known ?? 0)
      if (number !== null) return this.#push(known(number))
    }
    this.#push(this.#computed([...opcode(op), ...immediate], takes, signature.gives))
  }

  #constantGlobal(index: number): Value {
    const number = this.#module.globals[index]
    if (number === undefined) throw new NotSpecialized('it reads a global')
    return known(number)
  }

  /** Where the label of the function that is being evaluated stands. */
  #functionLabel = 0

  #call(index: number): void {
    const callee = this.#module.functionAt(index)
    if (callee === undefined) throw new NotSpecialized('it calls JavaScript')
    const path = this.#path!
    const count = callee.parameters.length
    const caller = { locals: path.locals, stack: path.stack, label: this.#functionLabel }
    const parameters = path.stack.splice(path.stack.length - count)
    path.stack = []
    path.locals = callee.locals.map((type, k) => parameters[k] ?? this.#zero(type))
    this.#functionLabel = this.#labels.length
    this.#block(callee.results[0] ?? 0x40, callee.body)
    this.#functionLabel = caller.label
    if (this.#path === null) throw new NotSpecialized('it always stops')
    const result = callee.results.length > 0 ? this.#pop() : null
    this.#path.locals = caller.locals
    this.#path.stack = caller.stack
    this.#push(result)
  }

  #zero(type: number): Value {
    return type === i32 ? known(0) : this.#computed(zeroOf(type), [], type)
  }

  #block(type: number, body: readonly Instruction[]): void {
    const code: Code = []
    const label: Label = { hasResult: type !== 0x40, height: this.#path!.stack.length, edges: [], code }
    const outer = this.#code
    outer.push({ kind: 'block', code })
    this.#within(label, code, body)
    this.#code = outer
    this.#path = this.#merge(label)
  }

  /** Runs a body with a label around it; falling through is one more edge. */
  #within(label: Label, code: Code, body: readonly Instruction[]): void {
    this.#labels.push(label)
    this.#code = code
    this.#run(body)
    if (this.#path !== null) this.#edge(label, null)
    this.#labels.pop()
  }

  #edge(label: Label, target: Code | null): void {
    const path = this.#path!
    const moves = { to: [], from: [] }
    label.edges.push({ path, result: label.hasResult ? this.#pop() : null, moves })
    this.#code.push({ kind: 'jump', moves, target })
    this.#path = null
  }

  #jump(depth: number): void {
    const label = this.#labels.at(-1 - depth)!
    this.#edge(label, label.code)
  }

  #jumpIf(depth: number): void {
    const condition = this.#pop()
    if (condition.known === 0) return
    if (condition.known !== null) return this.#jump(depth)
    const [outer, after] = [this.#code, copyOf(this.#path!)]
    const code: Code = []
    outer.push({ kind: 'if', condition, code, otherwise: [] })
    this.#code = code
    this.#jump(depth)
    this.#code = outer
    this.#path = after
  }

  #if({ number, body, otherwise }: Instruction): void {
    const condition = this.#pop()
    if (condition.known !== null) return this.#block(number, condition.known === 0 ? otherwise : body)
    const [code, rest]: Code[] = [[], []]
    const height = this.#path!.stack.length
    const label: Label = { hasResult: number !== 0x40, height, edges: [], code: code! }
    const [outer, after] = [this.#code, copyOf(this.#path!)]
    outer.push({ kind: 'if', condition, code: code!, otherwise: rest! })
    this.#within(label, code!, body)
    this.#path = after
    this.#within(label, rest!, otherwise)
    this.#code = outer
    this.#path = this.#merge(label)
  }

  /** What holds where several ways meet: values that differ go into new locals. */
  #merge({ edges, height }: Label): Path | null {
    const [first, ...others] = edges
    if (first === undefined) return null
    const { path } = first
    const meet = (pick: (edge: Edge) => Value): Value => {
      const value = pick(first)
      if (others.every((edge) => isSame(pick(edge), value))) return value
      const local = this.#local(value.type)
      for (const edge of edges) {
        edge.moves.to.push(local)
        edge.moves.from.push(pick(edge))
      }
      return { type: value.type, known: null, local }
    }
    const locals = path.locals.map((_, k) => meet((edge) => edge.path.locals[k]!))
    const result = first.result === null ? null : meet((edge) => edge.result!)
    const globals = new Map(path.globals)
    for (const other of others) {
      path.facts.meet(other.path.facts)
      for (const [k, value] of globals) {
        const there = other.path.globals.get(k)
        if (there === undefined || !isSame(there, value)) globals.delete(k)
      }
    }
    const stack = path.stack.slice(0, height)
    if (result !== null) stack.push(result)
    return { locals, stack, facts: path.facts, globals }
  }

  #loop(instruction: Instruction): void {
    const { number: type, body } = instruction
    if (type !== 0x40) throw new NotSpecialized('a loop with a result')
    const [outer, length, items] = [this.#code, this.#code.length, this.#items]
    const [before, edges] = [copyOf(this.#path!), this.#labels.map((label) => label.edges.length)]
    const types = this.#types.length
    for (let turn = 0; turn < turnsMost && this.#items - items < unrolledMost; turn++) {
      const code: Code = []
      const label: Label = { hasResult: false, height: before.stack.length, edges: [], code }
      outer.push({ kind: 'block', code })
      this.#labels.push(label)
      this.#code = code
      this.#run(body)
      this.#labels.pop()
      this.#code = outer
      if (label.edges.length === 0) return
      if (this.#path !== null) break
      this.#path = this.#merge(label)
    }
    // It goes on for long, or who knows how long: undone.
    outer.length = length
    this.#items = items
    this.#types.length = types
    this.#labels.forEach((label, k) => (label.edges.length = edges[k]!))
    this.#path = before
    this.#remain(body)
  }

  /** A loop of the specialised program: what is assigned in it is not known. */
  #remain(body: readonly Instruction[]): void {
    const path = this.#path!
    const assigned = [...assignedIn(body)]
    const to = assigned.map((k) => this.#local(path.locals[k]!.type))
    this.#code.push({ kind: 'jump', moves: { to, from: assigned.map((k) => path.locals[k]!) }, target: null })
    assigned.forEach((k, n) => (path.locals[k] = { type: to[n]!.type, known: null, local: to[n]! }))
    path.facts.forgetAll()
    const globals = new Map(path.globals)
    const code: Code = []
    const label: Label = { hasResult: false, height: path.stack.length, edges: [], code }
    const outer = this.#code
    outer.push({ kind: 'loop', code })
    this.#labels.push(label)
    this.#code = code
    this.#run(body)
    this.#labels.pop()
    this.#code = outer
    for (const { path: end, moves } of label.edges) {
      for (const [k, value] of globals) {
        const now = end.globals.get(k)
        if (now === undefined || !isSame(now, value)) throw new NotSpecialized('a loop sets a global')
      }
      moves.to.push(...to)
      moves.from.push(...assigned.map((k) => end.locals[k]!))
    }
  }
}

function copyOf(path: Path): Path {
  return {
    locals: [...path.locals], stack: [...path.stack], facts: path.facts.copy(), globals: new Map(path.globals),
  }
}

function assignedIn(body: readonly Instruction[], found = new Set<number>()): ReadonlySet<number> {
  for (const instruction of body) {
    if (instruction.op === 0x21 || instruction.op === 0x22) found.add(instruction.number)
    assignedIn(instruction.body, found)
    assignedIn(instruction.otherwise, found)
  }
  return found
}
