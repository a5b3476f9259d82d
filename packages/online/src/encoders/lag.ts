import { ValueError } from '@eddy/tensor'
import type { Encoder } from '../encoder.ts'
import { historyEncoder, type HistoryOptions } from './history.ts'
import { checkOptions } from '../known-options.ts'

export interface LagOptions extends HistoryOptions {
  /** How many learned events of the key back, from 1; default [1]. */
  readonly steps?: readonly number[]
}

/**
 * What a number was in earlier events of the same key: `steps: [1, 7]` is the last one and the one seven before.
 * Only events that were learned count, and never the event itself: with delayed labels, those whose labels have come.
 * Edge: a step that the key has not got contributes nothing; an event without the number, or key, is not remembered.
 * State/cost: at most capacity x largest step numbers, in the learner's snapshot; an event copies those of one key.
 * @throws GraphError or ValueError when the options are not such.
 * @example features({ soldBefore: lag({ by: 'store', steps: [1, 7] }), temperatureBefore: lag({ of: 'temperature' }) })
 */
export function lag(options: LagOptions = {}): Encoder {
  checkOptions('lag', options, ['steps', 'of', 'by', 'capacity', 'standardize'])
  const { steps = [1], ...history } = options
  if (!Array.isArray(steps) || steps.length === 0 || !steps.every((step) => Number.isInteger(step) && step >= 1)) {
    throw new ValueError({
      what: 'these are no steps back', where: 'lag', got: steps, wanted: 'a list of integers from 1 on',
      hint: 'lag({ steps: [1, 7] }) is the last number and the one seven before.',
    })
  }
  const parts = [...new Set(steps)].map((step) => [`${step}`, step] as const)
  return historyEncoder('lag', history, Math.max(...steps), (numbers, emit) => {
    for (const [part, step] of parts) {
      const number = numbers[numbers.length - step]
      if (number !== undefined) emit(part, number)
    }
  })
}
