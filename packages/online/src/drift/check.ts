import { ValueError } from '@eddy/tensor'

/** Which way a statistic has to go: `up`, `down`, or either. */
export type DriftMode = 'up' | 'down' | 'both'

interface Range {
  readonly least?: number
  readonly most?: number
  /** The limits themselves are refused. */
  readonly above?: number
  readonly below?: number
  readonly integer?: boolean
}

/** @throws ValueError unless `value` is a finite number in its range. */
export function checkNumber(where: string, option: string, value: unknown, range: Range, hint: string): void {
  const { least = -Infinity, most = Infinity, above = -Infinity, below = Infinity, integer = false } = range
  const fits = typeof value === 'number' && Number.isFinite(value) && value >= least && value <= most
    && value > above && value < below && (!integer || Number.isSafeInteger(value))
  if (fits) return
  const limits = [
    range.least === undefined ? '' : ` >= ${least}`, range.above === undefined ? '' : ` > ${above}`,
    range.most === undefined ? '' : ` <= ${most}`, range.below === undefined ? '' : ` < ${below}`,
  ].filter((limit) => limit !== '').join(' and')
  const wanted = `${integer ? 'an integer' : 'a finite number'}${limits}`
  throw new ValueError({ what: `${option} is out of range`, where, got: value, wanted, hint })
}

/** @throws ValueError unless `mode` is one. */
export function checkMode(where: string, mode: unknown): void {
  if (mode === 'up' || mode === 'down' || mode === 'both') return
  throw new ValueError({
    what: 'there is no such mode', where, got: mode, wanted: 'up, down or both',
    hint: 'An error that rises is `up`; `both` also reports improvements.',
  })
}

/** @throws ValueError naming an option that does not exist: it would silently do nothing. */
export function checkOptions(where: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((option) => !known.includes(option))
  if (unknown === undefined) return
  throw new ValueError({
    what: 'there is no such option', where, got: unknown, wanted: `one of ${known.join(', ')}`,
    hint: 'Names are in camelCase.',
  })
}
