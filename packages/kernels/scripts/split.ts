import { codes, inOrder, join, mostCodes, operandsOf, streams, toFront } from '../src/streams.ts'

const { alignments, locals, opcodes, rest } = streams

/**
 * The streams of a module; undone by `join` in src/streams.ts.
 * @throws Error when it does not come back byte by byte: it has an instruction or a form that `join` does not know.
 */
export function split(module: Uint8Array): Uint8Array {
  const bytes = new Splitter(module).run()
  if (Buffer.compare(join(bytes), module) !== 0) throw new Error('split: the module does not come back from streams')
  return bytes
}

class Splitter {
  readonly #module: Uint8Array
  readonly #streams: number[][] = Object.keys(streams).map(() => [])
  readonly #aligned = new Uint8Array(mostCodes)
  #at = 8

  constructor(module: Uint8Array) {
    this.#module = module
  }

  run(): Uint8Array {
    const before = this.#beforeCode()
    putNumber(this.#streams[rest]!, before.length)
    this.#streams[rest]!.push(...before)
    for (let functions = this.#pass(rest); functions > 0; functions--) this.#function()
    this.#copy(rest, this.#module.length - this.#at)
    const lengths: number[] = []
    for (const stream of this.#streams) putNumber(lengths, stream.length)
    return Uint8Array.from([...lengths, ...this.#streams.flat()])
  }

  /** All sections before the code; then stands behind the code's length. */
  #beforeCode(): Uint8Array {
    for (;;) {
      const start = this.#at
      const section = this.#module[this.#at++]
      const length = this.#number()
      if (section === 10) return this.#module.subarray(0, start)
      this.#at += length
      if (this.#at >= this.#module.length) throw new Error('split: the module has no code')
    }
  }

  #function(): void {
    const length = this.#number()
    const end = this.#at + length
    for (let groups = this.#pass(rest); groups > 0; groups--) {
      this.#pass(rest)
      this.#copy(rest, 1)
    }
    const recent = inOrder.slice()
    while (this.#at < end) this.#instruction(recent)
  }

  #instruction(recent: Uint16Array): void {
    let op = this.#module[this.#at]!
    this.#copy(opcodes, 1)
    if (op >= codes.bulk) op = 256 * (op - codes.bulk + 1) + this.#pass(opcodes)
    if (op === codes.branchTable) for (let cases = this.#pass(rest); cases >= 0; cases--) this.#pass(rest)
    for (const operand of operandsOf(op)) {
      if (operand > 15) this.#copy(operand & 15, operand >> 4)
      else if (operand === alignments) {
        const alignment = this.#number()
        putNumber(this.#streams[alignments]!, alignment ^ this.#aligned[op]!)
        this.#aligned[op] = alignment
      } else if (operand === locals) {
        const rank = recent.indexOf(this.#number())
        putNumber(this.#streams[locals]!, rank)
        toFront(recent, rank)
      } else do this.#copy(operand, 1); while (this.#module[this.#at - 1]! > 127)
    }
  }

  #copy(stream: number, count: number): void {
    for (let k = 0; k < count; k++) this.#streams[stream]!.push(this.#module[this.#at++]!)
  }

  #number(): number {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.#module[this.#at++]!
      value |= (byte & 127) << shift
      if (byte < 128) return value
    }
  }

  #pass(stream: number): number {
    const value = this.#number()
    putNumber(this.#streams[stream]!, value)
    return value
  }
}

/** Appends an unsigned number in LEB128. */
function putNumber(to: number[], value: number): void {
  for (; value > 127; value >>>= 7) to.push(value & 127 | 128)
  to.push(value)
}
