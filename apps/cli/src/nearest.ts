/**
 * The name that was probably meant: the one with the fewest changed letters, if these are few for its length. Case does
 * not count. null when none is near.
 * @example nearest('prise', ['price', 'size']) // 'price'
 */
export function nearest(given: string, names: Iterable<string>): string | null {
  let best: string | null = null
  let least = Math.min(3, Math.floor(given.length * 0.4)) + 1
  for (const name of names) {
    const distance = given.toLowerCase() === name.toLowerCase() ? 0 : edits(given.toLowerCase(), name.toLowerCase())
    if (distance >= least) continue
    least = distance
    best = name
  }
  return best
}

/** Letters to insert, drop, replace or swap with their neighbour. Source: Damerau 1964, restricted form. */
function edits(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, replaced)
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isSwapped) row[j] = Math.min(row[j]!, before[j - 2]! + 1)
    }
    before = last
    last = row
  }
  return last[b.length]!
}

/** ` Did you mean price?`, or the names there are, when these are few, or nothing. */
export function suggestion(given: string, names: readonly string[]): string {
  const near = nearest(given, names)
  if (near !== null) return ` Did you mean ${near}?`
  const shown = names.slice(0, 12).join(', ')
  return names.length === 0 ? '' : ` There are ${shown}${names.length > 12 ? ' and others' : ''}.`
}
