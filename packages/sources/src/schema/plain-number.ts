const powersOfTen = Float64Array.from({ length: 16 }, (_, k) => 10 ** k)

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
    let digits = 0
    let mantissa = 0
    let fraction = 0
    for (; at < to; at++) {
      const digit = bytes[at]! - 48
      if (digit < 0 || digit > 9) break
      mantissa = mantissa * 10 + digit
      digits++
    }
    if (at < to && bytes[at] === point) {
      at++
      const first = at
      for (; at < to; at++) {
        const digit = bytes[at]! - 48
        if (digit < 0 || digit > 9) break
        mantissa = mantissa * 10 + digit
      }
      fraction = at - first
      digits += fraction
    }
    this.end = at
    if (digits === 0 || digits > 15) return NaN
    const value = mantissa / powersOfTen[fraction]!
    return negative && value !== 0 ? -value : value
  }
}
