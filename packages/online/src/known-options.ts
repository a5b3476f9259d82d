import { ValueError } from '@eddy/tensor'

/**
 * What a call from plain JavaScript gets wrong most: no record at all, or a misspelt option, which would do nothing in
 * silence. An option that is undefined is one that was left out.
 * @throws ValueError naming the option, and those that there are.
 */
export function checkOptions(
  where: string, options: unknown, known: readonly string[],
): asserts options is object {
  const wanted = `one with any of ${known.join(', ')}`
  checkRecord(where, 'the options are no record', options, wanted, `Write ${where}({ ${known[0]}: ... }).`)
  const unknown = Object.keys(options).find((option) => !known.includes(option))
  if (unknown === undefined) return
  throw new ValueError({
    what: 'there is no such option', where, got: unknown, wanted: `one of ${known.join(', ')}`,
    hint: unknown === 'store' ? `Keep one with persist(${where}(...), store).` : 'Names are in camelCase.',
  })
}

/** @throws ValueError unless this is a record. */
export function checkRecord(
  where: string, what: string, value: unknown, wanted: string, hint: string,
): asserts value is object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return
  throw new ValueError({ what, where, got: value, wanted, hint })
}

/** What every learner takes. */
const ofLearners = [
  'features', 'target', 'model', 'loss', 'optimizer', 'classes', 'classesMax', 'classWeights', 'weight', 'replay',
  'standardizeTarget', 'metrics', 'dtype', 'seed', 'fusion', 'weights', 'onReject', 'queue', 'pick',
]

/** The options of a learner, or of several, with `more` of their own. @throws ValueError as `checkOptions`. */
export function checkLearnerOptions(where: string, options: unknown, more: readonly string[]): void {
  checkOptions(where, options, [...ofLearners, ...more])
  const { classes, standardizeTarget } = options as { readonly classes?: unknown; readonly standardizeTarget?: unknown }
  if (classes !== undefined && classes !== 'open' && !Array.isArray(classes)) {
    throw new ValueError({
      what: 'these are no classes', where, got: classes, wanted: "a list of their names, or 'open'",
      hint: "For example classes: ['ham', 'spam'].",
    })
  }
  checkFlag(where, 'standardizeTarget', standardizeTarget)
  checkDtype(where, (options as { readonly dtype?: unknown }).dtype)
}

/** @throws ValueError for an option that is neither true nor false, and not left out. */
export function checkFlag(where: string, option: string, value: unknown): void {
  if (value === undefined || typeof value === 'boolean') return
  throw new ValueError({
    what: `${option} is no choice`, where, got: value, wanted: 'true or false', hint: 'Leave it out for false.',
  })
}

/** @throws ValueError for an element type that there is not. */
export function checkDtype(where: string, dtype: unknown): void {
  if (dtype === undefined || dtype === 'f32' || dtype === 'f64') return
  throw new ValueError({
    what: 'there is no such dtype', where, got: dtype, wanted: "'f32' or 'f64'", hint: "Leave it out for 'f32'.",
  })
}

/** @throws ValueError unless this has those methods, or is a function when none is named. */
export function checkMade(where: string, what: string, value: unknown, methods: readonly string[], hint: string): void {
  const given = Object(value) as Readonly<Record<string, unknown>>
  const suits = methods.length === 0 ? typeof value === 'function' : methods.every((name) => name in given)
  if (suits) return
  const wanted = methods.length === 0 ? 'a function' : `something with ${methods.join(' and ')}`
  throw new ValueError({ what: `this is no ${what}`, where, got: value, wanted, hint })
}
