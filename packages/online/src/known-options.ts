import { ValueError } from '@eddy/tensor'

/**
 * What a call from plain JavaScript gets wrong most: no record at all, or a misspelt option, which would do nothing in
 * silence. An option that is undefined is one that was left out.
 * @throws ValueError naming the option, and those that there are.
 */
export function checkOptions(where: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ValueError({
      what: 'the options are no record', where, got: options, wanted: `one with any of ${known.join(', ')}`,
      hint: `Write ${where}({ ${known[0]}: ... }).`,
    })
  }
  const unknown = Object.keys(options).find((option) => !known.includes(option))
  if (unknown === undefined) return
  throw new ValueError({
    what: 'there is no such option', where, got: unknown, wanted: `one of ${known.join(', ')}`,
    hint: 'Names are in camelCase.',
  })
}

/** What every learner takes. */
const ofLearners = [
  'features', 'target', 'model', 'loss', 'optimizer', 'classes', 'classesMax', 'classWeights', 'weight', 'replay',
  'metrics', 'dtype', 'seed', 'fusion', 'weights', 'onReject', 'queue', 'pick',
]

/** The options of a learner, or of several, with `more` of their own. @throws ValueError as `checkOptions`. */
export function checkLearnerOptions(where: string, options: unknown, more: readonly string[]): void {
  checkOptions(where, options, [...ofLearners, ...more])
  checkDtype(where, (options as { readonly dtype?: unknown }).dtype)
}

/** @throws ValueError for an element type that there is not. */
export function checkDtype(where: string, dtype: unknown): void {
  if (dtype === undefined || dtype === 'f32' || dtype === 'f64') return
  throw new ValueError({
    what: 'there is no such dtype', where, got: dtype, wanted: "'f32' or 'f64'", hint: "Leave it out for 'f32'.",
  })
}
