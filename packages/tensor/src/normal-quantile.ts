/** Coefficients of Wichura 1988, highest power first: numerator and denominator for each of the three regions. */
const centre = {
  numerator: [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987,
    13731.69376550946, 1971.5909503065513, 133.14166789178438, 3.3871328727963665,
  ],
  denominator: [
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597,
    5394.196021424751, 687.1870074920579, 42.31333070160091, 1,
  ],
}
const tail = {
  numerator: [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684,
    3.6478483247632045, 5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  denominator: [
    1.0507500716444169e-09, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008,
    0.6897673349851, 1.6763848301838038, 2.053191626637759, 1,
  ],
}
const farTail = {
  numerator: [
    2.0103343992922881e-07, 2.7115555687434876e-05, 0.0012426609473880784, 0.026532189526576124,
    0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  denominator: [
    2.0442631033899397e-15, 1.421511758316446e-07, 1.8463183175100548e-05, 0.0007868691311456133,
    0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1,
  ],
}

/**
 * Quantile of the standard normal distribution: the x that a share `p` of the values lies below.
 * Formula: ratios of polynomials in q^2 near the centre and in sqrt(-log p) in the tails.
 * Source: Wichura 1988, algorithm AS 241 (PPND16).
 * Range/units: 0 < p < 1; relative error about 1e-15. Odd about 1/2 wherever 1 - p is exact.
 * Edge: 0 -> -Infinity, 1 -> Infinity, anything else -> NaN.
 * State/cost: only + - * / and square root, so every engine gives the same bits.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return q * ratio(centre, r)
  }
  if (!(p > 0 && p < 1)) return p === 0 || p === 1 ? q / 0 : NaN
  const r = Math.sqrt(-exactLog(q < 0 ? p : 1 - p))
  const x = r <= 5 ? ratio(tail, r - 1.6) : ratio(farTail, r - 5)
  return q < 0 ? -x : x
}

function ratio({ numerator, denominator }: typeof centre, x: number): number {
  let top = 0
  let bottom = 0
  for (let i = 0; i < numerator.length; i++) {
    top = top * x + numerator[i]!
    bottom = bottom * x + denominator[i]!
  }
  return top / bottom
}

/**
 * Natural logarithm that is the same on every engine, which `Math.log` does not promise.
 * Formula: x = m 2^k with m in [sqrt(1/2), sqrt(2)); log x = k log 2 + 2 (s + s^3/3 + s^5/5 + ...), s = (m-1)/(m+1).
 * Range/units: positive normal numbers; error below 2 units in the last place. Source: derived here; since
 * s^2 <= 0.0295, the terms after s^23 are below 2^-53 of the sum.
 */
export function exactLog(x: number): number {
  let mantissa = x
  let exponent = 0
  // Powers of two scale exactly. At most about 60 steps for the probabilities drawn here.
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2
    exponent--
  }
  while (mantissa >= Math.SQRT2) {
    mantissa /= 2
    exponent++
  }
  const s = (mantissa - 1) / (mantissa + 1)
  const s2 = s * s
  let sum = 0
  for (let power = 23; power >= 1; power -= 2) sum = sum * s2 + 1 / power
  return exponent * Math.LN2 + 2 * s * sum
}
