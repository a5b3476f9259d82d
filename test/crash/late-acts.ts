import { binaryCrossEntropyWithLogits, dense } from '@eddy/nodes'
import { categorical, features, type LabelCounters, learner, numeric } from '@eddy/online'
import { adagrad, digest } from '@eddy/optim'
import type { DelayedRules } from '@eddy/store'
import { randomOf } from './trouble.ts'

/** What was asked; `at` is a time, as are those of labels. */
export interface Asked {
  readonly id: string
  readonly place: string
  readonly hour: number
  readonly warmth: number
  readonly at: number
}

/** What turned out. It brings features of its own, which are those of now and not to be learned from. */
export interface Told extends Asked {
  readonly isHigh: boolean
}

export type Act = readonly ['request', Asked] | readonly ['label', Told] | readonly ['tick', number]

/** A prediction that is older than this expires. */
export const within = 1000
export const capacity = 4000

export const rules: DelayedRules = {
  requests: { key: (e: Asked) => e.id, time: (e: Asked) => e.at },
  labels: { key: (e: Told) => e.id, label: (e: Told) => e.isHigh, time: (e: Told) => e.at, within, capacity },
}

export const makeLate = () => learner({
  features: features({ place: categorical(), hour: numeric(), warmth: numeric() }, { ignore: ['id', 'at', 'isHigh'] }),
  target: (e: Asked & { readonly isHigh: boolean }) => e.isHigh, model: (m) => m.pipe(dense(1)),
  loss: binaryCrossEntropyWithLogits(), optimizer: adagrad({ learningRate: 0.1 }), seed: 5,
})

/** What must have become of everything, known from how it was made. */
export interface Fates {
  /** In the order of their labels, with the features of their requests. */
  readonly pairs: (Asked & { readonly isHigh: boolean })[]
  readonly counts: Record<'kept' | 'learned' | 'duplicate' | 'late' | 'unknown' | 'expired', number>
}

interface Due {
  readonly told: Told
  /** What is to be learned with it; null when nothing is. */
  readonly asked: Asked | null
  readonly fate: keyof Fates['counts']
}

/**
 * Requests, one at each time, and their labels later, in another order: one in ten never comes, one in twenty comes too
 * late, one in twenty comes twice, one in fifty has no request. In the end time goes on until nothing waits. `fates`,
 * when it is given, is told what must become of each.
 */
export function* acts(predictions: number, seed: number, fates: Fates | null = null): Generator<Act> {
  const random = randomOf(seed, 'late')
  const below = (bound: number): number => Math.floor(bound * random())
  const due = new Map<number, Due[]>()
  const plan = (at: number, told: Told, asked: Asked | null, fate: keyof Fates['counts']): void => {
    const list = due.get(at)
    if (list === undefined) due.set(at, [{ told: { ...told, at }, asked, fate }])
    else list.push({ told: { ...told, at }, asked, fate })
  }
  for (let now = 0; now < predictions + 2 * within; now++) {
    if (now < predictions) {
      const asked = { id: `k${now}`, place: `p${below(30)}`, hour: below(24), warmth: 10 + 5 * random(), at: now }
      yield ['request', asked]
      if (fates !== null) fates.counts.kept++
      // What the label brings beside itself is noise.
      const told = { ...asked, place: 'elsewhere', hour: -1, warmth: 1e6, isHigh: asked.hour + asked.warmth > 24 }
      const [kind, delay] = [random(), 1 + below(0.8 * within)]
      if (kind < 0.15 && fates !== null) fates.counts.expired++
      if (kind >= 0.1 && kind < 0.15) plan(now + within + 1 + below(200), told, null, 'late')
      if (kind >= 0.15) plan(now + delay, told, asked, 'learned')
      if (kind >= 0.15 && kind < 0.2) plan(now + delay + 1 + below(100), told, null, 'duplicate')
      if (kind > 0.98) plan(now + delay, { ...told, id: `nobody${now}` }, null, 'unknown')
    }
    for (const { told, asked, fate } of due.get(now) ?? []) {
      yield ['label', told]
      if (fates === null) continue
      fates.counts[fate]++
      if (asked !== null) fates.pairs.push({ ...asked, isHigh: told.isHigh })
    }
    due.delete(now)
  }
  yield ['tick', predictions + 4 * within]
}

/** What a run has come to. */
export interface LateEnd {
  /** The digest of what was learned. */
  readonly learned: string
  readonly counters: LabelCounters
  readonly operations: number
  /** Most predictions that waited at a time, as far as that was looked at. */
  readonly most: number
}

/** What it must have come to: a learner that is given each pair once, as its label came, with the features of then. */
export function wantedOf(predictions: number, seed: number): { readonly learned: string; readonly fates: Fates } {
  const fates: Fates = {
    pairs: [], counts: { kept: 0, learned: 0, duplicate: 0, late: 0, unknown: 0, expired: 0 },
  }
  const plain = makeLate()
  for (const _ of acts(predictions, seed, fates)) {
    for (const pair of fates.pairs.splice(0)) plain.learnOne(pair)
  }
  return { learned: digest(plain.snapshot().training), fates }
}
