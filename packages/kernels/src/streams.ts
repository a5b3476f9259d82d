/**
 * The form in which the embedded module is packed: what a module has of one kind stands together, all opcodes, all
 * locals, all addresses, since each kind repeats itself more when the others do not stand between. A local is given by
 * how many others were used since its last use, so that functions that differ in their numbering look alike. Sizes of
 * functions are left out. Most functions exist twice, for f32 and for f64: one that computes rather in f64 is written
 * with the opcodes of the two types exchanged, and so looks like its twin.
 *
 *     `rest`    length of what stands before the code, that, number of functions, ..., what stands behind the code;
 *               for each function first whether its opcodes are exchanged
 *
 * All numbers are LEB128. A sixth smaller when packed. `scripts/split.ts` makes it.
 */
export const streams = {
  opcodes: 0, locals: 1, alignments: 2, offsets: 3, integers: 4, floats: 5, calls: 6, branches: 7, rest: 8,
} as const

const { opcodes, locals, alignments, offsets, integers, floats, calls, branches, rest } = streams

/** Opcodes that are treated apart. The prefixes of bulk memory and SIMD instructions are followed by a second code. */
export const codes = { end: 0x0b, branchTable: 0x0e, bulk: 0xfc, simd: 0xfd } as const

/** Opcodes are below, those with a prefix included. */
export const mostCodes = 768

/** First opcodes for f32 and for f64, and how many follow that differ in nothing else; those that are met often. */
const exchanged = [
  // Load, store, constant; comparisons; arithmetic.
  0x2a, 0x2b, 1, 0x38, 0x39, 1, 0x43, 0x44, 1, 0x5b, 0x61, 6, 0x8b, 0x99, 14,
  // Vectors: a number loaded into all lanes or given for all; lanes; comparisons; shifts of integers; arithmetic.
  521, 522, 1, 531, 532, 1, 543, 545, 2, 577, 583, 6, 683, 715, 3, 736, 748, 12,
]

/** The same instruction for the other type, or itself: what f32 has, f64 has at a higher opcode. */
export function twinOf(op: number): number {
  for (let k = 0; k < exchanged.length; k += 3) {
    const [single, double, count] = exchanged.slice(k) as [number, number, number]
    if (op >= single && op < single + count) return op + double - single
    if (op >= double && op < double + count) return op + single - double
  }
  return op
}

/** The locals of a function before its first instruction; no function has more. */
export const inOrder = /* @__PURE__ */ new Uint16Array(1024).map((_, local) => local)

/**
 * What follows an opcode, 256 + or 512 + the second code behind a prefix: a stream for a number of that stream,
 * 16 k + a stream for k bytes of it. Known: the instructions of WebAssembly 2.0 that compute, as far as we use them.
 */
export function operandsOf(op: number): readonly number[] {
  const within = (first: number, last: number): boolean => op >= first && op <= last
  if (within(0x20, 0x22)) return [locals]
  // Loads and stores; those of a lane also name it.
  if (within(0x28, 0x3e) || within(512, 523) || within(604, 605)) return [alignments, offsets]
  if (within(596, 603)) return [alignments, offsets, 16 + rest]
  if (within(0x41, 0x42)) return [integers]
  if (within(0x43, 0x44)) return [64 * (op - 0x42) + floats]
  // A constant vector, a shuffle; a lane.
  if (within(524, 525)) return [256 + floats]
  if (within(533, 546)) return [16 + rest]
  if (op === 0x11 || op === 266) return [rest, rest]
  if (op === 0x10) return [calls]
  if (within(0x0c, 0x0d)) return [branches]
  // Blocks, globals, the size of the memory, memory.fill.
  const one = within(0x02, 0x04) || within(0x23, 0x24) || within(0x3f, 0x40)
  return one || op === 267 ? [rest] : []
}

/** `operandsOf` of opcodes that were met. */
const known: (readonly number[])[] = []

/** `twinOf` of opcodes that were met. */
const twins: number[] = []

/** The module again, from its streams of these sizes, one behind the other. */
export function join(bytes: Uint8Array, sizes: readonly number[]): Uint8Array<ArrayBuffer> {
  // What is left out are lengths, of at most five bytes; a function has at least an opcode.
  const module = new Uint8Array(6 * bytes.length)
  let end = 0
  let start = 0
  const at = sizes.map((size) => (start += size) - size)
  const aligned = new Uint8Array(mostCodes)
  const number = (stream: number): number => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at[stream]!++]!
      value |= (byte & 127) << shift
      if (byte < 128) return value
    }
  }
  const put = (value: number): number => {
    let left = value
    for (; left > 127; left >>>= 7) module[end++] = left & 127 | 128
    module[end++] = left
    return value
  }
  const copy = (stream: number, count: number): void => {
    for (let k = 0; k < count; k++) module[end++] = bytes[at[stream]!++]!
  }
  /** Writes something with its length before it. */
  const measured = (write: () => void): void => {
    const start = end
    write()
    const length = end - start
    put(length)
    const digits = module.slice(start + length, end)
    module.copyWithin(start + digits.length, start, start + length)
    module.set(digits, start)
  }
  const body = (): void => {
    const double = number(rest) > 0
    for (let groups = put(number(rest)); groups > 0; groups--) {
      put(number(rest))
      copy(rest, 1)
    }
    const recent = inOrder.slice()
    for (let depth = 1; depth > 0;) {
      let op = bytes[at[opcodes]!++]!
      if (op >= codes.bulk) op = 256 * (op - codes.bulk + 1) + number(opcodes)
      if (double) op = twins[op] ??= twinOf(op)
      if (op > 255) module[end++] = codes.bulk - 1 + (op >> 8)
      else module[end++] = op
      if (op > 255) put(op & 255)
      if (op >= 0x02 && op <= 0x04) depth++
      if (op === codes.end) depth--
      if (op === codes.branchTable) for (let cases = put(number(rest)); cases >= 0; cases--) put(number(rest))
      for (const operand of known[op] ??= operandsOf(op)) {
        if (operand > 15) copy(operand & 15, operand >> 4)
        else if (operand === alignments) put(aligned[op]! ^= number(alignments))
        else if (operand === locals) put(toFront(recent, number(locals)))
        // As it stands: a signed number is not read right.
        else do copy(operand, 1); while (module[end - 1]! > 127)
      }
    }
  }
  copy(rest, number(rest))
  module[end++] = 10
  measured(() => {
    for (let functions = put(number(rest)); functions > 0; functions--) measured(body)
  })
  copy(rest, bytes.length - at[rest]!)
  return module.slice(0, end)
}

/** Moves the entry at `rank` to the front. */
export function toFront(recent: Uint16Array, rank: number): number {
  const entry = recent[rank]!
  recent.copyWithin(1, 0, rank)
  recent[0] = entry
  return entry
}
