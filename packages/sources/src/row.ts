/** What a field of a record can hold. Nested values come from JSON and Parquet only. */
export type FieldValue = string | number | boolean | null | readonly unknown[] | { readonly [name: string]: unknown }

/** A record: named values. A missing value is null. */
export type SourceRecord = { [name: string]: FieldValue }

/**
 * Makes empty records without inherited names: `'toString' in row` is false and `row['__proto__'] = 1` is an ordinary
 * field. Unlike `Object.create(null)` they keep V8's fast layout, because they come from one constructor.
 */
export const Row = function () {} as unknown as new () => SourceRecord
Row.prototype = Object.freeze(Object.create(null))

/**
 * `row[name] = value` for the k-th name of a row. Engines remember for each place in a program which field it writes:
 * with a place of its own for each of the first names a row takes half the time.
 */
export function setField(row: SourceRecord, k: number, name: string, value: FieldValue): void {
  switch (k) {
    case 0: row[name] = value; break
    case 1: row[name] = value; break
    case 2: row[name] = value; break
    case 3: row[name] = value; break
    case 4: row[name] = value; break
    case 5: row[name] = value; break
    case 6: row[name] = value; break
    case 7: row[name] = value; break
    case 8: row[name] = value; break
    case 9: row[name] = value; break
    case 10: row[name] = value; break
    case 11: row[name] = value; break
    case 12: row[name] = value; break
    case 13: row[name] = value; break
    case 14: row[name] = value; break
    case 15: row[name] = value; break
    default: row[name] = value
  }
}

/** The same name as engines keep names of fields: one that was read from bytes is looked up at every use. */
export function fieldName(name: string): string {
  return Object.keys({ [name]: 0 })[0]!
}
