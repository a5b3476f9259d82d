import { type Encoder, refuse } from '../encoder.ts'
import { absentBy, type MissingPolicy } from './missing.ts'
import { NumericMemory } from './numeric-memory.ts'

export interface NumericOptions {
  /** By the running mean and standard deviation of earlier events; default true. Short for `scale`. */
  readonly standardize?: boolean
  /**
   * 'standard' (default): y = (x - mean) / deviation. 'robust': y = (x - median) / (interquartile range / 1.349), cut to
   * [-10, 10], for numbers with a few that are far off. 'none': y = x. Always of the events before; 0 while unknown.
   */
  readonly scale?: 'standard' | 'robust' | 'none'
  /**
   * What becomes of a missing number. 'skip' (default): the feature contributes nothing to that event. 'indicator': 1
   * in a slot that says so. A number: that one. 'last', 'mean': of the numbers learned before; nothing before the first.
   */
  readonly missing?: MissingPolicy | 'last' | 'mean' | number
}

/** Largest magnitude of a number in an event; f32 ends at 3.4e38, and weights need room. */
export const magnitudeMax = 1e30

/** A finite number of usable size. @throws BadValueError for NaN, infinities, huge numbers and everything else. */
export function finiteNumber(value: unknown): number {
  if (typeof value === 'number' && value <= magnitudeMax && value >= -magnitudeMax) return value + 0 // -0 becomes 0
  if (typeof value === 'number' && Number.isFinite(value)) {
    return refuse(value, `a number from -${magnitudeMax} to ${magnitudeMax}`, 'Clip it, or take its logarithm, before')
  }
  return refuse(value, 'a finite number', hintFor(value))
}

function hintFor(value: unknown): string {
  if (typeof value === 'string') return 'Text is not converted: parse it before, or declare the feature categorical()'
  if (typeof value === 'number') return 'Leave the feature out when it is unknown, or replace the value before'
  if (typeof value === 'boolean') return 'Declare the feature boolean()'
  return 'Give a number, or leave the feature out'
}

/**
 * A number, standardised online unless declined: y = (x - mean) / deviation of the events before, 0 while unknown.
 * Edge: absent, undefined and null are missing; NaN, infinities and magnitudes above 1e30 reject the event.
 * State/cost: 'robust' keeps 19 numbers and costs about 0.1 us an event, 'last' and 'mean' keep two.
 * Source: Welford 1962, in `standardize()`; robust: running quartiles after Jain and Chlamtac 1985, see `Quartiles`.
 * @example features({ distance: numeric(), age: numeric({ missing: 30 }), income: numeric({ scale: 'robust' }) })
 */
export function numeric(options: NumericOptions = {}): Encoder {
  const { standardize = true, scale = standardize ? 'standard' : 'none', missing = 'skip' } = options
  if (scale !== 'standard' && scale !== 'robust' && scale !== 'none') {
    return refuse(scale, "the scale 'standard', 'robust' or 'none'", 'Leave it out for standard')
  }
  const encode: Encoder['encode'] = (value, emit) => emit(null, finiteNumber(value))
  const facts = { name: 'numeric', standardize: scale === 'standard', encode }
  if (scale === 'robust' || missing === 'last' || missing === 'mean') {
    const standIn = typeof missing === 'number' ? finiteNumber(missing) : missing
    const remember = (): NumericMemory => new NumericMemory(scale === 'robust', standIn)
    return Object.freeze({ ...facts, remember } satisfies Encoder)
  }
  if (missing === 'skip' || missing === 'indicator') return Object.freeze({ ...facts, ...absentBy(missing) })
  return Object.freeze({ ...facts, missing: finiteNumber(missing) } satisfies Encoder)
}
