import type { Run } from '@eddy/graph'
import type { Observable, Subscriber } from 'rxjs'
import { takeFrom } from './take-from.ts'

/**
 * Takes the events of `source` to a run, as jobs, and completes `subscriber` when the source has completed and its last
 * job has ended; an error of the source is passed on at once. `jobOf` may find nothing to do; `ended` is to be called
 * when a job has ended.
 */
export function feed<T, J>(
  source: Observable<T>, subscriber: Subscriber<unknown>, run: Run,
  { jobOf, push }: { readonly jobOf: (event: T, ended: () => void) => J | null; readonly push: (job: J) => void },
): void {
  let open = 0
  let isOver = false
  const ended = (): void => {
    if (--open === 0 && isOver) subscriber.complete()
  }
  // Events that a lens or a full queue swallows never end, so an idle run counts as well.
  const look = (): void => run.atBorder(() => {
    if (open === 0 || run.queued === 0) subscriber.complete()
    else queueMicrotask(look)
  })
  takeFrom(source, subscriber, {
    next: (event) => {
      const job = jobOf(event, ended)
      if (job === null) return
      open++
      push(job)
    },
    complete: () => {
      isOver = true
      look()
    },
  })
}
