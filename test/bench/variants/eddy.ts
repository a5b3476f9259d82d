import { minimize, resident, type Training } from '@eddy/graph'
import { Subject } from 'rxjs'
import { slices, timed } from '../clock.ts'
import type { Learning } from '../learning.ts'
import type { Variant } from '../variant.ts'
import { lazily } from '../workload.ts'

/** A training through the public API, with one subscriber that consumes every loss. */
class Session {
  readonly events = new Subject<unknown>()
  readonly training: Training
  /** Of all losses so far. In an array, since a number in a variable is a new object after every addition. */
  readonly sum = new Float64Array(1)
  readonly #subscription

  /** `losses`: a list of them all, when one is wanted. */
  constructor(workload: Learning, losses: number[] | null = null) {
    const { events, sum } = this
    const loss = workload.graph(events, workload.data().weights)
    this.training = loss.pipe(minimize(workload.optimizer()))
    this.#subscription = this.training.subscribe((step) => {
      sum[0]! += step.loss
      losses?.push(step.loss)
    })
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
  return {
    name,
    prepare() {
      session = new Session(workload)
    },
    run: (count) => timed(count, (n) => {
      feed(session!, events, next, n)
      next += n
    }, () => session!.sum[0]!),
    verify(count) {
      const losses: number[] = []
      const own = new Session(workload, losses)
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
    let at = from % events.length
    for (let k = 0; k < count; k++) {
      session.events.next(events[at])
      if (++at === events.length) at = 0
    }
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

/** A replay: the same events over and over, whose numbers were copied once, as a program in C finds them. */
export function eddyResident(workload: Learning): Variant {
  const { events } = workload.data()
  const { length } = events
  const list = lazily(() => resident(events))
  const whole = variant('eddy resident', workload, (session, _, __, count) => {
    for (let k = 0; k < count; k += length) session.training.burst(list())
  })
  return {
    ...whole,
    // Whole passes only.
    run: (count) => whole.run(slices * length * Math.max(1, Math.round(count / (slices * length)))),
    async verify(count) {
      const losses = await whole.verify(count)
      return losses.slice(0, count)
    },
  }
}
