/** Texts that stand for a missing value unless told otherwise; case does not matter. */
export const missingWords: readonly string[] = Object.freeze(['', 'NA', 'N/A', 'NaN', 'null', '?'])

/** A test for texts that stand for a missing value. */
export function missingTest(words: readonly string[] = missingWords): (text: string) => boolean {
  const known = new Set(words.map((word) => word.toLowerCase()))
  const longest = Math.max(0, ...words.map(({ length }) => length))
  return (text) => text.length <= longest && known.has(text.toLowerCase())
}
