import { type DateOrder, readTime } from './read-time.ts'

const parts = /^(\d{1,2})([-/]|\. ?)(\d{1,2})\2(\d{4}|\d{2})(?!\d)/
const timeName = /time|date|dat(um|a)?$|day|tag$|stamp/i
/** So many different days tell days from years of two digits. */
const daysMin = 8
/** So many more have to show one order than the other. */
const oddsMin = 19

/**
 * Whether dates of digits alone, such as 1/2/2024, have the day or the month first: decided for a whole column, by
 * values that can be read in one way only.
 *
 * 1. Dots mean that the day is first, not the month.
 * 2. A day beyond 12 shows which of the two it is. One column has one order: where more than one in twenty of them show
 *    the other one, nothing is decided.
 * 3. The year may also be first when all have two digits: that the last ones come again more often than the first says
 *    that they are years, and so does a number without a leading zero at the start. With dots it is enough that they do
 *    not come again less often.
 */
export class DateOrders {
  readonly #isNamed: boolean
  /** Values that are dates, and those of them that only one of the orders suits. */
  #dates = 0
  readonly #only = { dmy: 0, mdy: 0 }
  /** Dates with a year of two digits: all, those with dots, and those whose year may be first. */
  #short = 0
  #dotted = 0
  #yearFirst = 0
  /** Of those with dots: some have a day or a month of one digit, so that they may be no dates. */
  #isLoose = false
  readonly #firsts = new Set<string>()
  readonly #lasts = new Set<string>()

  constructor(name: string) {
    this.#isNamed = timeName.test(name)
  }

  /** Values that are dates in one order or another. */
  get dates(): number {
    return this.#dates
  }

  /** `isTime`: it can be read without knowing the order. */
  add(text: string, isTime: boolean): void {
    if (isTime) this.#dates++
    const found = isTime ? null : parts.exec(text)
    if (found === null) return
    const [isDmy, isMdy] = [readTime(text, 'dmy') !== null, readTime(text, 'mdy') !== null]
    if (!isDmy && !isMdy) return
    this.#dates++
    if (isDmy !== isMdy) this.#only[isDmy ? 'dmy' : 'mdy']++
    const [, first, separator, second, last] = found as unknown as readonly [string, string, string, string, string]
    if (last.length > 2) return
    this.#short++
    if (separator.startsWith('.')) {
      this.#dotted++
      this.#isLoose ||= first.length + second.length < 4
    }
    if (first.length === 2 && readTime(`20${first}-${second}-${last}`) !== null) this.#yearFirst++
    this.#firsts.add(first)
    this.#lasts.add(last)
  }

  /** The order of all dates so far; null: they have none, or may have either. */
  get order(): DateOrder | null {
    const { dmy, mdy } = this.#only
    const order = dmy > oddsMin * mdy ? 'dmy' : mdy > oddsMin * dmy ? 'mdy' : null
    if (order === null) return null
    if (this.#isLoose && !this.#isNamed) return null
    if (this.#short === this.#dates && this.#yearFirst === this.#short && !this.#areYearsLast) return null
    return order
  }

  get #areYearsLast(): boolean {
    const [firsts, lasts] = [this.#firsts.size, this.#lasts.size]
    return this.#dotted === this.#short ? lasts <= firsts : firsts >= daysMin && 2 * lasts <= firsts
  }
}
