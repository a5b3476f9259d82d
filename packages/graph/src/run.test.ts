import { type Observable, of, Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { input } from './input.ts'

/** A Subject that this copy of RxJS did not make: it has its list of observers, and no class of ours. */
function foreignSubject(): Observable<number> & { next(value: number): void } {
  const own = new Subject<number>()
  const source = {
    observers: own.observers, next: (value: number) => own.next(value),
    subscribe: (observer: never) => own.subscribe(observer),
  }
  return source as unknown as Observable<number> & { next(value: number): void }
}

function tapped(source: Observable<number>): number[] {
  const values: number[] = []
  input(source, { shape: [] }).subscribe((value) => values.push(value.item()))
  return values
}

describe('Run', () => {
  it.each([
    ['a Subject', () => new Subject<number>()], ['a Subject of another copy of RxJS', foreignSubject],
  ])('a tap connects %s at once, so that no event is missed', (_, make) => {
    const source = make()
    const values = tapped(source)
    source.next(1)
    source.next(2)
    expect(values).toEqual([1, 2])
  })

  it('a tap connects any other source in the next microtask, for all taps attached in one go', async () => {
    const values = tapped(of(1, 2))
    expect(values).toEqual([])
    await Promise.resolve()
    expect(values).toEqual([1, 2])
  })
})
