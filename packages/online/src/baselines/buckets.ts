/** Bits of the mantissa that a bucket keeps, besides the leading one. */
const kept = 10
/** Magnitudes below 2^-128 count as 0, beyond 2^128 as 2^128. */
const exponentMax = 128
const magnitudeMax = 2 ** exponentMax
const magnitudeMin = 2 ** -exponentMax

const float = new Float64Array(1)
const words = new Uint32Array(float.buffer)
/** Of its two words, the one with the exponent. */
const upper = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0

/**
 * Numbers in ascending order fall into ascending buckets, numbered by integers; 0 has bucket 0, -x the negative of x's.
 * A bucket is the exponent and the upper mantissa bits of the number's f64 pattern.
 */
export function bucketOf(x: number): number {
  const magnitude = Math.min(Math.abs(x), magnitudeMax)
  if (magnitude < magnitudeMin) return 0
  float[0] = magnitude
  const exponentAndMantissa = words[upper]! >>> (20 - kept)
  const bucket = exponentAndMantissa - ((1023 - exponentMax) << kept) + 1
  return x < 0 ? -bucket : bucket
}

/** The number of least magnitude in a bucket. */
export function bucketValue(bucket: number): number {
  if (bucket === 0) return 0
  const pattern = Math.abs(bucket) - 1 + ((1023 - exponentMax) << kept)
  float[0] = 0
  words[upper] = pattern << (20 - kept)
  return bucket < 0 ? -float[0] : float[0]
}
