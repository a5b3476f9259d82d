/** A line of a CSV as texts, and whether its first field is in quotes. */
export interface TextRow {
  readonly fields: readonly string[]
  readonly isQuoted: boolean
}

/** So many of the rows have to agree where none has as many fields as the header. */
const agreeingShare = 0.9

/**
 * The names of columns that a header gives to its rows. Where the rows have one field more or less than it:
 *
 * 1. Rows that all end with the delimiter have a last column without a name; where only the header ends so, it names a
 *    column that is not there.
 * 2. R writes the names of rows as a first column without a name, in quotes as the header is.
 *
 * Anything else stays as it is: such rows are told of. An empty name becomes `column_3`, a name that was there before
 * gets a number: `price_2`.
 */
export function headerNames(header: TextRow, rows: readonly TextRow[]): string[] {
  const { fields } = header
  const wider = alike(rows, fields.length + 1, fields.length)
  if (wider.length > 0) {
    if (wider.every((row) => row.fields.at(-1) === '')) return uniqueNames([...fields, ''])
    const areNamed = header.isQuoted && wider.every(({ isQuoted }) => isQuoted)
    const firsts = new Set(wider.map((row) => row.fields[0]))
    if (areNamed && firsts.size > 1 && firsts.size === wider.length) return uniqueNames(['', ...fields])
  }
  const endsInVain = fields.length > 1 && fields.at(-1) === ''
    && alike(rows, fields.length - 1, fields.length).length > 0
  return uniqueNames(endsInVain ? fields.slice(0, -1) : fields)
}

/** The rows with so many fields, unless some suit the header, or too many suit neither. */
function alike(rows: readonly TextRow[], count: number, suiting: number): readonly TextRow[] {
  if (rows.some(({ fields }) => fields.length === suiting)) return []
  const found = rows.filter(({ fields }) => fields.length === count)
  return found.length >= agreeingShare * rows.length ? found : []
}

function uniqueNames(given: readonly string[]): string[] {
  const taken = new Set(given)
  const used = new Set<string>()
  return given.map((text, k) => {
    const name = text === '' ? `column_${k + 1}` : text
    let unique = name
    for (let n = 2; used.has(unique) || (unique !== text && taken.has(unique)); n++) unique = `${name}_${n}`
    used.add(unique)
    return unique
  })
}
