import fc from 'fast-check'
import { lens, type Rejection } from '@eddy/graph'
import { dense, squaredError } from '@eddy/nodes'
import { features, learner, numeric } from '@eddy/online'
import { digest, sgd } from '@eddy/optim'
import { filter, identity } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { openStore } from '../journal/store.ts'
import { memoryMedium } from '../medium/memory-medium.ts'
import { models, type Sale, type SaleModel, sales } from '../testing/models.ts'
import type { DurableLearner } from './durable-learner.ts'
import { persist } from './persist.ts'
import type { PersistOptions } from './persist-options.ts'

const events = sales(260)
const runs = Number(process.env['EDDY_LAW_RUNS'] ?? 8)
const digestOf = (kept: DurableLearner<SaleModel>): string => digest(kept.learner.snapshot() as object)

/** What is said of an event: the prediction, or why there is none. */
function said(outcome: unknown): unknown {
  const { reason, prediction } = outcome as Rejection & { readonly prediction: unknown }
  return reason ?? prediction
}

function alone(kept: DurableLearner<SaleModel>, event: Sale): unknown {
  try {
    return said(kept.learnOne(event))
  } catch (error) {
    return said((error as { rejection: Rejection }).rejection)
  }
}

/** Learns events in lists of these lengths, over and over. */
function together(kept: DurableLearner<SaleModel>, given: readonly Sale[], lengths: readonly number[]): unknown[] {
  const answers: unknown[] = []
  for (let at = 0, k = 0; at < given.length; at += lengths[k++ % lengths.length]!) {
    answers.push(...kept.learnMany(given.slice(at, at + lengths[k % lengths.length]!)).map(said))
  }
  return answers
}

const kinds = [
  'two classes, FTRL', 'metrics of one\'s own, SGD with plateaus, f64', 'all encoders, Adam', 'an ensemble',
  'the automatic model of classes',
] as const

describe.each(kinds)('learnMany(events) of a kept learner: %s', (kind) => {
  const lengths = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 4 })
  const options = fc.record({
    every: fc.integer({ min: 1, max: 70 }), log: fc.boolean(), logEvery: fc.integer({ min: 1, max: 40 }),
  })

  it('answers, bits, checkpoints and quarantine are those of learnOne', () => {
    fc.assert(fc.property(lengths, options, (some, given) => {
      const [one, many] = [0, 1].map(() => {
        const kept = persist(models[kind]!(), openStore(memoryMedium()), given)
        const checkpoints: number[] = []
        kept.history$.subscribe(({ sequence }) => void checkpoints.push(sequence))
        return { kept, checkpoints }
      }) as unknown as [Run, Run]
      expect(together(many.kept, events, some)).toEqual(events.map((event) => alone(one.kept, event)))
      expect(digestOf(many.kept)).toBe(digestOf(one.kept))
      expect(many.checkpoints).toEqual(one.checkpoints)
      expect(many.kept.rejected).toEqual(one.kept.rejected)
      expect(many.kept.counters).toEqual(one.kept.counters)
    }), { numRuns: runs })
  })

  it('stopped at any byte and started again: as if never stopped', () => {
    const whole = persist(models[kind]!(), openStore(memoryMedium()))
    for (const event of events) alone(whole, event)
    const stops = fc.integer({ min: 1, max: 259 })
    fc.assert(fc.property(lengths, options, stops, fc.nat(4000), (some, given, stop, cut) => {
      const first = memoryMedium()
      together(persist(models[kind]!(), openStore(first), given), events.slice(0, stop), some)
      const { files } = first
      const last = [...files.keys()].sort((a, b) => numberIn(a) - numberIn(b)).at(-1)!
      const bytes = files.get(last)!
      if (numberIn(last) > 2) files.set(last, bytes.slice(0, Math.max(0, bytes.length - cut)))
      const kept = persist(models[kind]!(), openStore(memoryMedium(files)), given)
      expect(kept.sequence).toBeLessThanOrEqual(stop)
      together(kept, events.slice(kept.sequence), some)
      expect(kept.sequence).toBe(events.length)
      expect(digestOf(kept)).toBe(digestOf(whole))
    }), { numRuns: runs })
  })
})

interface Run {
  readonly kept: DurableLearner<SaleModel>
  readonly checkpoints: readonly number[]
}

const numberIn = (name: string): number => Number(/\d+/.exec(name)![0])

describe('learnMany(events) of a kept learner', () => {
  const make = models['two classes, FTRL']!
  const keep = (options: PersistOptions<SaleModel> = {}): DurableLearner<SaleModel> => (
    persist(make(), openStore(memoryMedium()), options)
  )

  it('gives null for an event that was learned before', () => {
    const kept = keep({ id: ({ id }: Sale) => id, dedup: 100 })
    const [a, b] = events.slice(0, 2) as [Sale, Sale]
    expect(kept.learnMany([a, a, b]).map((answer) => answer === null)).toEqual([false, true, false])
    expect(kept.counters).toMatchObject({ operations: 2, duplicates: 1 })
  })

  it('refuses what cannot be logged, each by itself', () => {
    const kept = keep({ log: true })
    const bad = { ...events[1]!, shop: (() => 's1') as never }
    const answers = kept.learnMany([events[0]!, bad, events[2]!])
    expect(answers).toMatchObject([{ step: 1 }, { node: 'log', reason: /function/ }, { step: 2 }])
    expect(kept.rejected.map(({ sequence }) => sequence)).toEqual([2])
  })

  it('an event that a lens holds back is no operation, and ends it', () => {
    const medium = memoryMedium()
    const model = (): SaleModel => learner({
      features: features({ price: numeric() }), target: (e: Sale) => e.sold, loss: squaredError(),
      optimizer: sgd({ learningRate: 0.01 }), seed: 2,
      model: (m) => m.pipe(dense(1), lens({ forward: filter((_, k) => k < late), backward: identity })),
    })
    const usable = events.filter(({ price, sold }) => price! >= 0 && !Number.isNaN(sold))
    const late = 23
    const kept = persist(model(), openStore(medium), { log: true, logEvery: 1 })
    expect(() => kept.learnMany(usable)).toThrow(/a lens held it back/)
    expect(kept.sequence).toBe(late)
    const again = persist(model(), openStore(memoryMedium(medium.files)), { log: true })
    expect([again.sequence, digestOf(again)]).toEqual([late, digestOf(kept)])
  })

  it('throws for what is no list, and from inside a result', async () => {
    const kept = keep()
    expect(() => kept.learnMany('events' as never)).toThrow(/no events, in learnMany.*a list of events/)
    const errors: unknown[] = []
    kept.history$.subscribe(() => {
      try {
        kept.learnMany(events.slice(0, 1))
      } catch (error) {
        errors.push(String(error))
      }
    })
    errors.length = 0
    kept.checkpoint()
    expect(errors).toMatchObject([/learnMany.*outside of results/s])
    await kept.close()
    expect(() => kept.learnMany(events.slice(0, 2))).toThrow(/closed/)
    expect(kept.learnMany([])).toEqual([])
  })
})
