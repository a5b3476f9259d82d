import type { Run } from '@eddy/graph'
import { concat, ignoreElements, Observable, type Subscriber, type Subscription, tap } from 'rxjs'

/**
 * Takes the events of `source` to a run, as jobs, and completes `subscriber` when the source has completed and its last
 * job has ended; an error of the source is passed on at once. `jobOf` may find nothing to do; `ended` is to be called
 * when a job has ended.
 */
export function feed<T, J>(
  source: Observable<T>, subscriber: Subscriber<unknown>, run: Run,
  { jobOf, push }: { readonly jobOf: (event: T, ended: () => void) => J | null; readonly push: (job: J) => void },
): Subscription {
  let open = 0
  let finish: (() => void) | null = null
  const ended = (): void => {
    if (--open === 0) finish?.()
  }
  const take = (event: T): void => {
    const job = jobOf(event, ended)
    if (job === null) return
    open++
    push(job)
  }
  // Events that a lens or a full queue swallows never end, so an idle run counts as well.
  const idle = new Observable<never>((waiting) => {
    finish = () => waiting.complete()
    const look = (): void => run.atBorder(() => {
      if (open === 0 || run.queued === 0) waiting.complete()
      else queueMicrotask(look)
    })
    look()
  })
  return concat(source.pipe(tap(take), ignoreElements()), idle).subscribe(subscriber)
}
