import type { Column, ColumnKind } from './column.ts'
import { DateOrders } from './date-order.ts'
import { type MissingTests, missingTests } from './missing.ts'
import { booleanPair, readBoolean, wordsOf } from './read-boolean.ts'
import { readNumber } from './read-number.ts'
import { type DateOrder, readTime } from './read-time.ts'

/** A column may have this share of values that are no numbers, or no times, and still count as one with such. */
export const strangerShareMax = 0.1
const distinctMax = 1000
const wordKinds: ReadonlySet<ColumnKind> = new Set(['category', 'text', 'object'])
const { isMissing } = missingTests()
const timeName = /time|date|stamp|epoch|(^|[^a-z])(ts|at)$/i

/** Collects values of one column and says what it holds. */
export class ColumnGuess {
  readonly name: string
  #values = 0
  #missing = 0
  /** Of the values: those that are missing ones unless the column holds words. */
  #absent = 0
  #numbers = 0
  #commaNumbers = 0
  #booleans = 0
  #times = 0
  #objects = 0
  #length = 0
  #words = 0
  #booleanPairs = new Set<number>()
  /** The first words for true and for false. */
  readonly #booleanWords = new Map<boolean, string>()
  #seconds = 0
  #milliseconds = 0
  readonly #distinct = new Set<string>()
  readonly #orders: DateOrders

  constructor(name: string) {
    this.name = name
    this.#orders = new DateOrders(name)
  }

  /** A value that has only its text, as in CSV, or none. `commas`: a decimal comma is possible. */
  text(text: string, commas: boolean, { isMissing, isAbsent }: MissingTests): void {
    if (isMissing(text)) {
      this.#missing++
      return
    }
    if (isAbsent(text)) this.#absent++
    const number = readNumber(text)
    if (!Number.isNaN(number)) {
      this.#number(number)
    } else {
      if (commas && !Number.isNaN(readNumber(text, ','))) this.#commaNumbers++
      const pair = booleanPair(text)
      if (pair >= 0) {
        this.#booleans++
        this.#booleanPairs.add(pair)
        const value = readBoolean(text)!
        if (!this.#booleanWords.has(value)) this.#booleanWords.set(value, text)
      }
      this.#orders.add(text, this.#text(text))
    }
    this.#count(text)
  }

  /** A value that has a type of its own, as in JSON. */
  value(value: unknown): void {
    if (value === null || value === undefined) {
      this.#missing++
      return
    }
    if (typeof value === 'number') this.#number(value)
    else if (typeof value === 'string') {
      if (isMissing(value)) this.#absent++
      this.#text(value)
    } else if (typeof value === 'boolean') {
      this.#booleans++
      this.#booleanPairs.add(0)
    } else if (value instanceof Date) this.#times++
    else this.#objects++
    this.#count(typeof value === 'object' ? '' : String(value))
  }

  /** What the values so far say, or how they are to be read as the kind that the caller states. */
  column(declared?: ColumnKind | DateOrder): Column {
    const isOrder = declared === 'dmy' || declared === 'mdy'
    const kind = isOrder ? 'time' : (declared ?? this.#kind())
    const order = isOrder ? declared : kind === 'time' ? this.#order : null
    const absent = wordKinds.has(kind) ? 0 : this.#absent
    const words = kind === 'boolean' && this.#booleanPairs.size === 1
      ? wordsOf([...this.#booleanPairs][0]!, this.#booleanWords) : null
    return {
      name: this.name, kind, declared: declared !== undefined, decimal: this.#hasCommas ? ',' : '.', contradictions: 0,
      epoch: kind === 'time' && this.#numbers > 0 && this.#times === 0 ? (this.#milliseconds > 0 ? 'ms' : 's') : null,
      ...(order === null ? {} : { order }), ...(words === null ? {} : { words }),
      sample: { values: this.#values - absent, missing: this.#missing + absent, distinct: this.#distinct.size },
    }
  }

  /** Whether nearly all values are such; those that are missing unless the column holds words do not count. */
  #areNearly(count: number): boolean {
    const values = this.#values - this.#absent
    return count > 0 && values - count <= strangerShareMax * values
  }

  /** Whether numbers have a decimal comma. */
  get #hasCommas(): boolean {
    return this.#commaNumbers > 0 && this.#areNearly(this.#commaNumbers + this.#numbers)
  }

  /** The order of dates, where there are some that need one. */
  get #order(): DateOrder | null {
    return this.#orders.dates > this.#times ? this.#orders.order : null
  }

  #kind(): ColumnKind {
    const values = this.#values - this.#absent
    if (values === 0) return 'empty'
    if (this.#objects > 0) return 'object'
    if (this.#areNearly(this.#order === null ? this.#times : this.#orders.dates)) return 'time'
    if (timeName.test(this.name) && (this.#seconds === values || this.#milliseconds === values)) return 'time'
    const numbers = this.#numbers + (this.#hasCommas ? this.#commaNumbers : 0)
    if (numbers === values) return 'number'
    if (this.#booleans === values && this.#booleanPairs.size === 1) return 'boolean'
    if (this.#areNearly(numbers)) return 'mixed'
    return this.#length > 40 * this.#values || this.#words > 4 * this.#values ? 'text' : 'category'
  }

  #number(value: number): void {
    this.#numbers++
    if (!Number.isInteger(value)) return
    if (value >= 5e8 && value < 4e9) this.#seconds++
    else if (value >= 5e11 && value < 4e12) this.#milliseconds++
  }

  /** Whether it is a time by itself. */
  #text(text: string): boolean {
    const isTime = readTime(text) !== null
    if (isTime) this.#times++
    this.#length += text.length
    this.#words += text.split(/\s+/, 100).length
    return isTime
  }

  #count(text: string): void {
    this.#values++
    if (this.#distinct.size < distinctMax) this.#distinct.add(text.slice(0, 200))
  }
}
