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
