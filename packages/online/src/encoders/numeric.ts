import { type Encoder, refuse } from '../encoder.ts'

export interface NumericOptions {
  /** By the running mean and standard deviation of earlier events; default true. */
  readonly standardize?: boolean
  /** What stands in for a missing number; default 'skip': the feature contributes nothing to that event. */
  readonly missing?: 'skip' | number
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
 * Source: Welford 1962, in `standardize()`.
 * @example features({ distance: numeric(), age: numeric({ standardize: false, missing: 30 }) })
 */
export function numeric({ standardize = true, missing = 'skip' }: NumericOptions = {}): Encoder {
  return Object.freeze({
    name: 'numeric',
    standardize,
    ...(missing === 'skip' ? {} : { missing: finiteNumber(missing) }),
    encode: (value, emit) => emit(null, finiteNumber(value)),
  } satisfies Encoder)
}
