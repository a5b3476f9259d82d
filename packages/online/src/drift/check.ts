import { ValueError } from '@eddy/tensor'

/** Which way a statistic has to go: `up`, `down`, or either. */
export type DriftMode = 'up' | 'down' | 'both'

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
