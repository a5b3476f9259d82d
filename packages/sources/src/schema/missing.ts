/** Texts that stand for a missing value unless told otherwise; case does not matter. */
export const missingWords: readonly string[] = Object.freeze(['', 'NA', 'N/A', 'NaN', 'null', '?'])

/** A test for texts that stand for a missing value. */
function missingTest(words: readonly string[] = missingWords): (text: string) => boolean {
  const known = new Set(words.map((word) => word.toLowerCase()))
  const longest = Math.max(0, ...words.map(({ length }) => length))
  return (text) => text.length <= longest && known.has(text.toLowerCase())
}

/**
 * What programs write for a missing number, time or boolean, and what may be a word elsewhere (a garage that is
 * `None`): Excel and its errors, pandas, R, SQL dumps, statistical packages, the World Bank, people.
 */
const absentWords = new Set([
  '-', '--', '---', '\u2013', '\u2014', '.', '..', '...', '#n/a', '#na', '#n/a n/a', '#div/0!', '#value!', '#ref!',
  '#num!', '#name?', '#null!', '<na>', 'none', 'nat', '\\n', '<null>', '(null)', 'nil', 'n.a.', 'n/d', 'k.a.', '-nan',
  '1.#ind', '-1.#ind', '1.#qnan', '-1.#qnan',
])
const absentLengthMax = 8

/** How missing values are told from others. */
export interface MissingTests {
  /** Missing, whatever the column holds. */
  readonly isMissing: (text: string) => boolean
  /** Missing in a column of numbers, times, or true and false. */
  readonly isAbsent: (text: string) => boolean
}

/** `words`: all that stand for a missing value; default: `missingWords`, and in columns that are no text some more. */
export function missingTests(words?: readonly string[]): MissingTests {
  const isAbsent = (text: string): boolean => text.length <= absentLengthMax && absentWords.has(text.toLowerCase())
  return { isMissing: missingTest(words), isAbsent: words === undefined ? isAbsent : () => false }
}
