import { ValueError } from '@eddy/tensor'
import type { Encoder } from '../encoder.ts'
import { historyEncoder, type HistoryOptions } from './history.ts'
import { checkOptions } from '../known-options.ts'

/** Of the numbers in the window: `deviation` is that of a population, `count` how many there are. */
export type Aggregate = 'mean' | 'min' | 'max' | 'sum' | 'deviation' | 'count'

export interface AggregateOptions extends HistoryOptions {
  /** Learned events of the key that count, the last ones. */
  readonly window: number
  /** Default ['mean']. */
  readonly aggregates?: readonly Aggregate[]
}

const formulas: Readonly<Record<Aggregate, (numbers: readonly number[]) => number>> = {
  mean: meanOf,
  min: (numbers) => {
    let least = numbers[0]!
    for (let k = 1; k < numbers.length; k++) if (numbers[k]! < least) least = numbers[k]!
    return least
  },
  max: (numbers) => {
    let most = numbers[0]!
    for (let k = 1; k < numbers.length; k++) if (numbers[k]! > most) most = numbers[k]!
    return most
  },
  sum: sumOf,
  deviation: (numbers) => {
    const mean = meanOf(numbers)
    let squares = 0
    for (let k = 0; k < numbers.length; k++) squares += (numbers[k]! - mean) * (numbers[k]! - mean)
    return Math.sqrt(squares / numbers.length)
  },
  count: ({ length }) => length,
}

function sumOf(numbers: readonly number[]): number {
  let sum = 0
  for (let k = 0; k < numbers.length; k++) sum += numbers[k]!
  return sum
}

function meanOf(numbers: readonly number[]): number {
  return sumOf(numbers) / numbers.length
}

/**
 * What a number was like over the last learned events of the same key: its mean, least, greatest, ... The event itself
 * is never among them; with delayed labels, only those whose labels have come.
 * Edge: before the first event of a key it contributes nothing; an event without the number, or the key, is not
 * remembered.
 * State/cost: at most capacity x window numbers, in the learner's snapshot; an event reads those of one key.
 * @throws GraphError or ValueError when the options are not such.
 * @example features({ lately: aggregate({ of: 'price', by: 'product', window: 20, aggregates: ['mean', 'max'] }) })
 */
export function aggregate(options: AggregateOptions): Encoder {
  checkOptions('aggregate', options, ['window', 'aggregates', 'of', 'by', 'capacity', 'standardize'])
  const { window, aggregates = ['mean'], ...history } = options
  const names: readonly Aggregate[] = Array.isArray(aggregates) ? [...new Set(aggregates)] : []
  const unknown = names.find((name) => !Object.hasOwn(formulas, name))
  if (unknown !== undefined || names.length === 0) {
    throw new ValueError({
      what: 'this is no aggregate', where: 'aggregate', got: unknown ?? aggregates,
      wanted: `a list of some of ${Object.keys(formulas).join(', ')}`, hint: 'Leave aggregates out for the mean.',
    })
  }
  return historyEncoder('aggregate', history, window, (numbers, emit) => {
    for (const name of names) emit(name, formulas[name](numbers))
  })
}
