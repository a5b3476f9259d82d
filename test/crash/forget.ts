import { RejectedError } from '@eddy/graph'
import { dense, relu, squaredError } from '@eddy/nodes'
import { aggregate, categorical, features, learner, mae, meanBaseline, numeric, Prequential, text } from '@eddy/online'
import { adam, digest } from '@eddy/optim'
import { memoryMedium, openStore, persist } from '@eddy/store'
import { Dice, goodEvent, hostileValue } from './hostile-events.ts'
import type { Anything } from './hostile-models.ts'
import { type Finding, Tally } from './trouble.ts'

/** A learner that an attacker can reach in many ways: memories, names, moments, metrics. */
const make = () => learner({
  features: features({
    place: categorical(), warmth: numeric({ missing: 'mean' }), hour: numeric(), note: text({ bits: 6 }),
    lately: aggregate({ of: 'warmth', by: 'place', window: 4, aggregates: ['mean', 'max'], capacity: 9 }),
  }, { unknown: 'auto', ignore: ['id', 'demand', 'at', 'spot'], namesMax: 300 }),
  target: (e: Anything) => e['demand'] as number, model: (m) => m.pipe(dense(4), relu(), dense(1)),
  loss: squaredError(), optimizer: adam({ learningRate: 0.02 }), seed: 5,
  metrics: () => new Prequential({ mae }, { mean: meanBaseline }),
})

/** Hostile, but usable: what is learned, and does harm. */
function poison(k: number, dice: Dice): Anything {
  const event = hostileValue(k, dice)
  const record = typeof event === 'object' && event !== null ? event as Anything : {}
  if (dice.below(3) === 0) return { ...goodEvent(k, dice), ...safely(record), id: `bad${k}` }
  return {
    ...goodEvent(k, dice), id: `bad${k}`, place: dice.of(['__proto__', 'p1', 'elsewhere']),
    demand: 1e6 - dice.below(2e6), warmth: dice.of([1e30, -1e9, 0]), [`x${dice.below(99)}`]: 1e9,
  }
}

/** The fields of a record that can be read and kept. */
function safely(record: Anything): Anything {
  return Object.fromEntries(Object.keys(record).flatMap((name) => {
    try {
      const value = record[name]
      return typeof value === 'number' || typeof value === 'string' ? [[name, value]] : []
    } catch {
      return []
    }
  }))
}

/**
 * P23: one event in a hundred is hostile. Forgetting all of them leaves, bit for bit, the state of a run that never saw
 * any; until then the state is another one.
 */
export async function forget(events: number, seed: number): Promise<Finding> {
  const tally = new Tally('P23', 'a stream with one hostile event in a hundred')
  const where = `--only forget --seed ${seed}`
  const dice = new Dice(seed)
  const clean = make()
  const kept = persist(make(), openStore(memoryMedium(), { keep: 1000 }), {
    every: 250, log: true, logEvery: 100, id: (e: Anything) => String(e['id']),
  })
  const hostile: string[] = []
  for (let k = 0; k < events; k++) {
    const isHostile = dice.below(100) === 0
    const event = isHostile ? poison(k, dice) : goodEvent(k, dice)
    try {
      kept.learnOne(event)
      if (isHostile) tally.ended('hostile events learned')
    } catch (error) {
      if (!(error instanceof RejectedError)) tally.violated(`${where}: event ${k}: ${String(error)}`)
      else tally.ended('quarantined')
    }
    if (isHostile) hostile.push(String(event['id']))
    else {
      clean.learnOne(event)
      tally.ended('good events')
    }
  }
  const wanted = digest(clean.snapshot())
  if (hostile.length > 0 && digest(kept.learner.snapshot()) === wanted) tally.violated(`${where}: nothing was poisoned`)
  // The latest first: what is learned again is then shortest.
  for (const id of hostile.reverse()) {
    if (await kept.forget(id) !== 1) tally.violated(`${where}: ${id} is not found`)
    tally.ended('forgotten')
  }
  if (digest(kept.learner.snapshot()) !== wanted) tally.violated(`${where}: other bits than without the hostile events`)
  await kept.close()
  return tally.finding
}
