const powersOfTen = Float64Array.from({ length: 16 }, (_, k) => 10 ** k)
/** So many digits are a whole number of 32 bits, with which engines are quicker. */
const wholeDigits = 9

/**
 * Reads numbers from bytes without making strings: at most 15 digits and one point. Exact: the digits and the power of
 * ten are exact doubles, so their quotient is rounded once (Clinger 1990). -0 becomes 0.
 */
export class PlainNumber {
  /** Where the number that was read last ends. */
  end = 0

  /** The number that begins at `from` and ends before `to` at the latest; NaN when it is not that simple. */
  read(bytes: Uint8Array, from: number, to: number, point: number): number {
    let at = from
    const negative = bytes[at] === 45
    if (negative) at++
    const first = at
    let mantissa = 0
    let fraction = 0
    let byte = 0
    for (; at < to; at++) {
      byte = bytes[at]! - 48
      if (byte >>> 0 > 9) break
      mantissa = (Math.imul(mantissa, 10) + byte) | 0
    }
    let digits = at - first
    if (at < to && bytes[at] === point) {
      const start = ++at
      for (; at < to; at++) {
        byte = bytes[at]! - 48
        if (byte >>> 0 > 9) break
        mantissa = (Math.imul(mantissa, 10) + byte) | 0
      }
      fraction = at - start
      digits += fraction
    }
    this.end = at
    if (digits === 0 || digits > 15) return NaN
    const value = (digits > wholeDigits ? longMantissa(bytes, first, at) : mantissa) / powersOfTen[fraction]!
    return negative && value !== 0 ? -value : value
  }
}

/** All digits as one number, the point left out. */
function longMantissa(bytes: Uint8Array, from: number, to: number): number {
  let mantissa = 0
  for (let at = from; at < to; at++) {
    const digit = bytes[at]! - 48
    if (digit >>> 0 <= 9) mantissa = mantissa * 10 + digit
  }
  return mantissa
}
