import { digest, type DType, type Fusion, type Training } from 'eddy'
import type { Subject } from 'rxjs'

/** How the same events reach the same model. No way may change a bit. */
export interface Way {
  readonly name: string
  readonly fusion: Fusion
  readonly bursts: boolean
}

export const ways: readonly Way[] = [
  { name: 'fused, event by event', fusion: 'on', bursts: false },
  { name: 'fused, in bursts', fusion: 'on', bursts: true },
  { name: 'unfused, event by event', fusion: 'off', bursts: false },
  { name: 'unfused, in bursts', fusion: 'off', bursts: true },
]

/** One model on its events: trained in one way, the digest of everything it has become. */
export interface Trial {
  readonly name: string
  /** Default: all. */
  readonly ways?: readonly Way[]
  readonly digest: (dtype: DType, way: Way) => string
}

/** A model that is a training on a stream of events. */
export interface Trained<E> {
  readonly source: Subject<E>
  readonly training: Training
}

/**
 * Trains on all events, in bursts of uneven sizes when the way says so; the digest of the whole training state and of
 * all losses on the way there.
 */
export function trainedDigest<E>({ source, training }: Trained<E>, events: readonly E[], { bursts }: Way): string {
  const reasons: string[] = []
  training.rejected$.subscribe(({ node, reason }) => reasons.push(`${node}: ${reason}`))
  const losses: number[] = []
  const subscription = training.subscribe(({ loss }) => losses.push(loss))
  if (bursts) {
    for (let from = 0, size = 1; from < events.length; from += size, size = (size * 3) % 61) {
      training.burst(events.slice(from, from + size))
    }
  } else for (const event of events) source.next(event)
  subscription.unsubscribe()
  const state = training.snapshot()
  if (state.step !== events.length) {
    throw new Error(`${state.step} of ${events.length} events were learned: ${reasons.slice(0, 3).join('; ')}`)
  }
  return digest({ state, losses })
}
