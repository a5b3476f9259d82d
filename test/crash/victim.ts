import { binaryCrossEntropyWithLogits, dense, relu, squaredError } from '@eddy/nodes'
import {
  aggregate, categorical, features, learner, mae, noChange, numeric, Prequential, rolling,
} from '@eddy/online'
import { adagrad, adam, digest } from '@eddy/optim'
import {
  type DurableLearner, type Medium, openStore, persist, type PersistOptions, type StoreOptions,
} from '@eddy/store'
import { rng, standardNormal } from '@eddy/tensor'

/** What the victims learn from. */
export interface Reading {
  readonly id: string
  readonly place: string
  readonly warmth: number
  readonly hour: number
  readonly demand: number
}

/** Seeded readings; the same at every call, so that a source can go back to any of them. Some cannot be used. */
export function readings(count: number, seed: number): readonly Reading[] {
  const random = rng(seed, 'readings')
  return Array.from({ length: count }, (_, k) => {
    const at = 8 * k
    const hour = random.integer(at, 24)
    const warmth = random.uniform(at + 1) < 0.03 ? NaN : 10 + 5 * standardNormal(random, at + 2)
    const place = `p${random.integer(at + 4, 3 + Math.floor(k / 40))}`
    return { id: `r${k + 1}`, place, warmth, hour, demand: 3 * hour - warmth + standardNormal(random, at + 6) }
  })
}

const described = () => features({
  place: categorical(), warmth: numeric({ missing: 'mean' }), hour: numeric(),
  lately: aggregate({ of: 'warmth', by: 'place', window: 4, aggregates: ['mean', 'max'], capacity: 5 }),
}, { ignore: ['id', 'demand'] })

/** A small learner with a memory, moments, rolling metrics and names that come and go. */
export function makeVictim() {
  return learner({
    features: described(), target: (e: Reading) => e.demand, model: (m) => m.pipe(dense(4), relu(), dense(1)),
    loss: squaredError(), optimizer: adam({ learningRate: 0.02 }), seed: 5,
    metrics: () => new Prequential({ mae, lately: rolling(40, mae()) }, { noChange }),
  })
}

/** The same with labels that come later: two classes. */
export function makeLateVictim() {
  return learner({
    features: described(), target: (e: Reading) => e.demand > 20, model: (m) => m.pipe(dense(1)),
    loss: binaryCrossEntropyWithLogits(), optimizer: adagrad({ learningRate: 0.1 }), seed: 5,
  })
}

export type Victim = ReturnType<typeof makeVictim>

/** A source that can go back, a victim that is kept, and how far both are. */
export class Session {
  readonly kept: DurableLearner<Victim>
  readonly #events: readonly Reading[]
  #at: number

  constructor(medium: Medium, events: readonly Reading[], options: PersistOptions<Victim>, store: StoreOptions = {}) {
    this.#events = events
    this.#at = 0
    const opened = openStore(medium, { rest: 0, ...store })
    try {
      this.kept = persist(makeVictim(), opened, {
        id: (e) => e.id, source: () => ({ next: this.#at }), retryAfter: 5, ...options,
      })
    } catch (error) {
      medium.unlock()
      throw error
    }
    this.#at = (this.kept.position as { next: number } | null)?.next ?? 0
  }

  /** Whether events are left. */
  get hasMore(): boolean {
    return this.#at < this.#events.length
  }

  get at(): number {
    return this.#at
  }

  /** Learns the next event; one that cannot be used is rejected. @throws what pauses learning. */
  step(): void {
    const event = this.#events[this.#at++]!
    try {
      this.kept.learnOne(event)
    } catch (error) {
      if ((error as { code?: string }).code === 'E_REJECTED') return
      this.#at--
      throw error
    }
  }

  get digest(): string {
    return digest(this.kept.learner.snapshot())
  }
}

/** The state after each number of events, without any store. */
export function truth(events: readonly Reading[]): readonly string[] {
  const model = makeVictim()
  const digests = [digest(model.snapshot())]
  for (const event of events) {
    try {
      model.learnOne(event)
    } catch (error) {
      if ((error as { code?: string }).code !== 'E_REJECTED') throw error
    }
    digests.push(digest(model.snapshot()))
  }
  return digests
}
