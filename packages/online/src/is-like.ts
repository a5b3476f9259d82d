/** Whether a value could stand where the first one stood: of its type, as are those of its parts; null says nothing. */
export function isLike(first: unknown, value: unknown): boolean {
  if (first === null || value === null) return true
  if (typeof first !== typeof value || Array.isArray(first) !== Array.isArray(value)) return false
  if (typeof first !== 'object') return !Number.isNaN(value)
  return Object.entries(first).every(([name, part]) => {
    const own = (value as Readonly<Record<string, unknown>>)[name]
    return own === undefined || isLike(part, own)
  })
}

/** Whether all numbers in plain data are finite, as JSON can keep them. */
export function isFinitePlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  return typeof value !== 'object' || value === null || Object.values(value).every(isFinitePlain)
}
