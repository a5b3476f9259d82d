const powersOfTen = Float64Array.from({ length: 16 }, (_, k) => 10 ** k)
const syntax = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i
const nonFiniteWord = /^[+-]?inf(?:inity)?$/i

/**
 * The number that the bytes from..to write, without making a string: at most 15 digits and one point. Exact: the digits
 * and the power of ten are exact doubles, so their quotient is rounded once (Clinger 1990). -0 becomes 0.
 * @returns NaN when it is not that simple: ask `readNumber`.
 */
export function readPlainNumber(bytes: Uint8Array, from: number, to: number, point: number): number {
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
  if (at !== to || digits === 0 || digits > 15) return NaN
  const value = mantissa / powersOfTen[fraction]!
  return negative && value !== 0 ? -value : value
}

/**
 * The number that a text writes in decimal; Infinity or -Infinity when it lies beyond the doubles or says so.
 * Edge: no hexadecimal, no separators of thousands; an integer beyond 2^53 is no number, because it would lose digits
 * that tell identifiers apart; -0 becomes 0.
 * @returns NaN when the text is not a number.
 */
export function readNumber(text: string, decimal: '.' | ',' = '.'): number {
  const plain = decimal === '.' ? text : text.replace(',', '.')
  if (!syntax.test(plain) || (decimal === ',' && text.includes('.'))) {
    return nonFiniteWord.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : NaN
  }
  const value = Number(plain)
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER && /^[+-]?\d+$/.test(plain) && plain.length <= 40) return NaN
  return value + 0
}
