import type { Schema } from './column.ts'
import { checkRecords } from '../check-call.ts'
import { ColumnGuess } from './column-guess.ts'

const recordsMax = 1000

/**
 * The columns of records whose values have types of their own, such as those from JSON or Parquet: what the first
 * 1,000 hold, in order of first sight. Numeric texts are texts.
 * @throws SourceError when these are no records.
 * @example inferSchema([{ price: 2, city: 'Chur' }]).columns.map(({ kind }) => kind) // ['number', 'category']
 */
export function inferSchema(records: Iterable<unknown>): Schema {
  checkRecords('inferSchema', records)
  const guesses = new Map<string, ColumnGuess>()
  let count = 0
  for (const record of records) {
    if (count++ === recordsMax) break
    if (typeof record !== 'object' || record === null) continue
    for (const [name, value] of Object.entries(record)) {
      let guess = guesses.get(name)
      if (guess === undefined) {
        guess = new ColumnGuess(name)
        guesses.set(name, guess)
      }
      guess.value(value)
    }
  }
  return { columns: [...guesses.values()].map((guess) => guess.column()), version: 0 }
}
