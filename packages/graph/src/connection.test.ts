import { Observable, Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { Connection, type EventSource, isEventSource } from './connection.ts'

interface Observer {
  next(value: unknown): void
  error(error: unknown): void
  complete(): void
}

/** An Observable that this copy of RxJS did not make: all it has is `subscribe`. */
function foreign(producer: (observer: Observer) => (() => void) | { unsubscribe(): void }): EventSource<unknown> {
  const source = { subscribe: (observer: Observer) => producer(observer) }
  return source as unknown as EventSource<unknown>
}

function opened(source: EventSource<unknown>, onNext: (close: () => void) => void = () => {}): {
  readonly log: unknown[]
  readonly close: () => void
} {
  const log: unknown[] = []
  const connection = new Connection(source, {
    next(event) {
      log.push(event)
      onNext(() => connection.close())
    },
    end: (failed, error) => log.push(failed ? ['failed', error] : 'ended'),
    idle: () => Promise.resolve(),
  })
  connection.open()
  return { log, close: () => connection.close() }
}

describe('Connection', () => {
  it('open() subscribes to an Observable of another copy of RxJS, and tells how it ended', () => {
    const ending = foreign((observer) => {
      observer.next(1)
      observer.next(2)
      observer.complete()
      return () => {}
    })
    expect(isEventSource(ending)).toBe(true)
    expect(opened(ending).log).toEqual([1, 2, 'ended'])
    const error = new Error('broken')
    const failing = foreign((observer) => {
      observer.error(error)
      return () => {}
    })
    expect(opened(failing).log).toEqual([['failed', error]])
  })

  it('open() subscribes to an Observable of RxJS 6, which calls an object that inherits from the subscriber', () => {
    const older = foreign((observer) => {
      const heir = Object.create(observer) as typeof observer
      heir.next(1)
      heir.complete()
      heir.next(2)
      return () => {}
    })
    expect(opened(older).log).toEqual([1, 'ended'])
    const failing = foreign((observer) => {
      Object.create(observer).error('broken')
      return () => {}
    })
    expect(opened(failing).log).toEqual([['failed', 'broken']])
  })

  it.each(['a function', 'a subscription'])('close() calls the teardown of a foreign Observable, %s', (kind) => {
    let torn = 0
    const teardown = (): void => void torn++
    const { log, close } = opened(foreign((observer) => {
      observer.next(1)
      return kind === 'a function' ? teardown : { unsubscribe: teardown }
    }))
    expect([torn, log]).toEqual([0, [1]])
    close()
    expect(torn).toBe(1)
  })

  it('close() from inside the first, synchronous event lets no other one through', () => {
    const synchronous = new Observable((subscriber) => {
      for (const value of [1, 2, 3]) subscriber.next(value)
    })
    expect(opened(synchronous, (close) => close()).log).toEqual([1])
  })

  it('close() unsubscribes from a Subject', () => {
    const subject = new Subject<number>()
    const { log, close } = opened(subject)
    subject.next(1)
    close()
    subject.next(2)
    expect([log, subject.observed]).toEqual([[1], false])
  })
})
