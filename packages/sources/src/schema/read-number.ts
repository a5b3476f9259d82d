import { PlainNumber } from './plain-number.ts'

const syntax = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i
const nonFiniteWord = /^[+-]?inf(?:inity)?$/i

const number = new PlainNumber()

/** The number that the bytes from..to write, all of them. @returns NaN when it is not that simple: ask `readNumber`. */
export function readPlainNumber(bytes: Uint8Array, from: number, to: number, point: number): number {
  const value = number.read(bytes, from, to, point)
  return number.end === to ? value : NaN
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
