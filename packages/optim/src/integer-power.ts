const tableBits = 6
const tableSize = 2 ** tableBits

/**
 * Makes the function n -> base^n for integers n from 0 to 2^53 - 1.
 * Formula: base^n = (base^64)^floor(n / 64) * base^(n mod 64): the first factor by repeated squaring, the product of
 * (base^64)^(2^k) over the set bits k, lowest first; the second from a table made the same way.
 * Why not Math.pow: its last bit differs between engines. Only multiplications here, so the value is a pure function
 * of (base, n) everywhere, and a run that resumes at step n computes what an uninterrupted one did.
 * Error: about n * 2^-53 relative, as for n multiplications. Edge: n = 0 -> 1, also for base 0.
 * Cost: one multiplication while n / 64 stays the same from call to call, as it does when n counts steps.
 */
export function integerPowers(base: number): (n: number) => number {
  const squares = squaresOf(base, 53)
  const table = Float64Array.from({ length: tableSize }, (_, n) => productOf(squares, 0, n))
  let block = 0
  let blockPower = 1
  return (n) => {
    const own = Math.floor(n / tableSize)
    if (own !== block) {
      block = own
      blockPower = productOf(squares, tableBits, own)
    }
    return blockPower * table[n % tableSize]!
  }
}

/** base^(2^k) for k = 0 .. count - 1. */
function squaresOf(base: number, count: number): Float64Array {
  const squares = new Float64Array(count)
  for (let k = 0, square = base; k < count; k++, square *= square) squares[k] = square
  return squares
}

/** The product of squares[first + k] over the set bits k of n, lowest first. */
function productOf(squares: Float64Array, first: number, n: number): number {
  let product = 1
  for (let k = first, rest = n; rest > 0; k++, rest = Math.floor(rest / 2)) if (rest % 2 === 1) product *= squares[k]!
  return product
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
