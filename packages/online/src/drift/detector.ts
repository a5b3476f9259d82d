import { ValueError } from '@eddy/tensor'

/** `warning`: a drift may be under way. `drift`: it is certain enough; the detector starts anew with the next value. */
export type DriftStatus = 'stable' | 'warning' | 'drift'

/** What every state of a detector says. The rest of it is plain data too: JSON gives back the same bits. */
export interface DetectorState {
  readonly status: DriftStatus
}

/**
 * A drift detector: a pure state machine over one number per event. No state is ever written, so any of them is a
 * snapshot, and continuing from it, also from its JSON, gives the same decisions bit for bit.
 *
 * @example
 * const { initial, update } = adwin()
 * [0, 1, 0, 0].reduce(update, initial).total // 1
 */
export interface Detector<S extends DetectorState = DetectorState> {
  readonly name: string
  /** `bits`: 0 and 1 alone, where 1 is an error of the model. `numbers`: any number up to 1e100 in magnitude. */
  readonly takes: 'bits' | 'numbers'
  readonly initial: S
  /** The state after one more value. @throws ValueError when the detector does not take the value. */
  readonly update: (state: S, value: number) => S
}

/** Greater magnitudes are refused: their squares, summed over any stream, could leave the range of numbers. */
export const detectorMagnitudeMax = 1e100

interface Definition<S extends DetectorState> extends Omit<Detector<S>, 'update'> {
  /** `update` after a stable state or a warning; the value has been checked. */
  readonly next: (state: S, value: number) => S
  /** Where to go on after a drift; `initial`. */
  readonly restart?: (state: S) => S
}

/** Adds to a definition what all detectors have in common: checked values, and the new start after a drift. */
export function defineDetector<S extends DetectorState>(definition: Definition<S>): Detector<S> {
  const { name, takes, initial, next, restart = () => initial } = definition
  Object.freeze(initial)
  const update = takes === 'bits'
    ? (state: S, value: number): S => {
      if (value !== 0 && value !== 1) throw refusal(name, value, '0 or 1')
      return next(state.status === 'drift' ? restart(state) : state, value + 0)
    }
    : (state: S, value: number): S => {
      if (typeof value !== 'number' || !(Math.abs(value) <= detectorMagnitudeMax)) {
        throw refusal(name, value, `a number from ${-detectorMagnitudeMax} to ${detectorMagnitudeMax}`)
      }
      // -0 becomes 0, since JSON does not know it.
      return next(state.status === 'drift' ? restart(state) : state, value + 0)
    }
  return Object.freeze({ name, takes, initial, update })
}

function refusal(where: string, got: unknown, wanted: string): ValueError {
  return new ValueError({
    what: 'the detector does not take this value', where, got, wanted,
    hint: wanted === '0 or 1'
      ? 'Give 1 for a wrong prediction and 0 for a right one, or use a detector of numbers such as adwin().'
      : 'Leave such events out, or clip what you select.',
  })
}
