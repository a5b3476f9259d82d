import type { Fields } from './forms.ts'

/** The same event, with a field missing, renamed or unseen, with extreme numbers, or with the label of another. */
export function mangled(row: Fields, how: number, other: Fields): Fields {
  const { a, ...rest } = row
  if (how === 0) return rest
  if (how === 1) return { ...rest, renamed: a }
  if (how === 2) return { ...row, [`unseen${String(row['id'])}`]: 1, constructor: 'x', '': -3 }
  if (how === 3) return { ...row, a: 1e20, b: -5e-324 }
  return { ...row, y: other['y'] }
}
