import { checkNumber, checkOptions } from '@eddy/tensor'
import { type Schedule, toSchedule } from '../schedule.ts'

export interface WarmupOptions {
  /** Steps of the warm-up. */
  readonly steps: number
  /** Factor of the very first step; 1 / (steps + 1), so that the rate rises evenly and no step is lost at 0. */
  readonly startFactor?: number
  /** What the warm-up leads to, and what follows it, from its own step 0 on. */
  readonly into: number | Schedule
}

/**
 * Raises the learning rate along a straight line to where another schedule begins, then follows that one.
 * Formula: step < steps: into(0) * (startFactor + (1 - startFactor) * step / steps); after that into(step - steps).
 * This is PyTorch's SequentialLR of LinearLR and the other schedule.
 * Source: Goyal et al. 2017, section 2.2.
 * @throws ValueError for an option out of range.
 * @example
 * adam({ learningRate: warmup({ steps: 500, into: cosineDecay({ learningRate: 0.01, steps: 50_000 }) }) })
 */
export function warmup(options: WarmupOptions): Schedule {
  checkOptions('warmup', options, ['steps', 'startFactor', 'into'])
  const { steps } = options
  checkNumber('warmup', 'steps', steps, { least: 0, integer: true }, 'Give how many steps the warm-up takes.')
  const { startFactor = 1 / (steps + 1) } = options
  checkNumber('warmup', 'startFactor', startFactor, { least: 0, most: 1 }, 'Give the factor of the first step.')
  const into = toSchedule('warmup', 'into', options.into)
  const at = (step: number, state: unknown): number => (
    step >= steps
      ? into.at(step - steps, state)
      : Math.min(into.max, into.at(0, state) * (startFactor + (1 - startFactor) * step / steps))
  )
  return Object.freeze({ ...into, name: `warmup into ${into.name}`, at, constant: false })
}
