import { checkNumber } from '@eddy/tensor'

/**
 * The options of a loss that are its parameters p and q; a flag counts 1 or 0.
 * @throws ValueError for what is neither a flag nor a number from 0.
 */
export function parametersOf(name: string, own: readonly string[], options: object): readonly (number | undefined)[] {
  return own.map((option) => {
    const given: unknown = options[option as never]
    if (given === undefined) return given
    const value = typeof given === 'boolean' ? Number(given) : given
    checkNumber(name, option, value, { least: 0 }, 'Left out it has its default.')
    return value as number
  })
}
