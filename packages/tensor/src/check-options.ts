import { ValueError } from './errors.ts'

/** What a number may be. @internal */
export interface NumberRange {
  readonly least?: number
  readonly most?: number
  /** The limits themselves are refused. */
  readonly above?: number
  readonly below?: number
  readonly integer?: boolean
}

/**
 * Makes sure that an option is a finite number in its range.
 * @throws ValueError saying which option of which function, and what would have been accepted.
 * @internal
 */
export function checkNumber(where: string, option: string, value: unknown, range: NumberRange, hint: string): void {
  // A limit that is missing compares as false.
  const { least, most, above, below, integer } = range as Required<NumberRange>
  const n = value as number
  const fits = Number.isFinite(value) && !(n < least || n > most || n <= above || n >= below)
    && (!integer || Number.isSafeInteger(value))
  if (fits) return
  const limits = [`>= ${least}`, `> ${above}`, `<= ${most}`, `< ${below}`]
    .filter((limit) => !limit.endsWith('undefined'))
  const wanted = `${integer ? 'an integer' : 'a finite number'} ${limits.join(' and ')}`.trimEnd()
  throw new ValueError({ what: `${option} is out of range`, where, got: value, wanted, hint })
}

/**
 * Makes sure that a plain-JavaScript caller has misspelt no option: an unknown one would silently do nothing.
 * @throws ValueError naming the option and the known ones.
 * @internal
 */
export function checkOptions(where: string, options: unknown, known: readonly string[]): void {
  if (!options || typeof options !== 'object' || Array.isArray(options)) {
    throw new ValueError({
      what: 'the options are not an object', where, got: options, wanted: `any of ${known.join(', ')}`,
      hint: `Write { ${known[0]}: ... }.`,
    })
  }
  for (const option of Object.keys(options)) checkChoice(where, 'option', option, known)
}

/**
 * Makes sure that something is one of the things it can be; `what` says of what kind: `reduction`.
 * @throws ValueError
 * @internal
 */
export function checkChoice(where: string, what: string, given: unknown, choices: readonly unknown[]): void {
  if (choices.includes(given)) return
  throw new ValueError({
    what: `there is no such ${what}`, where, got: given, wanted: `one of ${choices.join(', ')}`,
    hint: 'Spell it as listed.',
  })
}
