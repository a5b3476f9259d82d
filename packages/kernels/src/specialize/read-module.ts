import { codes, operandsOf } from '../streams.ts'

/** An instruction of a function, with what it contains when it is a block. */
export interface Instruction {
  /** 256 + or 512 + the second code behind a prefix. */
  readonly op: number
  /** Index, offset of an access, depth of a branch, or value of an i32.const. */
  readonly number: number
  /** The bytes behind the opcode, as they stand. */
  readonly immediate: Uint8Array
  /** Depths of a br_table, the default last. */
  readonly depths: readonly number[]
  readonly body: readonly Instruction[]
  readonly otherwise: readonly Instruction[]
}

export interface Signed {
  readonly parameters: readonly number[]
  /** Types of the results: none or one. */
  readonly results: readonly number[]
}

export interface Function extends Signed {
  /** Types of parameters and locals. */
  readonly locals: readonly number[]
  readonly body: readonly Instruction[]
}

/** What of a module is needed to evaluate its functions. */
export interface Module {
  /** A function by its index, parsed when it is asked for the first time; undefined for one that is imported. */
  functionAt(index: number): Function | undefined
  readonly exports: ReadonlyMap<string, number>
  /** Values of the i32 constants; undefined for a global that is another or can be set. */
  readonly globals: readonly (number | undefined)[]
  /** Function at each place of the table. */
  readonly table: readonly (number | undefined)[]
}

const nothing: readonly never[] = []

/** Parses the parts of WebAssembly 2.0 that the compiled kernels are made of. */
export function readModule(bytes: Uint8Array): Module {
  return new Reader(bytes).module()
}

class Reader {
  readonly #bytes: Uint8Array
  #at = 8

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  module(): Module {
    let types: readonly Signed[] = []
    let kinds: readonly number[] = []
    let imported = 0
    let starts: readonly number[] = []
    let globals: readonly (number | undefined)[] = []
    const exports = new Map<string, number>()
    const table: number[] = []
    while (this.#at < this.#bytes.length) {
      const section = this.#byte()
      const end = this.#unsigned() + this.#at
      if (section === 1) {
        types = this.#list(() => {
          this.#byte()
          return { parameters: this.#types(), results: this.#types() }
        })
      } else if (section === 2) imported = this.#list(() => this.#import()).length
      else if (section === 3) kinds = this.#list(() => this.#unsigned())
      else if (section === 6) globals = this.#list(() => this.#global())
      else if (section === 7) {
        this.#list(() => {
          const name = this.#name()
          const isFunction = this.#byte() === 0
          const index = this.#unsigned()
          if (isFunction) exports.set(name, index)
        })
      } else if (section === 9) this.#list(() => this.#elements(table))
      else if (section === 10) starts = this.#list(() => this.#skip())
      this.#at = end
    }
    const parsed: (Function | undefined)[] = []
    const functionAt = (index: number): Function | undefined => {
      const start = starts[index - imported]
      if (start === undefined) return undefined
      this.#at = start
      return (parsed[index] ??= this.#function(types[kinds[index - imported]!]!))
    }
    return { functionAt, exports, globals, table }
  }

  #byte(): number {
    return this.#bytes[this.#at++]!
  }

  #unsigned(): number {
    return this.#signed() >>> 0
  }

  /** LEB128 of at most 32 bits. */
  #signed(isSigned = false): number {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.#byte()
      value |= (byte & 127) << shift
      if (byte < 128) return isSigned && shift < 28 && byte > 63 ? value | (-1 << (shift + 7)) : value
    }
  }

  #list<A>(read: (k: number) => A): readonly A[] {
    return Array.from({ length: this.#unsigned() }, (_, k) => read(k))
  }

  #types(): readonly number[] {
    return this.#list(() => this.#byte())
  }

  #name(): string {
    return String.fromCharCode(...this.#list(() => this.#byte()))
  }

  #import(): undefined {
    this.#name()
    this.#name()
    if (this.#byte() !== 0) throw new Error('read-module: an import that is no function')
    this.#unsigned()
  }

  #global(): number | undefined {
    const type = this.#byte()
    const isMutable = this.#byte() === 1
    const [first] = this.#until(codes.end)
    return isMutable || type !== 0x7f ? undefined : first!.number
  }

  #elements(table: number[]): void {
    if (this.#unsigned() !== 0) throw new Error('read-module: a table that is not filled at once')
    const [first] = this.#until(codes.end)
    let at = first!.number
    this.#list(() => (table[at++] = this.#unsigned()))
  }

  /** Where something stands that begins with its length. */
  #skip(): number {
    const start = this.#at
    const length = this.#unsigned()
    this.#at += length
    return start
  }

  #function({ parameters, results }: Signed): Function {
    this.#unsigned()
    const locals = [...parameters]
    this.#list(() => {
      const count = this.#unsigned()
      const type = this.#byte()
      for (let k = 0; k < count; k++) locals.push(type)
    })
    const body = this.#until(codes.end)
    return { parameters, results, locals, body }
  }

  /** Instructions up to an `end`, or to an `else`, which is consumed too. */
  #until(...ends: readonly number[]): Instruction[] {
    const list: Instruction[] = []
    for (;;) {
      const op = this.#opcode()
      if (ends.includes(op)) {
        this.#stop = op
        return list
      }
      list.push(this.#instruction(op))
    }
  }

  #stop = 0

  #opcode(): number {
    const op = this.#byte()
    return op >= codes.bulk ? 256 * (op - codes.bulk + 1) + this.#unsigned() : op
  }

  #instruction(op: number): Instruction {
    const start = this.#at
    let number = 0
    let depths: readonly number[] = nothing
    let body: readonly Instruction[] = nothing
    let otherwise: readonly Instruction[] = nothing
    if (op >= 0x02 && op <= 0x04) {
      number = this.#byte()
      body = this.#until(codes.end, 0x05)
      if (this.#stop === 0x05) otherwise = this.#until(codes.end)
    } else if (op === codes.branchTable) depths = [...this.#list(() => this.#unsigned()), this.#unsigned()]
    else if (op === 0x41) number = this.#signed(true)
    else {
      for (const operand of operandsOf(op)) {
        if (operand > 15) this.#at += operand >> 4
        // Of an access the offset, which is last; of all others their only number.
        else number = this.#unsigned()
      }
    }
    return { op, number, immediate: this.#bytes.subarray(start, this.#at), depths, body, otherwise }
  }
}
