import { ValueError } from '@eddy/tensor'
import { isFinitePlain, isLike } from '../is-like.ts'
import type { Detector, DetectorState } from './detector.ts'
import { checkDetector } from './check.ts'

/** How far a detector has come along a stream: plain data, never written. JSON gives back the same bits. */
export interface DriftWatch<S extends DetectorState = DetectorState> {
  /** Name of the detector. */
  readonly detector: string
  /** Values offered so far, and how many of them the detector did not take. */
  readonly seen: number
  readonly rejected: number
  readonly state: S
}

/** The beginning of a watch, or `from` when it is given. @throws ValueError when that belongs to another detector. */
export function startWatch<S extends DetectorState>(
  detector: Detector<S>, where: string, from?: DriftWatch<S>,
): DriftWatch<S> {
  checkDetector(where, detector)
  const { name, initial } = detector
  if (from === undefined) return Object.freeze({ detector: name, seen: 0, rejected: 0, state: initial })
  const hint = 'Continue with the detector, and the options, that the state came from.'
  if (from?.detector !== name) {
    throw new ValueError({
      what: 'this is the state of another detector', where, got: from?.detector ?? from, wanted: name, hint,
    })
  }
  const { seen, rejected, state } = from
  const areCounts = [seen, rejected].every((count) => Number.isSafeInteger(count) && count >= 0)
  if (areCounts && isFinitePlain(state) && canGoOn(detector, state)) return from
  throw new ValueError({
    what: `this is nothing that ${name} has built up`, where, got: from,
    wanted: '{ detector, seen, rejected, state }', hint,
  })
}

/** Asks it once, which changes nothing: what is no state of its own may fail, or leave what is none. */
function canGoOn<S extends DetectorState>({ initial, update }: Detector<S>, state: S): boolean {
  const isState = (value: S): boolean => (
    isLike(initial, value) && ['stable', 'warning', 'drift'].includes(value?.status) && isFinitePlain(value)
  )
  try {
    return isState(state) && isState(update(state, 0))
  } catch {
    return false
  }
}

/**
 * The watch after one more value. One that the detector does not take (NaN, infinite, 2 for a detector of bits) is
 * counted and changes nothing else; `onError` is told why.
 */
export function watchValue<S extends DetectorState>(
  detector: Detector<S>, watch: DriftWatch<S>, value: number | boolean, onError?: (error: ValueError) => void,
): DriftWatch<S> {
  const { rejected } = watch
  const seen = watch.seen + 1
  try {
    const state = detector.update(watch.state, typeof value === 'boolean' ? Number(value) : value)
    return { detector: watch.detector, seen, rejected, state }
  } catch (error) {
    if (!(error instanceof ValueError)) throw error
    onError?.(error)
    return { detector: watch.detector, seen, rejected: rejected + 1, state: watch.state }
  }
}
