import { decodeStrictly } from '../bytes/decode.ts'
import type { Fault } from '../malformed.ts'
import { fieldName, type FieldValue } from '../row.ts'
import type { Column, ColumnKind } from '../schema/column.ts'
import { ColumnGuess, strangerShareMax } from '../schema/column-guess.ts'
import type { MissingTests } from '../schema/missing.ts'
import { readBoolean } from '../schema/read-boolean.ts'
import { readNumber, readPlainNumber } from '../schema/read-number.ts'
import { type DateOrder, readTime } from '../schema/read-time.ts'
import { TextCache } from './text-cache.ts'

/** A text as it is: null when missing, `invalid` when it is not UTF-8. */
const invalid = Symbol('invalid')
type Text = string | null | typeof invalid

/** Where a value that does not fit leads. `doubt`: what is wrong with it, where the kind stays and people are told. */
export interface Contradiction {
  readonly to: ColumnKind
  readonly text: string
  readonly doubt?: string
}

/** Strangers up to this number never make a column of numbers one of texts. */
const strangersMin = 20

/**
 * Turns the fields of one column into values of its kind. A value that does not fit an inferred kind is a
 * contradiction: the reader says which kind the column has from now on, and `commit` makes it so once the whole record
 * is accepted.
 */
export class ColumnReader {
  readonly name: string
  kind: ColumnKind
  contradictions: number
  /** Set by `read`: why the record cannot be used, or the kind that this value leads to. */
  fault: Fault | null = null
  contradiction: Contradiction | null = null
  readonly #column: Column
  readonly #missing: MissingTests
  readonly #commas: boolean
  readonly #isStrict: boolean
  readonly #cache = new TextCache<Text>()
  #point: number
  #epochScale: number
  #order: DateOrder | undefined
  #isOrderDoubted: boolean
  #hasBooleans: boolean
  #guessed: Column | null = null

  constructor(column: Column, missing: MissingTests, commas: boolean, isStrict = true) {
    this.#column = column
    this.name = fieldName(column.name)
    this.kind = column.kind
    this.contradictions = column.contradictions
    this.#missing = missing
    this.#commas = commas
    this.#isStrict = isStrict
    this.#point = column.decimal === ',' ? 44 : 46
    this.#epochScale = scaleOf(column)
    this.#order = column.order
    this.#isOrderDoubted = column.isOrderDoubted ?? false
    this.#hasBooleans = column.hasBooleans ?? false
  }

