// The remainder of a huge argument modulo pi / 2 (Payne and Hanek 1983).
//
// |x| = m 2^e with m an integer of 53 bits. Of |x| * 2 / pi only the value modulo 4 matters, so the bits of 2 / pi that
// m 2^e lifts to multiples of 4 are left out; m times the next 192 bits gives two bits of quadrant and 190 of fraction.

/** 2 / pi = 0.w0 w1 w2 ..., 32 bits a word. */
const twoOverPi: usize = memory.data<u32>([
  0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab, 0xdebbc561, 0xb7246e3a,
  0x424dd2e0, 0x06492eea, 0x09d1921c, 0xfe1deb1c, 0xb129a73e, 0xe88235f5, 0x2ebb4484, 0xe99c7026, 0xb45f7e41,
  0x3991d639, 0x835339f4, 0x9c845f8b, 0xbdf9283b, 0x1ff897ff, 0xde05980f, 0xef2f118b, 0x5a0a6d1f, 0x6d367ecf,
  0x27cb09b7, 0x4f463f66, 0x9e5fea2d, 0x7527bac7, 0xebe5f17b, 0x3d0739f7, 0x8a5292ea, 0x6bfb5fb1, 0x1f8d5d08,
  0x56033046, 0xfc7b6bab, 0xf0cfbc20, 0x9af4361d, 0xa9e39161, 0x5ee61b08, 0x6599855f, 0x14a06840,
], 16)

let quadrant: i64 = 0

/** How many quarter turns the last `remainder` took away, modulo 4. */
@inline export function quartersTaken(): i64 { return quadrant }

/** Bits from .. from + 31 of 2 / pi; bit 0 is the first behind the point, bits before it are 0. */
@inline function bits(from: i32): u64 {
  if (from <= -32) return 0
  if (from < 0) return <u64>(load<u32>(twoOverPi) >>> -from)
  const at = twoOverPi + ((<usize>(from >>> 5)) << 2)
  const shift = from & 31
  const high = <u64>load<u32>(at) << 32 | load<u32>(at, 4)
  return (high >>> (32 - shift)) & 0xffffffff
}

/** x - n pi / 2 in [-pi / 4, pi / 4] for finite |x| > 2^20. */
export function remainder(x: f64): f64 {
  const raw = reinterpret<u64>(x)
  const m = (raw & 0x000fffffffffffff) | 0x0010000000000000
  const e = <i32>((raw >>> 52) & 0x7ff) - 1075
  const low = m & 0xffffffff
  const high = m >>> 32
  // Six words of 2 / pi from weight 2^1 on, the last first; product modulo 2^192, words p0 (lowest) .. p5.
  const from = e - 2
  let carry: u64 = 0
  let before: u64 = 0
  let p2: u64 = 0
  let p3: u64 = 0
  let p4: u64 = 0
  let p5: u64 = 0
  for (let k = 5; k >= 0; k--) {
    const w = bits(from + (k << 5))
    const t = w * low + (carry & 0xffffffff)
    const u = before * high
    const s = (t & 0xffffffff) + (u & 0xffffffff)
    const word = s & 0xffffffff
    carry = (t >>> 32) + (u >>> 32) + (s >>> 32) + (carry >>> 32)
    before = w
    if (k == 3) p2 = word
    else if (k == 2) p3 = word
    else if (k == 1) p4 = word
    else if (k == 0) p5 = word
  }
  let whole = <i64>(p5 >>> 30)
  const fraction = (p5 << 34) | (p4 << 2) | (p3 >>> 30)
  // Read as signed it lies in [-1/2, 1/2), the upper half being one quarter further.
  if (<i64>fraction < 0) whole++
  const rest = <f64>((p3 & 0x3fffffff) << 32 | p2)
  const r = <f64><i64>fraction * 5.421010862427522e-20 + rest * 1.1754943508222875e-38
  const negative = <i64>raw < 0
  quadrant = negative ? -whole : whole
  return (negative ? -r : r) * 1.5707963267948966
}
