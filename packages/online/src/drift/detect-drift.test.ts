import fc from 'fast-check'
import { concat, from, of, Subject, throwError } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { ValueError } from '@eddy/tensor'
import { adwin } from './adwin.ts'
import { ddm } from './ddm.ts'
import { detectDrift, type DriftSignal } from './detect-drift.ts'
import { hddmA } from './hddm-a.ts'
import { kswin } from './kswin.ts'
import { errorBits } from './testing/change.ts'

interface Log<T> {
  readonly values: T[]
  readonly ends: unknown[]
}

function watch<T>(source: { subscribe(observer: object): unknown }): Log<T> {
  const log: Log<T> = { values: [], ends: [] }
  source.subscribe({
    next: (value: T) => log.values.push(value),
    error: (error: unknown) => log.ends.push(error),
    complete: () => log.ends.push('complete'),
  })
  return log
}

const events = errorBits(0.1, 0.5, 1, 400).map((bit, i) => ({ id: `e${i}`, wrong: bit === 1 }))

describe('detectDrift(detector, select)', () => {
  it('emits one signal for each event, with what the detector says after it', () => {
    const { initial, update } = hddmA()
    let state = initial
    const { values, ends } = watch<DriftSignal<(typeof events)[0]>>(
      from(events).pipe(detectDrift(hddmA(), ({ wrong }) => wrong)),
    )
    values.forEach(({ event, index, value, status, drift, warning, error, watch: { seen, rejected } }, i) => {
      state = update(state, Number(events[i]!.wrong))
      expect([event, index, value, status]).toEqual([events[i], i, Number(events[i]!.wrong), state.status])
      expect([drift, warning, error]).toEqual([state.status === 'drift', state.status === 'warning', null])
      expect([seen, rejected]).toEqual([i + 1, 0])
    })
    expect([values.length, ends]).toEqual([events.length, ['complete']])
    expect(values.filter(({ drift }) => drift).length).toBeGreaterThan(0)
  })

  it('reads numbers and booleans without a selector', () => {
    const { values } = watch<DriftSignal<boolean>>(of(true, false).pipe(detectDrift(ddm())))
    expect(values.map(({ value }) => value)).toEqual([1, 0])
    expect(watch(of(0.5, 3).pipe(detectDrift(adwin()))).values).toHaveLength(2)
  })

  it('goes on from the JSON of any signal as if it had never stopped', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: events.length - 2 }), (at) => {
      for (const detector of [kswin({ windowSize: 40, statSize: 15 }), adwin({ clock: 1 }), hddmA()] as never[]) {
        const whole = watch<DriftSignal<unknown>>(from(events).pipe(detectDrift(detector, ({ wrong }) => wrong)))
        const kept = JSON.parse(JSON.stringify(whole.values[at]!.watch)) as never
        const rest = from(events.slice(at + 1)).pipe(detectDrift(detector, ({ wrong }) => wrong, { from: kept }))
        expect(watch(rest).values).toEqual(whole.values.slice(at + 1))
      }
    }), { numRuns: 20 })
  })

  it('leaves the detector as it was at a value that it does not take, and counts it', () => {
    const clean = errorBits(0.1, 0.6, 2, 300)
    const bad = [NaN, Infinity, -Infinity, 0.5, undefined as never, '1' as never]
    const dirty = clean.flatMap((bit, i) => (i % 50 === 7 ? [bad[(i / 50) % 6 | 0]!, bit] : [bit]))
    const { values } = watch<DriftSignal<number>>(from(dirty).pipe(detectDrift(hddmA())))
    const good = watch<DriftSignal<number>>(from(clean).pipe(detectDrift(hddmA()))).values
    const refused = values.filter(({ error }) => error !== null)
    expect(refused).toHaveLength(12)
    for (const { error, status, drift, warning } of refused) {
      expect(error).toBeInstanceOf(ValueError)
      expect([status, drift, warning]).toEqual(['stable', false, false])
    }
    const accepted = values.filter(({ error }) => error === null)
    expect(accepted.map(({ watch: { state } }) => state)).toEqual(good.map(({ watch: { state } }) => state))
    expect(values.at(-1)!.watch).toMatchObject({ seen: dirty.length, rejected: 12, detector: 'hddmA' })
  })

  it('gives each subscription a detector of its own, and stops with it', () => {
    const source = new Subject<number>()
    const signals = source.pipe(detectDrift(adwin()))
    const first = watch<DriftSignal<number>>(signals)
    source.next(1)
    const second = watch<DriftSignal<number>>(signals)
    source.next(2)
    expect(first.values.map(({ index }) => index)).toEqual([0, 1])
    expect(second.values.map(({ index }) => index)).toEqual([0])
    signals.subscribe().unsubscribe()
    expect(source.observed).toBe(true)
  })

  it('passes on the end of the source, its error, and a throw of select', () => {
    const mine = new Error('mine')
    expect(watch(of<number>().pipe(detectDrift(adwin()))).ends).toEqual(['complete'])
    const failing = concat(of(1), throwError(() => mine)).pipe(detectDrift(adwin(), (x: number) => x))
    expect(watch(failing)).toMatchObject({ values: [{ index: 0 }], ends: [mine] })
    const source = new Subject<number>()
    const { ends } = watch(source.pipe(detectDrift(adwin(), (): number => {
      throw mine
    })))
    source.next(1)
    expect([ends, source.observed]).toEqual([[mine], false])
  })

  it('refuses the state of another detector', () => {
    const { values } = watch<DriftSignal<number>>(of(1).pipe(detectDrift(adwin())))
    expect(() => detectDrift(ddm(), (x: number) => x, { from: values[0]!.watch as never })).toThrow(/another detector/)
  })
})
