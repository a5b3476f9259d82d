import { readNumber } from '@eddy/sources'

const codes = 'USD|EUR|GBP|CHF|JPY|CNY|INR|AUD|CAD|SEK|NOK|DKK|PLN|CZK|BRL|ZAR'
const currency = String.raw`(?:\p{Sc}|[A-Z]{1,2}\$|${codes}|Fr\.|kr\.?)`
const grouped = String.raw`\d{1,3}(?:([.,'’ \u00A0\u202F])\d{3})(?:\1\d{3})*(?:[.,]\d+)?`
const indian = String.raw`\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?`
const decimal = String.raw`\d+(?:[.,]\d+)?`
const unit = String.raw`[%‰°\p{L}²³µ/]{1,6}`
const before = String.raw`[(<>~≈]?\s*[+−-]?\s*${currency}?\s*[+−-]?\s*`
const behind = String.raw`\s*(?:${currency}|${unit})?\s*\)?`
const amount = new RegExp(`^${before}(?:${grouped}|${indian}|${decimal})${behind}$`, 'u')

/** Longer ones than numbers can hold are names. */
const wholeNumber = /^\d+$/

/** What a text says of a number: it is one, it is an amount that a person would read as one, or neither. */
export type NumberText = 'plain' | 'amount' | null

/**
 * Whether a text is a number, or only looks like one: with separators of thousands, a decimal comma, a currency, a sign
 * of percent or a short unit. What such a text is worth depends on who wrote it ("1,234" is 1234 or 1.234), so it is
 * never read.
 * @example [numberText('12.5'), numberText('$1,000.50'), numberText('blue')] // ['plain', 'amount', null]
 */
export function numberText(text: string): NumberText {
  if (!Number.isNaN(readNumber(text))) return 'plain'
  return text.length <= 40 && !wholeNumber.test(text) && amount.test(text) ? 'amount' : null
}
