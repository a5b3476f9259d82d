import { checkNumbers } from './check-values.ts'

/**
 * The options of a loss that are its parameters p and q; a flag counts 1 or 0.
 * @throws ValueError for what is neither a flag nor a number from 0.
 */
export function parametersOf(name: string, own: readonly string[], options: object): readonly (number | undefined)[] {
  return own.map((option) => {
    const given = options[option as never] as number | boolean | undefined
    const value = typeof given === 'boolean' ? Number(given) : given
    checkNumbers(name, { [option]: value }, { least: 0 })
    return value
  })
}
