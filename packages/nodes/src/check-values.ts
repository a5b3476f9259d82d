import { checkChoice, checkNumber, type NumberRange } from '@eddy/tensor'

/** Makes sure that options are true or false, or left out. @throws ValueError */
export function checkFlags(where: string, flags: Readonly<Record<string, unknown>>): void {
  for (const [option, value] of Object.entries(flags)) {
    checkChoice(where, `value of ${option}`, value, [true, false, undefined])
  }
}

/** Makes sure that options are finite numbers, in their range, or left out. @throws ValueError */
export function checkNumbers(where: string, numbers: Readonly<Record<string, unknown>>, range: NumberRange = {}): void {
  for (const [option, value] of Object.entries(numbers)) {
    if (value !== undefined) checkNumber(where, option, value, range, 'Left out it has its default.')
  }
}
