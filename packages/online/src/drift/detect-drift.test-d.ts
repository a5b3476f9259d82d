import { from, type Observable } from 'rxjs'
import { adwin, type AdwinState } from './adwin.ts'
import { ddm } from './ddm.ts'
import { detectDrift, type DriftSignal } from './detect-drift.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const same = <A, B>(_: Equal<A, B>): void => {}

interface Outcome {
  readonly loss: number
  readonly isWrong: boolean
}

declare const outcomes$: Observable<Outcome>

const numbers = from([1, 2]).pipe(detectDrift(adwin()))
same<typeof numbers, Observable<DriftSignal<number, AdwinState>>>(true)
const signals = outcomes$.pipe(detectDrift(adwin(), ({ loss }) => loss))
same<typeof signals, Observable<DriftSignal<Outcome, AdwinState>>>(true)
outcomes$.pipe(detectDrift(ddm(), ({ isWrong }) => isWrong))
// @ts-expect-error -- a detector reads numbers, so records need a selector
outcomes$.pipe(detectDrift(adwin()))
// @ts-expect-error -- a selector gives a number or a boolean
outcomes$.pipe(detectDrift(adwin(), ({ loss }) => String(loss)))
