import { GraphError } from '@eddy/graph'
import { categoryText } from './categorical.ts'

/** One field, or several that count together. */
export type FieldNames = string | readonly string[]

/** @throws GraphError when there is no field name. */
export function fieldList(given: FieldNames | undefined, where: string, leastCount = 1): readonly string[] {
  const list = typeof given === 'string' ? [given] : Array.isArray(given) ? [...given] as readonly string[] : []
  const isList = list.every((name) => typeof name === 'string') && list.length >= leastCount
  if (isList && new Set(list).size === list.length) return list
  const wanted = leastCount === 1 ? 'a field name, or several' : 'several field names'
  throw new GraphError(`got ${JSON.stringify(given)}, wanted ${wanted}`, where, "For example ['store', 'weekday']")
}

/**
 * A text that stands for the first `count` values together, and for no others: lengths tell '1', '23' from '12', '3',
 * and a mark what is missing. One value stands for itself. Null when all are missing.
 */
export function keyText(values: readonly unknown[], count: number): string | null {
  if (count === 1) return values[0] === undefined ? null : categoryText(values[0])
  let text = ''
  let isThere = false
  for (let k = 0; k < count; k++) {
    if (values[k] === undefined) {
      text += '-'
      continue
    }
    const own = categoryText(values[k])
    isThere = true
    text += `${own.length}:${own}`
  }
  return isThere ? text : null
}
