import { ValueError } from '@eddy/tensor'
import type { Emit, Encoder } from '../encoder.ts'
import { kernelMath } from '../kernel-math.ts'
import { finiteNumber } from './finite-number.ts'
import { absentBy, type MissingPolicy } from './missing.ts'
import { checkOptions } from '../known-options.ts'

export interface CycleOptions {
  /** After how much it begins again: 24 for hours, 360 for degrees. */
  readonly period: number
  /** 'indicator': 1 in a slot that says "missing". Default 'skip'. */
  readonly missing?: MissingPolicy
}

/** Where on a circle, as its two coordinates. Formula: sin and cos of 2 pi x `share`, with the same bits everywhere. */
export function emitCircle(emit: Emit, sine: string, cosine: string, share: number): void {
  const { sin, cos } = kernelMath()
  const angle = 2 * Math.PI * (share - Math.floor(share))
  emit(sine, sin(angle), false)
  emit(cosine, cos(angle), false)
}

/**
 * A number that runs in a circle, as a point on it, so that 23 o'clock stands beside 0.
 * Formula: sin(2 pi x / period), cos(2 pi x / period), not standardised.
 * Edge: numbers outside [0, period) count by their remainder.
 * @throws ValueError when the period is not positive.
 * @example features({ hour: cycle({ period: 24 }), windDirection: cycle({ period: 360 }) })
 */
export function cycle(options: CycleOptions): Encoder {
  checkOptions('cycle', options, ['period', 'missing'])
  const { period, missing = 'skip' } = options
  if (!(period > 0 && period <= 1e15)) {
    throw new ValueError({
      what: 'the period is out of range', where: 'cycle', got: period, wanted: 'a number above 0, at most 1e15',
      hint: 'For example cycle({ period: 24 }).',
    })
  }
  return Object.freeze({
    name: 'cycle', standardize: false, period,
    encode: (value: unknown, emit: Emit) => emitCircle(emit, 'sin', 'cos', finiteNumber(value) / period),
    ...absentBy('cycle', missing),
  } satisfies Encoder)
}
