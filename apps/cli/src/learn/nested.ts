import type { SourceRecord } from '@eddy/sources'

/** Whether a field holds something nested. */
export function isNested(record: SourceRecord): boolean {
  for (const name in record) {
    const value = record[name]
    if (typeof value === 'object' && value !== null) return true
  }
  return false
}

/**
 * Nested values as fields of their own: `{ user: { city: 'Chur' } }` is `user.city`, a list of numbers is `list.0` and
 * so on, and of a list of anything else each item is a flag: `tags.new` is true.
 * @example flattened({ tags: ['new'], at: { x: 1 } }) // { 'tags.new': true, 'at.x': 1 }
 */
export function flattened(record: SourceRecord): SourceRecord {
  const flat = Object.create(null) as SourceRecord
  for (const [name, value] of Object.entries(record)) spread(flat, name, value)
  return flat
}

function spread(flat: SourceRecord, name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) {
    flat[name] = value as SourceRecord[string]
  } else if (!Array.isArray(value)) {
    for (const [part, inner] of Object.entries(value)) spread(flat, `${name}.${part}`, inner)
  } else {
    const isVector = value.every((item) => typeof item === 'number')
    value.forEach((item: unknown, k) => {
      if (isVector || (typeof item === 'object' && item !== null)) spread(flat, `${name}.${k}`, item)
      else if (item !== null) flat[`${name}.${String(item)}`] = true
    })
  }
}

/** Whether a field lies inside one of these: `user.city` inside `user`. */
export function isInside(name: string, groups: readonly string[]): boolean {
  return groups.some((group) => name.startsWith(`${group}.`))
}

/** Leaves out the fields that lie inside one of these, apart from those to keep. */
export function withoutGroups(
  record: SourceRecord, groups: readonly string[], keep: readonly (string | undefined)[],
): SourceRecord {
  const rest = Object.create(null) as SourceRecord
  for (const name of Object.keys(record)) {
    if (keep.includes(name) || !isInside(name, groups)) rest[name] = record[name]!
  }
  return rest
}
