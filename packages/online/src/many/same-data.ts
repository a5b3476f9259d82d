/** Whether two pieces of plain data, as JSON has them, are equal: 0 is not -0. */
export function isSameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [names, others] = [Object.keys(a), Object.keys(b)]
  return names.length === others.length && names.every((name) => (
    Object.hasOwn(b, name) && isSameData((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name])
  ))
}
