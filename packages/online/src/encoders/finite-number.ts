import { refuse } from '../encoder.ts'

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
