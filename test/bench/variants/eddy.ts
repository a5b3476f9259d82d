import { minimize, type Training } from '@eddy/graph'
import { Subject } from 'rxjs'
import { timed } from '../clock.ts'
import type { Learning } from '../learning.ts'
import type { Variant } from '../variant.ts'
import { lazily } from '../workload.ts'

/** A training through the public API, with one subscriber that consumes every loss. */
class Session {
  readonly events = new Subject<unknown>()
  readonly training: Training
  readonly #subscription

  constructor(workload: Learning, consume: (loss: number) => void) {
    const loss = workload.graph(this.events, workload.data().weights)
    this.training = loss.pipe(minimize(workload.optimizer()))
    this.#subscription = this.training.subscribe((step) => consume(step.loss))
  }

  close(): void {
    this.#subscription.unsubscribe()
  }
}

/** Hands `count` events to a session, the first being number `from` of an endless repetition. */
type Feed = (session: Session, events: readonly unknown[], from: number, count: number) => void

function variant(name: string, workload: Learning, feed: Feed): Variant {
  const { events } = workload.data()
  let session: Session | null = null
  let next = 0
  let sum = 0
  return {
    name,
    prepare() {
      session = new Session(workload, (loss) => {
        sum += loss
      })
    },
    run: (count) => timed(count, (n) => {
      feed(session!, events, next, n)
      next += n
    }, () => sum),
    verify(count) {
      const losses: number[] = []
      const own = new Session(workload, (loss) => losses.push(loss))
      feed(own, events, 0, count)
      own.close()
      return Float64Array.from(losses)
    },
    dispose() {
      session?.close()
      session = null
    },
  }
}

/** One event at a time: `Subject.next` in, a step out. */
export function eddy(workload: Learning): Variant {
  return variant('eddy', workload, (session, events, from, count) => {
    for (let k = from; k < from + count; k++) session.events.next(events[k % events.length])
  })
}

/** Events that are there already, a thousand to a call. */
export function eddyBurst(workload: Learning): Variant {
  const twice = lazily(() => [...workload.data().events, ...workload.data().events])
  return variant('eddy burst', workload, (session, events, from, count) => {
    for (let k = 0; k < count;) {
      const start = (from + k) % events.length
      const length = Math.min(1000, events.length, count - k)
      session.training.burst(twice().slice(start, start + length))
      k += length
    }
  })
}
