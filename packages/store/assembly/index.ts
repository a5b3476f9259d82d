/**
 * What looks at every byte of a state, for checkpoints. Memory is laid out by `src/format/engine.ts`, which copies into
 * it what is to be looked at.
 */

/**
 * Copies the lines of `next` that differ from `last`, one after the other, to `out`, where one line more must find room
 * than there are. One bit for each line goes to `flags`. Returns the end of what was copied.
 * A line is `width` bytes long, a multiple of 64.
 */
export function changes(next: usize, last: usize, lines: i32, width: i32, out: usize, flags: usize): usize {
  let bits = 0
  for (let line = 0; line < lines; line++) {
    const end = next + <usize>width
    let to = out
    let differs = i32x4.splat(0)
    while (next < end) {
      const a = v128.load(next)
      const b = v128.load(next, 16)
      const c = v128.load(next, 32)
      const d = v128.load(next, 48)
      differs = v128.or(differs, v128.or(
        v128.or(v128.xor(a, v128.load(last)), v128.xor(b, v128.load(last, 16))),
        v128.or(v128.xor(c, v128.load(last, 32)), v128.xor(d, v128.load(last, 48))),
      ))
      v128.store(to, a)
      v128.store(to, b, 16)
      v128.store(to, c, 32)
      v128.store(to, d, 48)
      next += 64
      last += 64
      to += 64
    }
    // Without a branch: which lines have changed cannot be foreseen.
    const isChanged = i32(v128.any_true(differs))
    out += <usize>(isChanged * width)
    bits |= isChanged << (line & 7)
    if ((line & 7) === 7) {
      store<u8>(flags, <u8>bits)
      flags++
      bits = 0
    }
  }
  if ((lines & 7) !== 0) store<u8>(flags, <u8>bits)
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
