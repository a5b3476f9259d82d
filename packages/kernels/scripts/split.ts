import { codes, inOrder, join, mostCodes, operandsOf, streams, toFront, twinOf } from '../src/streams.ts'

const { alignments, locals, opcodes, rest } = streams

/**
 * The streams of a module; undone by `join` in src/streams.ts.
 * @throws Error when it does not come back byte by byte: it has an instruction or a form that `join` does not know.
 */
export function split(module: Uint8Array): readonly Uint8Array[] {
  const parts = new Splitter(module).run()
  const back = join(Buffer.concat(parts), parts.map(({ length }) => length))
  if (Buffer.compare(back, module) !== 0) throw new Error('split: the module does not come back from streams')
  return parts
}

class Splitter {
  readonly #module: Uint8Array
  readonly #streams: number[][] = Object.keys(streams).map(() => [])
  readonly #aligned = new Uint8Array(mostCodes)
  #at = 8

  constructor(module: Uint8Array) {
    this.#module = module
  }

  run(): readonly Uint8Array[] {
    const before = this.#beforeCode()
    putNumber(this.#streams[rest]!, before.length)
    this.#streams[rest]!.push(...before)
    for (let functions = this.#pass(rest); functions > 0; functions--) this.#function()
    this.#copy(rest, this.#module.length - this.#at)
    return this.#streams.map((stream) => Uint8Array.from(stream))
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
    const [start, aligned, lengths] = [this.#at, this.#aligned.slice(), this.#streams.map((stream) => stream.length)]
    if (this.#body(end, false) <= 0) return
    this.#at = start
    this.#aligned.set(aligned)
    this.#streams.forEach((stream, k) => stream.length = lengths[k]!)
    this.#body(end, true)
  }

  /** How many more of its instructions are for f64 than for f32. */
  #body(end: number, double: boolean): number {
    this.#streams[rest]!.push(double ? 1 : 0)
    for (let groups = this.#pass(rest); groups > 0; groups--) {
      this.#pass(rest)
      this.#copy(rest, 1)
    }
    const recent = inOrder.slice()
    let doubles = 0
    while (this.#at < end) doubles += this.#instruction(recent, double)
    return doubles
  }

  /** 1: it is one for f64; -1: for f32; 0: neither. */
  #instruction(recent: Uint16Array, double: boolean): number {
    let op = this.#module[this.#at++]!
    if (op >= codes.bulk) op = 256 * (op - codes.bulk + 1) + this.#number()
    const written = double ? twinOf(op) : op
    this.#streams[opcodes]!.push(written > 255 ? codes.bulk - 1 + (written >> 8) : written)
    if (written > 255) putNumber(this.#streams[opcodes]!, written & 255)
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
    return Math.sign(op - twinOf(op))
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
