const exponentBits = 53

/**
 * Makes the function n -> base^n for integers n >= 0.
 * Formula: the product of base^(2^k) over the set bits k of n, lowest first: repeated squaring.
 * Why not Math.pow: its last bit differs between engines. Only multiplications here, so the value is a pure function
 * of (base, n) everywhere, and a run that resumes at step n computes what an uninterrupted one did.
 * Error: about n * 2^-53 relative, as for n multiplications. Edge: n = 0 -> 1, also for base 0.
 * Cost: at most 53 multiplications.
 */
export function integerPowers(base: number): (n: number) => number {
  const squares = new Float64Array(exponentBits)
  for (let k = 0, square = base; k < exponentBits; k++, square *= square) squares[k] = square
  return (n) => {
    let power = 1
    // Two halves of 32 bits: shifts are several times as fast as dividing a double.
    let k = 0
    for (let low = n >>> 0; low !== 0; k++, low >>>= 1) if ((low & 1) !== 0) power *= squares[k]!
    if (n < 2 ** 32) return power
    k = 32
    for (let high = Math.floor(n / 2 ** 32); high !== 0; k++, high >>>= 1) if ((high & 1) !== 0) power *= squares[k]!
    return power
  }
}

/** base^n for an integer n >= 0; see `integerPowers`. */
export function integerPower(base: number, n: number): number {
  return integerPowers(base)(n)
}

/**
 * base^exponent for a base >= 0 and an exponent >= 0 that is a multiple of 1/16, from * and Math.sqrt only.
 * Edge: base^0 -> 1.
 */
export function dyadicPower(base: number, exponent: number): number {
  const whole = Math.floor(exponent)
  let power = integerPower(base, whole)
  for (let rest = exponent - whole, root = Math.sqrt(base); rest > 0; root = Math.sqrt(root)) {
    rest *= 2
    if (rest >= 1) {
      power *= root
      rest -= 1
    }
  }
  return power
}

/** Whether `dyadicPower` takes this exponent. */
export function isDyadicExponent(exponent: unknown): boolean {
  return typeof exponent === 'number' && exponent >= 0 && exponent <= 64 && Number.isInteger(exponent * 16)
}
