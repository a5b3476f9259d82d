import fc from 'fast-check'
import { concat, from, lastValueFrom, of, Subject, take, throwError, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { delayLabels, type DelayedPart, type DelayLabelsOptions } from './delay-labels.ts'

async function parts<E>(events: readonly E[], options: DelayLabelsOptions<E>): Promise<readonly DelayedPart<E>[]> {
  return lastValueFrom(from(events).pipe(delayLabels(options), toArray()))
}

const shown = (list: readonly DelayedPart<unknown>[]): string => (
  list.map(({ kind, key }) => `${kind === 'request' ? '?' : '!'}${key}`).join(' ')
)

describe('delayLabels({ by: events })', () => {
  it.each([
    [0, '?0 !0 ?1 !1 ?2 !2 ?3 !3'], [1, '?0 !0 ?1 !1 ?2 !2 ?3 !3'], [2, '?0 ?1 !0 ?2 !1 ?3 !2 !3'],
    [9, '?0 ?1 ?2 ?3 !0 !1 !2 !3'],
  ])('by %i', async (by, wanted) => {
    const all = await parts(['a', 'b', 'c', 'd'], { by })
    expect(shown(all)).toBe(wanted)
    expect(all.every(({ event, key }) => event === 'abcd'[key])).toBe(true)
  })

  it('a request is preceded by exactly the labels of events that are by or more older', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.nat(30), async (by, count) => {
      const all = await parts(Array.from({ length: count }, (_, k) => k), { by })
      all.forEach(({ kind, key }, at) => {
        const labels = all.slice(0, at).filter((part) => part.kind === 'label').length
        if (kind === 'request') expect(labels).toBe(Math.max(0, key - by + 1))
      })
      expect(all.filter(({ kind }) => kind === 'label').map(({ key }) => key)).toEqual([...new Array(count).keys()])
    }))
  })
})

describe('delayLabels({ by, time })', () => {
  const options = { by: 30, time: 'at' }
  const at = (...times: number[]): readonly { readonly at: number }[] => times.map((time) => ({ at: time }))

  it('labels come before the first request that is late enough, with the time at which they came', async () => {
    const all = await parts(at(0, 10, 29, 30, 100), options)
    expect(shown(all)).toBe('?0 ?1 ?2 !0 ?3 !1 !2 !3 ?4 !4')
    expect(all.map(({ time }) => time)).toEqual([0, 10, 29, 30, 30, 40, 59, 60, 100, 130])
  })

  it('time never goes back: an event out of order is asked in its turn, its label comes when it is due', async () => {
    expect(shown(await parts(at(50, 0, 60, 80), options))).toBe('?0 ?1 !1 ?2 !0 ?3 !2 !3')
    expect(shown(await parts(at(50, 30, 60), { ...options, by: 0 }))).toBe('?0 !0 ?1 !1 ?2 !2')
  })

  it('errors for an event without a time, naming it', async () => {
    await expect(parts([{ at: 1 }, { at: NaN }], options)).rejects.toThrow(/NaN as the time of event 1/)
  })
})

describe('delayLabels', () => {
  it('emits requests as they come, passes errors on, stops when unsubscribed, and starts anew for each', () => {
    const seen: string[] = []
    const events$ = new Subject<number>()
    const delayed$ = events$.pipe(delayLabels({ by: 5 }))
    const subscription = delayed$.subscribe(({ kind, event }) => seen.push(`${kind} ${event}`))
    events$.next(7)
    delayed$.subscribe(({ key }) => seen.push(`key ${key}`))
    events$.next(8)
    subscription.unsubscribe()
    events$.complete()
    expect(seen).toEqual(['request 7', 'request 8', 'key 0', 'key 0'])

    const ends: unknown[] = []
    concat(of(1), throwError(() => 'broken')).pipe(delayLabels({ by: 5 })).subscribe({
      next: ({ kind }) => ends.push(kind), error: (error) => ends.push(error),
    })
    expect(ends).toEqual(['request', 'broken'])
  })

  it('holds no more than is needed: a source without end can be cut', async () => {
    let drawn = 0
    const endless = (function* () {
      for (;;) yield drawn++
    })()
    const all = await lastValueFrom(from(endless).pipe(delayLabels({ by: 2 }), take(6), toArray()))
    expect([shown(all), drawn]).toEqual(['?0 ?1 !0 ?2 !1 ?3', 4])
  })

  it.each([
    [{ by: -1 }, /a whole number of events/], [{ by: 1.5 }, /a whole number of events/],
    [{ by: NaN, time: 'at' }, /a number from 0 on/], [{ by: Infinity, time: 'at' }, /a number from 0 on/],
  ])('refuses %o', (options, message) => {
    expect(() => delayLabels(options)).toThrow(message)
  })
})
