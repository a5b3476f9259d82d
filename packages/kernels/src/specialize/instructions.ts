/** Value types of WebAssembly, by the byte that stands for them. */
export const i32 = 0x7f
export const i64 = 0x7e
export const f32 = 0x7d
export const f64 = 0x7c
export const v128 = 0x7b

/** What an instruction takes off the stack and leaves there. */
export interface Signature {
  readonly takes: number
  /** Type of the result; 0: none. */
  readonly gives: number
}

/** First opcode, last opcode, operands, type of the result: instructions that only compute. */
const computing = [
  0x45, 0x45, 1, i32, 0x46, 0x4f, 2, i32, 0x50, 0x50, 1, i32, 0x51, 0x66, 2, i32,
  0x67, 0x69, 1, i32, 0x6a, 0x78, 2, i32, 0x79, 0x7b, 1, i64, 0x7c, 0x8a, 2, i64,
  0x8b, 0x91, 1, f32, 0x92, 0x98, 2, f32, 0x99, 0x9f, 1, f64, 0xa0, 0xa6, 2, f64,
  0xa7, 0xab, 1, i32, 0xac, 0xb1, 1, i64, 0xb2, 0xb6, 1, f32, 0xb7, 0xbb, 1, f64,
  0xbc, 0xbc, 1, i32, 0xbd, 0xbd, 1, i64, 0xbe, 0xbe, 1, f32, 0xbf, 0xbf, 1, f64,
  0xc0, 0xc1, 1, i32, 0xc2, 0xc4, 1, i64,
  // Saturating conversions.
  256, 259, 1, i32, 260, 263, 1, i64,
  // Vectors: shuffles, splats, lanes that are read, lanes that are replaced.
  525, 526, 2, v128, 527, 532, 1, v128, 533, 534, 1, i32, 535, 535, 2, v128, 536, 537, 1, i32, 538, 538, 2, v128,
  539, 539, 1, i32, 540, 540, 2, v128, 541, 541, 1, i64, 542, 542, 2, v128, 543, 543, 1, f32, 544, 544, 2, v128,
  545, 545, 1, f64, 546, 546, 2, v128,
  // Comparisons, bits, whether any lane is not zero.
  547, 588, 2, v128, 589, 589, 1, v128, 590, 593, 2, v128, 594, 594, 3, v128, 595, 595, 1, i32,
  // Conversions, roundings, arithmetic. All lanes, masks of lanes.
  606, 610, 1, v128, 611, 612, 1, i32, 613, 614, 2, v128, 615, 618, 1, v128, 619, 627, 2, v128, 628, 629, 1, v128,
  630, 633, 2, v128, 634, 634, 1, v128, 635, 635, 2, v128, 636, 641, 1, v128, 642, 642, 2, v128, 643, 644, 1, i32,
  645, 646, 2, v128, 647, 650, 1, v128, 651, 659, 2, v128, 660, 660, 1, v128, 661, 671, 2, v128, 672, 673, 1, v128,
  675, 676, 1, i32, 679, 682, 1, v128,
  683, 703, 2, v128, 704, 705, 1, v128, 707, 708, 1, i32, 711, 714, 1, v128, 715, 735, 2, v128, 736, 737, 1, v128,
  739, 739, 1, v128, 740, 747, 2, v128, 748, 749, 1, v128, 751, 751, 1, v128, 752, 759, 2, v128, 760, 767, 1, v128,
] as const

const signatures: (Signature | undefined)[] = []
for (let k = 0; k < computing.length; k += 4) {
  const [first, last, takes, gives] = computing.slice(k) as [number, number, number, number]
  for (let op = first; op <= last; op++) signatures[op] = { takes, gives }
}

/** An instruction that reads or writes memory. */
export interface Access {
  readonly bytes: number
  /** Type of what is loaded or stored. */
  readonly type: number
  readonly isStore: boolean
  /** It moves a value as it is, without extension, splat or lane. */
  readonly isPlain: boolean
  /** It moves one lane of a vector. */
  readonly isLane: boolean
}

/** Opcode, bytes, type, 1 for a store, 1 for plain. */
const accesses = [
  0x28, 4, i32, 0, 1, 0x29, 8, i64, 0, 1, 0x2a, 4, f32, 0, 1, 0x2b, 8, f64, 0, 1, 0x2c, 1, i32, 0, 0,
  0x2d, 1, i32, 0, 0, 0x2e, 2, i32, 0, 0, 0x2f, 2, i32, 0, 0, 0x30, 1, i64, 0, 0, 0x31, 1, i64, 0, 0,
  0x32, 2, i64, 0, 0, 0x33, 2, i64, 0, 0, 0x34, 4, i64, 0, 0, 0x35, 4, i64, 0, 0, 0x36, 4, i32, 1, 1,
  0x37, 8, i64, 1, 1, 0x38, 4, f32, 1, 1, 0x39, 8, f64, 1, 1, 0x3a, 1, i32, 1, 0, 0x3b, 2, i32, 1, 0,
  0x3c, 1, i64, 1, 0, 0x3d, 2, i64, 1, 0, 0x3e, 4, i64, 1, 0, 512, 16, v128, 0, 1, 519, 1, v128, 0, 0,
  520, 2, v128, 0, 0, 521, 4, v128, 0, 0, 522, 8, v128, 0, 0, 523, 16, v128, 1, 1, 604, 4, v128, 0, 0,
  605, 8, v128, 0, 0,
] as const

const accessOf: (Access | undefined)[] = []
for (let k = 0; k < accesses.length; k += 5) {
  const [op, bytes, type, store, plain] = accesses.slice(k) as [number, number, number, number, number]
  accessOf[op] = { bytes, type, isStore: store === 1, isPlain: plain === 1, isLane: false }
}
// A lane that is stored has the type of a number of its size.
for (let k = 0; k < 4; k++) {
  const lane = { bytes: 1 << k, isPlain: false, isLane: true }
  accessOf[596 + k] = { ...lane, type: v128, isStore: false }
  accessOf[600 + k] = { ...lane, type: k === 3 ? f64 : f32, isStore: true }
}

/** What an instruction that only computes takes and gives; undefined for all others. */
export function signatureOf(op: number): Signature | undefined {
  return signatures[op]
}

/** What a load or store moves; undefined for all others. */
export function memoryAccessOf(op: number): Access | undefined {
  return accessOf[op]
}
