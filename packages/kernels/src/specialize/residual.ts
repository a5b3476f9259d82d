import { f32, f64, i32, i64, v128 } from './instructions.ts'

/** A value of the specialised program: a number that is known already, or what a local holds. */
export interface Value {
  readonly type: number
  /** An i32 that is known. */
  readonly known: number | null
  /** The local that holds it; null when it is known. */
  readonly local: Local | null
}

/** A local of the function that is written. Each is assigned once, but for those that join several ways. */
export interface Local {
  readonly index: number
  readonly type: number
}

/** Values that are to be in these locals when the code goes on elsewhere. */
export interface Moves {
  readonly to: readonly Local[]
  readonly from: readonly Value[]
}

export type Item =
  | {
    readonly kind: 'op'
    readonly bytes: readonly number[]
    readonly takes: readonly Value[]
    readonly gives: Local | null
  }
  | { readonly kind: 'block' | 'loop'; readonly code: Code }
  | { readonly kind: 'if'; readonly condition: Value; readonly code: Code; readonly otherwise: Code }
  // To the end of a block or of an `if`, or the start of a loop, which is named by its code; null: straight on.
  | { readonly kind: 'jump'; readonly moves: Moves; readonly target: Code | null }

/** Instructions one after the other. */
export type Code = Item[]

export function known(number: number): Value {
  return { type: i32, known: number | 0, local: null }
}

/** Unsigned LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = []
  let left = value
  for (; left > 127; left >>>= 7) bytes.push(left & 127 | 128)
  bytes.push(left)
  return bytes
}

/** Signed LEB128 of an i32. */
function signed(value: number): number[] {
  const bytes: number[] = []
  let left = value
  while (left < -64 || left > 63) {
    bytes.push(left & 127 | 128)
    left >>= 7
  }
  bytes.push(left & 127)
  return bytes
}

/** An opcode as it stands in a module: 256 + and 512 + the second code are behind a prefix. */
export function opcode(op: number): number[] {
  return op > 255 ? [0xfb + (op >> 8), ...unsigned(op & 255)] : [op]
}

/** The instruction that puts zero of a type on the stack. */
export function zeroOf(type: number): number[] {
  switch (type) {
    case i32: return [0x41, 0]
    case i64: return [0x42, 0]
    case f32: return [0x43, 0, 0, 0, 0]
    case f64: return [0x44, 0, 0, 0, 0, 0, 0, 0, 0]
    case v128: return [...opcode(524), ...new Array<number>(16).fill(0)]
    default: throw new Error(`specialize: type ${type}`)
  }
}

const get = 0x20
const set = 0x21

/** The bytes of a function body without its locals. `labels`: what the enclosing blocks are, innermost last. */
export function encode(code: Code, out: number[], labels: readonly (Code | null)[] = [null]): number[] {
  for (const item of code) {
    if (item.kind === 'op') {
      for (const value of item.takes) put(value, out)
      out.push(...item.bytes)
      if (item.gives !== null) out.push(set, ...unsigned(item.gives.index))
    } else if (item.kind === 'jump') {
      // All values before the first of these locals changes.
      for (const value of item.moves.from) put(value, out)
      for (const local of [...item.moves.to].reverse()) out.push(set, ...unsigned(local.index))
      if (item.target !== null) out.push(0x0c, ...unsigned(labels.length - 1 - labels.lastIndexOf(item.target)))
    } else if (item.kind === 'if') {
      put(item.condition, out)
      out.push(0x04, 0x40)
      encode(item.code, out, [...labels, item.code])
      if (item.otherwise.length > 0) {
        out.push(0x05)
        encode(item.otherwise, out, [...labels, item.code])
      }
      out.push(0x0b)
    } else {
      out.push(item.kind === 'loop' ? 0x03 : 0x02, 0x40)
      encode(item.code, out, [...labels, item.code])
      out.push(0x0b)
    }
  }
  return out
}

function put(value: Value, out: number[]): void {
  if (value.local === null) out.push(0x41, ...signed(value.known!))
  else out.push(get, ...unsigned(value.local.index))
}
