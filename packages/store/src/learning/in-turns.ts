import { takeFrom } from '@eddy/online'
import { Observable, type OperatorFunction } from 'rxjs'
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
        turns.leave(null)
      },
      complete: () => {
        isOver = true
        end()
      },
    })
  })
}
