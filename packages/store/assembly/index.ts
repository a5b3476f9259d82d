/**
 * What looks at every byte of a state, for checkpoints. Memory is laid out by `src/format/engine.ts`, which copies into
 * it what is to be looked at.
 */

/** For each set of words of a vector, how its bytes move so that these words come first. */
const places = memory.data<u8>([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  4, 5, 6, 7, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  8, 9, 10, 11, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  0, 1, 2, 3, 8, 9, 10, 11, 8, 9, 10, 11, 12, 13, 14, 15,
  4, 5, 6, 7, 8, 9, 10, 11, 8, 9, 10, 11, 12, 13, 14, 15,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  12, 13, 14, 15, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15,
  4, 5, 6, 7, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15,
  0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15, 12, 13, 14, 15,
  8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15,
  0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 12, 13, 14, 15,
  4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 12, 13, 14, 15,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
], 16)

/** Writes those of four words first that are in the set; the others may follow. */
@inline function put(out: usize, words: v128, set: i32): void {
  v128.store(out, i8x16.swizzle(words, v128.load(places + (set << 4))))
}

/** Bytes of the words in a set. */
@inline function bytesOf(set: i32): i32 {
  return popcnt<i32>(set) << 2
}

/**
 * Appends the words of `next` that differ from `last` to `out`, and writes them into `last`. Of a block of 32 lines of
 * 16 words that has changed there is: a bit for each line, and for each line that has changed a bit for each word, then
 * the words. One bit for each block goes to `blocks`. Returns the end; up to 70 bytes behind it are overwritten.
 */
export function changes(next: usize, last: usize, lines: i32, out: usize, blocks: usize): usize {
  let changed = 0
  let block = 0
  for (; lines > 0; lines -= 32) {
    let bits = 0
    let to = out + 4
    for (let line = 0, count = min(lines, 32); line < count; line++) {
      const a = v128.load(next)
      const b = v128.load(next, 16)
      const c = v128.load(next, 32)
      const d = v128.load(next, 48)
      const ofA = i32x4.ne(a, v128.load(last))
      const ofB = i32x4.ne(b, v128.load(last, 16))
      const ofC = i32x4.ne(c, v128.load(last, 32))
      const ofD = i32x4.ne(d, v128.load(last, 48))
      const set = i8x16.bitmask(i8x16.narrow_i16x8_s(
        i16x8.narrow_i32x4_s(ofA, ofB), i16x8.narrow_i32x4_s(ofC, ofD),
      ))
      if (set !== 0) {
        bits |= 1 << line
        v128.store(last, a)
        v128.store(last, b, 16)
        v128.store(last, c, 32)
        v128.store(last, d, 48)
        store<u16>(to, <u16>set)
        to += 2
        // Each place from the beginning, so that none waits for the one before it.
        put(to, a, set & 15)
        put(to + bytesOf(set & 15), b, set >> 4 & 15)
        put(to + bytesOf(set & 255), c, set >> 8 & 15)
        put(to + bytesOf(set & 4095), d, set >> 12)
        to += bytesOf(set)
      }
      next += 64
      last += 64
    }
    if (bits !== 0) {
      store<u32>(out, bits)
      out = to
      changed |= 1 << (block & 7)
    }
    if ((++block & 7) === 0) {
      store<u8>(blocks++, <u8>changed)
      changed = 0
    }
  }
  if ((block & 7) !== 0) store<u8>(blocks, <u8>changed)
  return out
}

@inline function turned(x: v128, bits: i32): v128 {
  return v128.or(i32x4.shl(x, bits), i32x4.shr_u(x, 32 - bits))
}

/** One step of MurmurHash3_x86_32 in four lanes. */
@inline function step(lanes: v128, words: v128): v128 {
  const mixed = i32x4.mul(turned(i32x4.mul(words, i32x4.splat(0xcc9e2d51)), 15), i32x4.splat(0x1b873593))
  const next = turned(v128.xor(lanes, mixed), 13)
  return i32x4.add(i32x4.add(next, i32x4.shl(next, 2)), i32x4.splat(0xe6546b64))
}

/** Takes `count` stripes of 64 bytes from `at` on into the sixteen lanes that stand at `lanes`. */
export function stripes(at: usize, count: i32, lanes: usize): void {
  let a = v128.load(lanes)
  let b = v128.load(lanes, 16)
  let c = v128.load(lanes, 32)
  let d = v128.load(lanes, 48)
  for (let k = 0; k < count; k++) {
    a = step(a, v128.load(at))
    b = step(b, v128.load(at, 16))
    c = step(c, v128.load(at, 32))
    d = step(d, v128.load(at, 48))
    at += 64
  }
  v128.store(lanes, a)
  v128.store(lanes, b, 16)
  v128.store(lanes, c, 32)
  v128.store(lanes, d, 48)
}
