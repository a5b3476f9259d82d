import { type DateOrder, missingWords, readBoolean, readTime, type SourceRecord } from '@eddy/sources'

/** What is known of columns whose values come in several forms and are learned in one. */
export interface FieldForms {
  /** Columns of times. */
  readonly dates: readonly string[]
  /** Of these, columns whose numbers are seconds since 1970; in all others they are milliseconds. */
  readonly seconds?: readonly string[]
  /** Whether dates such as 1/2/2024 have the day or the month first. */
  readonly dateOrders?: Readonly<Record<string, DateOrder>>
  /** Columns of true and false, where words such as yes may stand for them. */
  readonly booleans?: readonly string[]
  /** Whether all times become milliseconds, as those of a CSV; default: only those that models cannot read. */
  readonly isStrict?: boolean
}

/** Times that models read by themselves: the parts are those that were written, whatever the zone. */
const usual = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:?\d\d)?$/

const missing = new Set(missingWords.map((word) => word.toLowerCase()))

/**
 * Makes the reader of records whose format has types of its own: there, a time may be a number of seconds, text as in
 * `29-Feb-24`, which a CSV turns into milliseconds, or text that says it is missing. What else is no time stays as it
 * is, and so do all other fields.
 * @example formReader({ dates: ['at'], seconds: ['at'] })({ at: 1.7e9 }) // { at: 1.7e12 }
 */
export function formReader(
  { dates, seconds = [], dateOrders = {}, booleans = [], isStrict = false }: FieldForms,
): (record: SourceRecord) => SourceRecord {
  const timeOf = (name: string): ((value: unknown) => unknown) => {
    const scale = seconds.includes(name) ? 1000 : 1
    const order = Object.hasOwn(dateOrders, name) ? dateOrders[name] : undefined
    return (value) => {
      if (typeof value === 'number') return value * scale
      if (typeof value !== 'string' || (!isStrict && usual.test(value))) return value
      return readTime(value, order) ?? (missing.has(value.toLowerCase()) ? null : value)
    }
  }
  const booleanOf = (value: unknown): unknown => (typeof value === 'string' ? (readBoolean(value) ?? value) : value)
  const readers = [
    ...dates.map((name) => [name, timeOf(name)] as const), ...booleans.map((name) => [name, booleanOf] as const),
  ]
  return (record) => {
    let formed: SourceRecord | null = null
    for (const [name, read] of readers) {
      const value = record[name]
      const known = read(value)
      if (known === value) continue
      formed ??= Object.assign(Object.create(null), record) as SourceRecord
      formed[name] = known as SourceRecord[string]
    }
    return formed ?? record
  }
}