  get column(): Column {
    const { kind, contradictions } = this
    const { declared, words, sample } = this.#column
    const epoch = this.#epochScale === 0 ? null : this.#epochScale === 1 ? 'ms' : 's'
    return {
      name: this.name, kind, declared, contradictions, decimal: this.#point === 44 ? ',' : '.', epoch,
      ...(this.#order === undefined ? {} : { order: this.#order }),
      ...(this.#isOrderDoubted ? { isOrderDoubted: true } : {}),
      ...(this.#hasBooleans ? { hasBooleans: true } : {}), ...(words === undefined ? {} : { words }),
      sample,
    }
  }

  /** The byte between whole and fraction of its numbers. */
  get point(): number {
    return this.#point
  }

  /** The value of a field; null when it is missing, or when `fault` says why not. */
  read(bytes: Uint8Array, from: number, to: number, records: number): FieldValue {
    if (this.kind === 'number' || this.kind === 'mixed') {
      const plain = readPlainNumber(bytes, from, to, this.#point)
      if (plain === plain) return plain
    }
    const text = this.kind === 'text'
      ? this.#decode(bytes.subarray(from, to))
      : this.#cache.get(bytes, from, to, this.#decode)
    if (text === invalid) {
      this.fault = { code: 'E_UTF8', reason: `${this.#named} is not valid UTF-8, or holds a NUL` }
      return null
    }
    return text === null ? null : this.#convert(text, records)
  }

  /** The record that brought the contradiction is accepted. Returns the kind before. */
  commit(): ColumnKind {
    const before = this.kind
    this.contradictions++
    this.#hasBooleans ||= before === 'boolean'
    this.kind = this.contradiction!.to
    if (this.contradiction!.doubt !== undefined) this.#isOrderDoubted = true
    if (this.#guessed !== null) {
      this.#point = this.#guessed.decimal === ',' ? 44 : 46
      this.#epochScale = scaleOf(this.#guessed)
      this.#order = this.#guessed.order
    }
    this.#guessed = null
    this.contradiction = null
    return before
  }

  /** The record is not accepted: nothing happened. */
  rollback(): void {
    this.#guessed = null
    this.contradiction = null
    this.fault = null
  }

  get #named(): string {
    return `column ${JSON.stringify(this.name)}`
  }

  readonly #decode = (bytes: Uint8Array): Text => {
    const text = decodeStrictly(bytes)
    return text === null ? invalid : this.#missing.isMissing(text) ? null : text
  }

  #convert(text: string, records: number): FieldValue {
    switch (this.kind) {
      case 'number':
      case 'mixed': return this.#number(text, records)
      case 'boolean': return this.#boolean(text)
      case 'time': return this.#time(text, records)
      case 'empty': return this.#first(text, records)
      default: return this.#hasBooleans ? this.#boolean(text) : text
    }
  }

  #boolean(text: string): FieldValue {
    const value = readBoolean(text)
    if (value !== null || this.#missing.isAbsent(text)) return value
    return this.#hasBooleans ? text : this.#stranger(text, 'category', 'true or false', text)
  }

  #number(text: string, records: number): FieldValue {
    const value = readNumber(text, this.#point === 44 ? ',' : '.')
    if (Number.isFinite(value)) return value
    if (!Number.isNaN(value)) {
      this.fault = { code: 'E_NONFINITE', reason: `${this.#named} is ${excerptOf(text)}, wanted a finite number` }
      return null
    }
    if (this.#missing.isAbsent(text)) return null
    if (this.#column.declared && this.kind === 'mixed') return text
    return this.#stranger(text, this.#isTooMany(records) ? 'category' : 'mixed', 'a number', text)
  }

  #time(text: string, records: number): FieldValue {
    const order = this.#order
    const value = this.#epochScale === 0 ? readTime(text, order) : readNumber(text) * this.#epochScale
    if (value !== null && Number.isFinite(value)) return value
    if (this.#missing.isAbsent(text)) return null
    const to = this.#isTooMany(records) ? 'category' : 'time'
    if (order === undefined) return this.#stranger(text, to, 'a date or time (ISO 8601)', null)
    const wanted = `a date with its ${order === 'dmy' ? 'day' : 'month'} first`
    const doubt = `taken as missing, wanted ${wanted} as before`
    const other = order === 'dmy' ? 'mdy' : 'dmy'
    const isNews = !this.#isOrderDoubted && to === 'time' && readTime(text, other) !== null
    return this.#stranger(text, to, wanted, null, isNews ? doubt : undefined)
  }

  /** The first value of a column that was empty so far decides what it holds. */
  #first(text: string, records: number): FieldValue {
    if (this.#missing.isAbsent(text)) return null
    const guess = new ColumnGuess(this.name)
    guess.text(text, this.#commas, this.#missing)
    this.#guessed = guess.column()
    const { kind } = this.#guessed
    this.contradiction = { to: kind, text }
    const reader = new ColumnReader(this.#guessed, this.#missing, this.#commas)
    const value = reader.#convert(text, records)
    this.fault = reader.fault
    return value
  }

  #isTooMany(records: number): boolean {
    return this.contradictions + 1 > Math.max(strangersMin, strangerShareMax * records)
  }

  #stranger(text: string, to: ColumnKind, wanted: string, value: FieldValue, doubt?: string): FieldValue {
    if (this.#column.declared) {
      if (!this.#isStrict) return null
      const code = this.kind === 'time' ? 'E_TIME' : 'E_TYPE'
      this.fault = { code, reason: `${this.#named} is ${excerptOf(text)}, wanted ${wanted}` }
      return null
    }
    this.contradiction = { to, text, ...(doubt === undefined ? {} : { doubt }) }
    return value
  }
}

function scaleOf({ epoch }: Column): number {
  return epoch === null ? 0 : epoch === 's' ? 1000 : 1
}

function excerptOf(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text)
}
