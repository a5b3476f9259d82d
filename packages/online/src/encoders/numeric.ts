import { type Encoder, refuse } from '../encoder.ts'
import { finiteNumber } from './finite-number.ts'
import { IncludingMemory } from './including-memory.ts'
import { absentBy, checkMissing, type MissingPolicy } from './missing.ts'
import { NumericMemory } from './numeric-memory.ts'
import { checkOptions } from '../known-options.ts'

export { finiteNumber, magnitudeMax } from './finite-number.ts'

export interface NumericOptions {
  /**
   * By the running mean and standard deviation: 'before' (default, true) those of the events before; 'after' those that
   * include the event when it is learned, and those before when it is predicted, not cut, as River does; false: y = x.
   */
  readonly standardize?: boolean | 'before' | 'after'
  /**
   * 'standard' (default): y = (x - mean) / deviation. 'robust': y = (x - median) / (interquartile range / 1.349), for
   * numbers with a few that are far off. Both of the events before, cut to [-10, 10], 0 while unknown. 'none': y = x.
   */
  readonly scale?: 'standard' | 'robust' | 'none'
  /**
   * What becomes of a missing number. 'skip' (default): the feature contributes nothing to that event. 'indicator': 1
   * in a slot that says so. A number: that one. 'last', 'mean': of the numbers learned before, nothing without any.
   */
  readonly missing?: MissingPolicy | 'last' | 'mean' | number
}

/**
 * A number, standardised online unless declined: y = (x - mean) / deviation of the events before, 0 while unknown.
 * Edge: absent, undefined and null are missing; NaN, infinities and magnitudes above 1e30 reject the event.
 * Range: a learner in f32 rounds a number to 24 bits before it takes off the mean. Numbers that are 10^6 deviations
 * from 0, such as times in ms, need `standardize: 'after'`, `scale: 'robust'` or a learner in f64, which round later;
 * or `date`.
 * State/cost: 'robust' keeps at most 240 numbers and costs about 0.2 us an event, 'last' and 'mean' keep two.
 * Source: Welford 1962, in `standardize()`; robust: Dunning and Ertl 2019, in `Quartiles`.
 * @example features({ distance: numeric(), age: numeric({ missing: 30 }), income: numeric({ scale: 'robust' }) })
 */
export function numeric(options: NumericOptions = {}): Encoder {
  checkOptions('numeric', options, ['standardize', 'scale', 'missing'])
  const { standardize = true, scale = standardize === false ? 'none' : 'standard', missing = 'skip' } = options
  const includes = standardize === 'after' && scale === 'standard'
  if (scale !== 'standard' && scale !== 'robust' && scale !== 'none') {
    return refuse(scale, "the scale 'standard', 'robust' or 'none'", 'Leave it out for standard')
  }
  if (standardize !== 'before' && standardize !== 'after' && typeof standardize !== 'boolean') {
    return refuse(standardize, "standardize: true, false, 'before' or 'after'", 'Leave it out for before')
  }
  const stands = missing === 'last' || missing === 'mean' || typeof missing === 'number'
  checkMissing('numeric', missing, stands, ", 'last', 'mean' or a number")
  const encode: Encoder['encode'] = (value, emit) => emit(null, finiteNumber(value))
  const facts = { name: 'numeric', standardize: scale === 'standard' && !includes, encode }
  if (includes) {
    const standIn = typeof missing === 'number' ? finiteNumber(missing) : missing
    return Object.freeze({ ...facts, remember: () => new IncludingMemory(standIn) } satisfies Encoder)
  }
  if (scale === 'robust' || missing === 'last' || missing === 'mean') {
    const standIn = typeof missing === 'number' ? finiteNumber(missing) : missing
    const remember = (): NumericMemory => new NumericMemory(scale === 'robust', standIn)
    return Object.freeze({ ...facts, remember } satisfies Encoder)
  }
  if (missing === 'skip' || missing === 'indicator') return Object.freeze({ ...facts, ...absentBy('numeric', missing) })
  return Object.freeze({ ...facts, missing: finiteNumber(missing) } satisfies Encoder)
}
