/** Multipliers and key increments of the 4x32 generator. */
const M0 = 0xd2511f53
const M1 = 0xcd9e8d57
const W0 = 0x9e3779b9
const W1 = 0xbb67ae85
const rounds = 10

/**
 * Philox4x32-10: four random 32-bit words from a 128-bit counter and a 64-bit key.
 * A bijection of the counter for each key, so distinct counters never give equal blocks; no state to carry.
 * Formula: ten rounds of (c0, c1, c2, c3) -> (hi(M1 c2) ^ c1 ^ k0, lo(M1 c2), hi(M0 c0) ^ c3 ^ k1, lo(M0 c0)),
 * with (k0, k1) += (W0, W1) between rounds, all modulo 2^32.
 * Source: Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3".
 * State/cost: writes the four words into `out`; integer arithmetic only, the same bits on every engine.
 */
export function philox4x32(
  out: Uint32Array, c0: number, c1: number, c2: number, c3: number, k0: number, k1: number,
): void {
  for (let round = 0; round < rounds; round++) {
    const high0 = multiplyHigh(M0, c0)
    const low0 = Math.imul(M0, c0)
    const high1 = multiplyHigh(M1, c2)
    const low1 = Math.imul(M1, c2)
    c0 = high1 ^ c1 ^ k0
    c1 = low1
    c2 = high0 ^ c3 ^ k1
    c3 = low0
    k0 = (k0 + W0) | 0
    k1 = (k1 + W1) | 0
  }
  out[0] = c0
  out[1] = c1
  out[2] = c2
  out[3] = c3
}

/** Upper 32 bits of the 64-bit product of two unsigned 32-bit words, by halves so that no step exceeds 2^53. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const cross = aHigh * bLow + ((aLow * bLow) >>> 16)
  const carry = aLow * bHigh + (cross % 0x10000)
  return aHigh * bHigh + Math.floor(cross / 0x10000) + Math.floor(carry / 0x10000)
}
