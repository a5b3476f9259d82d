import { ValueError } from '@eddy/tensor'
import { checkMade } from '../known-options.ts'

export { checkOptions } from '../known-options.ts'

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

/** @throws ValueError unless this is a detector. */
export function checkDetector(where: string, detector: unknown): void {
  checkMade(where, 'detector', detector, ['initial', 'update'], 'Call it, with its parentheses: adwin().')
}
