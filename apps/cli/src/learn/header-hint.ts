import { readNumber, readTime } from '@eddy/sources'

const unnamed = /^column_\d+$/

/**
 * What to say, behind the names of columns that there are, when these are hardly names: a CSV without a header, with
 * lines above it, or without a delimiter. Begins with a blank; empty when they look like names.
 */
export function headerHint(names: readonly string[]): string {
  if (names.length === 1) {
    const isMany = /\S\s+\S/.test(names[0]!)
    return isMany ? ' That is one name: wanted commas, tabs, semicolons or bars between the columns.' : ''
  }
  const values = names.filter((name) => !Number.isNaN(readNumber(name)) || readTime(name) !== null)
  if (3 * values.length >= names.length && names.length > 0) {
    return ' These look like values: write the names of the columns as the first line.'
  }
  if (2 * names.filter((name) => unnamed.test(name)).length < names.length || names.length === 0) return ''
  return ' Most have no name: delete the lines above those names, if there are any.'
}
