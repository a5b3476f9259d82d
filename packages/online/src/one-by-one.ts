import { RejectedError } from '@eddy/graph'
import { Observable, type OperatorFunction } from 'rxjs'
import { takeFrom } from './take-from.ts'

/**
 * Emits what `work` makes of each value, unless that is null or a RejectedError, of which others are told; any other
 * error is passed on. A value that comes from inside a result waits until that result was delivered, in a queue: a
 * simulation may feed on what it emits for as long as it likes.
 */
export function oneByOne<T, R>(work: (value: T) => R | null): OperatorFunction<T, R> {
  return (source) => new Observable((subscriber) => {
    let waiting: T[] = []
    let isBusy = false
    let isOver = false
    const take = (value: T): void => {
      let made: R | null
      try {
        made = work(value)
      } catch (error) {
        if (!(error instanceof RejectedError)) subscriber.error(error)
        return
      }
      if (made !== null) subscriber.next(made)
    }
    const takeAll = (): void => {
      while (waiting.length > 0) {
        const due = waiting
        waiting = []
        for (const value of due) if (!subscriber.closed) take(value)
      }
    }
    takeFrom(source, subscriber, {
      next: (value) => {
        waiting.push(value)
        if (isBusy) return
        isBusy = true
        takeAll()
        isBusy = false
        if (isOver) subscriber.complete()
      },
      complete: () => {
        isOver = true
        if (!isBusy) subscriber.complete()
      },
    })
  })
}
