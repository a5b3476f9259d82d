import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crossEntropy, dense, squaredError } from '@eddy/nodes'
import { categorical, features, lag, learner, numeric } from '@eddy/online'
import { adagrad, digest } from '@eddy/optim'
import { rng, standardNormal } from '@eddy/tensor'
import { from } from 'rxjs'
import { openStore } from '../journal/store.ts'
import { memoryMedium } from '../medium/memory-medium.ts'
import { type DurableLearner } from './durable-learner.ts'
import type { DelayedRules, Learnable } from './learnable.ts'
import { persist } from './persist.ts'

interface Trip {
  readonly id: string
  readonly place: string
  readonly length: number
  readonly asked: number
}

interface Label {
  readonly id: string
  readonly value: number | string
  readonly at: number
}

type Act = readonly ['request', Trip] | readonly ['label', Label] | readonly ['tick', number]

const spec = () => features({
  place: categorical(), length: numeric(), before: lag({ of: 'length', by: 'place', steps: [1], capacity: 9 }),
}, { ignore: ['id', 'asked'] })

const numbers = () => learner({
  features: spec(), target: 'minutes', model: (m) => m.pipe(dense(1)), loss: squaredError(),
  optimizer: adagrad({ learningRate: 0.1 }),
})

const classes = () => learner({
  features: spec(), target: 'kind', classes: 'open', classesMax: 8, model: (m, outputs) => m.pipe(dense(outputs)),
  loss: crossEntropy(), optimizer: adagrad({ learningRate: 0.1 }),
})

const delayed: DelayedRules = {
  requests: { key: (trip: Trip) => trip.id, time: (trip: Trip) => trip.asked },
  labels: {
    key: (label: Label) => label.id, label: (label: Label) => label.value, time: (label: Label) => label.at,
    within: 60, capacity: 20, revised: 'learn',
  },
}

/** Requests, and labels in any order: late, twice, revised, of no request, of no use. */
function acts(count: number, seed: number, isClass: boolean): readonly Act[] {
  const random = rng(seed, 'acts')
  const asked: string[] = []
  return Array.from({ length: count }, (_, k): Act => {
    const [kind, who] = [random.uniform(8 * k), random.integer(8 * k + 2, 1000)]
    if (kind < 0.45 || asked.length === 0) {
      asked.push(`t${k}`)
      return ['request', { id: `t${k}`, place: `p${who % 4}`, length: standardNormal(random, 8 * k + 4), asked: k }]
    }
    if (kind > 0.97) return ['tick', k]
    const value = isClass ? `c${who % 6}` : kind > 0.94 ? NaN : standardNormal(random, 8 * k + 4)
    // Mostly one of the last twenty, sometimes an old one or none.
    const id = kind > 0.92 ? `t${who}` : asked[Math.max(0, asked.length - 1 - (who % (kind > 0.8 ? 60 : 20)))]!
    return ['label', { id, value, at: k }]
  })
}

function act(kept: DurableLearner<Learnable>, [kind, value]: Act): void {
  if (kind === 'request') from([value]).pipe(kept.predict()).subscribe()
  else if (kind === 'label') from([value]).pipe(kept.learn()).subscribe()
  else kept.tick(value)
}

describe.each([['numbers', numbers, false], ['open classes', classes, true]] as const)('labels that come later: %s', (
  _, make, isClass,
) => {
  const all = acts(240, 3, isClass)
  const keep = (medium = memoryMedium(), log = true, every = 25): DurableLearner<Learnable> => (
    persist(make() as Learnable, openStore(medium), { every, log, logEvery: 4, delayed })
  )

  it('each is learned at most once, with the features of then, however often it is stopped between', () => {
    const plain = keep(memoryMedium(), false)
    for (const each of all) act(plain, each)
    const { learned, revised, late } = (plain.learner as ReturnType<typeof numbers>).labelCounters
    expect(Math.min(learned, revised, late)).toBeGreaterThan(3)
    const wanted = digest(plain.learner.snapshot() as object)
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 4 }), fc.boolean(), (stops, log) => {
      let { files } = memoryMedium()
      for (const stop of [...stops, Infinity]) {
        const medium = memoryMedium(files)
        const kept = keep(medium, log, 10)
        for (const each of all.slice(kept.sequence, kept.sequence + stop)) act(kept, each)
        ;({ files } = medium)
        if (stop === Infinity) expect(digest(kept.learner.snapshot() as object)).toBe(wanted)
      }
    }), { numRuns: 15 })
  })

  it('forget(number of a label) leaves the state of a run that never got it', async () => {
    const kept = keep()
    for (const each of all) act(kept, each)
    const places = all.flatMap(([kind], k) => (kind === 'label' && k > 100 ? [k] : [])).slice(0, 5)
    for (const place of places) expect(await kept.forget(place + 1)).toBe(1)
    const plain = keep(memoryMedium(), false)
    all.forEach((each, k) => {
      if (!places.includes(k)) act(plain, each)
    })
    expect(digest(kept.learner.snapshot() as object)).toBe(digest(plain.learner.snapshot() as object))
  })
})

describe('without delayed rules', () => {
  it('predict only predicts; labels and ticks are refused, by what to give', () => {
    const kept = persist(numbers(), openStore(memoryMedium()))
    const request = { id: 't1', place: 'p1', length: 1, asked: 1 }
    const seen: unknown[] = []
    from([request]).pipe(kept.predict()).subscribe(({ event, prediction }) => void seen.push([event, prediction]))
    expect(seen).toEqual([[request, kept.predictOne(request)]])
    expect(kept.sequence).toBe(0)
    let error: unknown
    from([{}]).pipe(kept.learn()).subscribe({ error: (thrown: unknown) => void (error = thrown) })
    expect(String(error)).toMatch(/Give delayed: \{ requests, labels \}/)
    expect(() => kept.tick(5)).toThrow(/Give delayed/)
  })
})
