import { ValueError } from '@eddy/tensor'

/**
 * What a call from plain JavaScript gets wrong most: no record at all, or a misspelt option, which would do nothing in
 * silence.
 * @throws ValueError naming the option, and those that there are.
 */
export function checkNames(where: string, options: unknown, known: readonly string[]): asserts options is object {
  checkRecord(where, options, `one with any of ${known.join(', ')}`, 'Leave it out for the defaults.')
  const unknown = Object.keys(options).find((option) => !known.includes(option))
  if (unknown === undefined) return
  throw new ValueError({
    what: 'there is no such option', where, got: unknown, wanted: `one of ${known.join(', ')}`,
    hint: 'Names are in camelCase.',
  })
}

/** @throws ValueError unless this is a record. */
export function checkRecord(where: string, value: unknown, wanted: string, hint: string): asserts value is object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return
  throw new ValueError({ what: 'this is no record', where, got: value, wanted, hint })
}
