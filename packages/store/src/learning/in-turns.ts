import { takeFrom } from '@eddy/online'
import { Observable, type OperatorFunction, throwError } from 'rxjs'
import type { Turns } from './turns.ts'

/** Emits what each value gives when its turn has come, unless that is null; errors with what it throws. */
export function inTurns<T, R>(turns: Turns, apply: (value: T) => R | null): OperatorFunction<T, R> {
  return (source) => new Observable((subscriber) => {
    let waiting = 0
    let isOver = false
    const end = (): void => {
      if (isOver && waiting === 0) subscriber.complete()
    }
    const take = (value: T): void => {
      if (subscriber.closed) return
      try {
        const result = apply(value)
        if (result !== null) subscriber.next(result)
      } catch (error) {
        subscriber.error(error)
      }
    }
    takeFrom(source, subscriber, {
      next: (value) => {
        if (turns.isBusy) {
          waiting++
          return turns.run(() => {
            waiting--
            take(value)
            end()
          })
        }
        turns.enter('train')
        take(value)
        try {
          turns.leave(null)
        } catch (error) {
          // Of what was asked for meanwhile. Where nobody listens any more, RxJS tells of it as of any such error.
          if (subscriber.closed) throwError(() => error).subscribe()
          else subscriber.error(error)
        }
      },
      complete: () => {
        isOver = true
        end()
      },
    })
  })
}
