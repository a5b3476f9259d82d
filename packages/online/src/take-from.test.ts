import { EMPTY, Observable, of, Subject, take, throwError } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { deliveries, deliveryLearner } from './testing/streams.ts'
import { takeFrom } from './take-from.ts'

interface Observer {
  readonly next: (value: number) => void
  readonly error: (error: unknown) => void
  readonly complete: () => void
}

/** What RxJS 6 does with an observer that is none of its own: calls it by an object that inherits from it. */
function olderRxJs(give: (observer: Observer & { readonly closed: boolean }) => void): Observable<number> {
  return {
    subscribe(observer: Observer) {
      const state = { closed: false }
      const context = Object.create(observer) as Observer & { unsubscribe: () => void }
      context.unsubscribe = () => void (state.closed = true)
      give({
        next: (value) => context.next(value), error: (error) => context.error(error),
        complete: () => context.complete(),
        get closed() {
          return state.closed
        },
      })
      return { unsubscribe: context.unsubscribe }
    },
  } as unknown as Observable<number>
}

/** Everything that comes out when each value is passed on, and how the taking ended. */
function taken(source: Observable<number>, most = Infinity, broken = NaN): unknown[] {
  const log: unknown[] = []
  new Observable<number>((subscriber) => {
    takeFrom(source, subscriber, {
      next: (value) => {
        if (value === broken) throw new Error('no room')
        subscriber.next(value)
      },
      complete: () => subscriber.complete(),
    })
  }).pipe(take(most)).subscribe({
    next: (value) => log.push(value), error: (error) => log.push(String(error)), complete: () => log.push('complete'),
  })
  return log
}

describe('takeFrom(source, subscriber, taker)', () => {
  it('passes on what comes, and how it ends', () => {
    expect(taken(of(1, 2))).toEqual([1, 2, 'complete'])
    expect(taken(EMPTY)).toEqual(['complete'])
    expect(taken(throwError(() => 'broken'))).toEqual(['broken'])
  })

  it('leaves its source when what it throws, or what is thrown downstream, ends it', () => {
    const source = new Subject<number>()
    const log = taken(source, Infinity, 2)
    for (const value of [1, 2, 3]) source.next(value)
    expect([log, source.observed]).toEqual([[1, 'Error: no room'], false])
  })

  it('stops a synchronous source that never ends by itself, once enough has come', () => {
    let given = 0
    const source = new Observable<number>((subscriber) => {
      while (!subscriber.closed) subscriber.next(++given)
    })
    expect([taken(source, 3), given]).toEqual([[1, 2, 3, 'complete'], 3])
  })

  it('takes from a source of RxJS 6, and stops it', () => {
    expect(taken(olderRxJs((observer) => {
      observer.next(1)
      observer.complete()
      observer.next(2)
    }))).toEqual([1, 'complete'])
    expect(taken(olderRxJs((observer) => observer.error('broken')))).toEqual(['broken'])
    expect(taken(olderRxJs((observer) => [1, 2].forEach((value) => observer.next(value))), Infinity, 1))
      .toEqual(['Error: no room'])
    let given = 0
    const endless = olderRxJs((observer) => {
      while (!observer.closed) observer.next(++given)
    })
    expect(taken(endless, 3)).toEqual([1, 2, 3, 'complete'])
    expect(given).toBe(4)
    const events = deliveries(3)
    const model = deliveryLearner()
    const steps: number[] = []
    model.train()(olderRxJs((observer) => events.forEach((_, k) => observer.next(k))) as never).subscribe()
    expect([model.counters.learned, model.counters.rejected]).toEqual([0, 3])
    const source = olderRxJs((observer) => events.forEach((event) => observer.next(event as never)))
    model.train()(source as never).subscribe(({ step }) => steps.push(step))
    expect(steps).toEqual([1, 2, 3])
  })
})
