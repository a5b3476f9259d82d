import { Observable, Subscription } from 'rxjs'

/**
 * The taps of one frame as one record: emits when every stream has emitted in that frame.
 *
 * Taps of a frame emit once each, in a fixed order, so a stream that emits a second time before all have emitted once
 * belongs to the next frame, and what came before it to one that was not completed: that is dropped.
 * Completes when all streams have; an error of one is passed on.
 */
export function together<T>(
  streams: readonly (readonly [name: string, stream: Observable<T>])[],
): Observable<Readonly<Record<string, T>>> {
  return new Observable((subscriber) => {
    const frame = new Map<number, T>()
    let open = streams.length
    if (open === 0) subscriber.complete()
    const subscription = new Subscription()
    streams.forEach(([, stream], k) => subscription.add(stream.subscribe({
      next: (value) => {
        if (frame.has(k)) frame.clear()
        frame.set(k, value)
        if (frame.size < streams.length) return
        const record = Object.fromEntries(streams.map(([name], i) => [name, frame.get(i)!]))
        frame.clear()
        subscriber.next(record)
      },
      error: (error) => subscriber.error(error),
      complete: () => --open === 0 && subscriber.complete(),
    })))
    return subscription
  })
}
