import { from, map, Subject, tap } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { RejectedError } from '@eddy/graph'
import { dense, squaredError } from '@eddy/nodes'
import { digest, sgd } from '@eddy/optim'
import { rng, standardNormal } from '@eddy/tensor'
import { numeric } from '../encoders/numeric.ts'
import { features } from '../features.ts'
import type { Learner } from '../learner.ts'
import { learner } from '../make-learner.ts'
import { adwin } from './adwin.ts'
import { type BackgroundLearner, backgroundLearner } from './background-learner.ts'
import type { Detector, DetectorState, DriftStatus } from './detector.ts'
import { earlyWarning } from './early-warning.ts'

interface Event {
  readonly a: number
  readonly y: number
}

/** y = 3 a, then -3 a + 1, with noise. */
function events(count: number, change = count / 2): Event[] {
  const random = rng(4, 'events')
  return Array.from({ length: count }, (_, i) => {
    const a = standardNormal(random, 2 * i)
    return { a, y: (i < change ? 3 * a : 1 - 3 * a) + 0.2 * standardNormal(random, 2 * i + 1) }
  })
}

const make = (generation: number): Learner<Event, number, 'mae' | 'rmse' | 'r2'> => learner({
  features: features({ a: numeric({ standardize: false }) }), target: (event: Event) => event.y,
  model: (m) => m.pipe(dense(1)), loss: squaredError(), optimizer: sgd({ learningRate: 0.02 }), seed: generation,
})

/** A detector that says what a script says, one word for each value. */
function scripted(script: string): Detector<DetectorState & { readonly at: number }> {
  const words: Readonly<Record<string, DriftStatus>> = { s: 'stable', w: 'warning', d: 'drift' }
  return {
    name: 'scripted', takes: 'numbers', initial: { status: 'stable', at: 0 },
    update: ({ at }) => ({ status: words[script[at] ?? 's']!, at: at + 1 }),
  }
}
const scriptedLearner = (script: string): BackgroundLearner<Event, number, 'mae' | 'rmse' | 'r2'> => (
  backgroundLearner({ make, detector: scripted(script) as unknown as Detector })
)

describe('backgroundLearner({ make, detector })', () => {
  it('warms up a new learner from the warning on and switches to it after the event of the drift', () => {
    const model = scriptedLearner('ssswwwdss')
    const [old, next] = [make(0), make(1)]
    const stream = events(9)
    stream.forEach((event, i) => {
      const wanted = i < 7 ? old.learnOne(event) : next.learnOne(event)
      if (i >= 3 && i < 7) next.learnOne(event)
      const learned = model.learnOne(event)
      expect([learned.prediction, learned.loss]).toEqual([wanted.prediction, wanted.loss])
      expect([model.generation, model.isWarming]).toEqual([i < 6 ? 0 : 1, i >= 3 && i < 6])
    })
    expect(digest(model.active.snapshot().training)).toBe(digest(next.snapshot().training))
  })

  it('drops the new learner when the warning passes, and starts from nothing at a drift without a warning', () => {
    const model = scriptedLearner('wwsswdd')
    const warming: boolean[] = []
    const generations = events(7).map((event) => {
      model.learnOne(event)
      warming.push(model.isWarming)
      return model.generation
    })
    expect(warming).toEqual([true, true, false, false, true, false, false])
    expect(generations).toEqual([0, 0, 0, 0, 0, 2, 3])
    const fresh = make(3)
    fresh.learnOne(events(7)[6]!)
    expect(model.predictOne({ a: 1 })).toBe(fresh.predictOne({ a: 1 }))
  })

  it('judges, over all generations, the predictions that were made', () => {
    const model = scriptedLearner('swwdsswd')
    const stream = events(12)
    let sum = 0
    stream.forEach((event, i) => {
      sum += Math.abs(model.learnOne(event).prediction - event.y)
      expect(model.metrics.mae).toBeCloseTo(sum / (i + 1), 12)
    })
    expect(model.generation).toBe(2)
  })

  it('goes on from a snapshot of any moment, also of a warning, bit for bit', () => {
    const script = 'ssswwwdsswwss'
    const stream = events(script.length)
    const whole = scriptedLearner(script)
    const states = stream.map((event) => (whole.learnOne(event), whole.snapshot()))
    for (let at = 0; at < states.length; at++) {
      const part = scriptedLearner(script)
      part.learnOne(stream[5]!)
      part.restore(states[at]!)
      for (const event of stream.slice(at + 1)) part.learnOne(event)
      expect(digest(part.snapshot())).toBe(digest(whole.snapshot()))
    }
    const other = backgroundLearner({ make, detector: adwin() })
    expect(() => other.restore(whole.snapshot() as never)).toThrow(/another detector/)
    expect(other.generation).toBe(0)
  })

  it('train() and predict() stream, reject what cannot be used, and take events from inside a result', () => {
    const model = scriptedLearner('swd')
    const [labelled, queries] = [new Subject<Event>(), new Subject<{ a: number }>()]
    const [log, rejected, signals]: [number[], unknown[], string[]] = [[], [], []]
    model.rejected$.subscribe(({ event }) => rejected.push(event))
    model.signal$.subscribe(({ status }) => signals.push(status))
    labelled.pipe(model.train(), tap(({ event }) => event.a === 1 && labelled.next({ a: 2, y: 2 })))
      .subscribe(({ event }) => log.push(event.a))
    const answers: number[] = []
    queries.pipe(model.predict(), map(({ prediction }) => prediction)).subscribe((x) => answers.push(x))
    const before = digest(model.snapshot())
    const bad = { a: NaN, y: 1 }
    labelled.next(bad)
    expect(() => model.learnOne(bad)).toThrow(RejectedError)
    expect([rejected, digest(model.snapshot())]).toEqual([[bad, bad], before])
    labelled.next({ a: 1, y: 1 })
    labelled.next({ a: 3, y: 3 })
    queries.next({ a: 1 })
    expect([log, signals]).toEqual([[1, 2, 3], ['stable', 'warning', 'drift']])
    expect(answers).toEqual([model.predictOne({ a: 1 })])
  })

  it('train() lets events that results give rise to wait their turn, however many follow one from the other', () => {
    const model = scriptedLearner('')
    const labelled = new Subject<Event>()
    const order: number[] = []
    labelled.pipe(model.train()).subscribe(({ event: { a }, step }) => {
      order.push(step)
      if (step < 20_000) labelled.next({ a: (a + 1) % 3, y: 1 })
    })
    labelled.next({ a: 0, y: 1 })
    expect(order).toEqual(Array.from({ length: 20_000 }, (_, k) => k + 1))
  })

  it('a value that the detector does not take changes neither warning nor learner', () => {
    let isBad = false
    const model = backgroundLearner({
      make, select: ({ loss }) => (isBad ? NaN : loss),
      detector: earlyWarning(adwin({ delta: 1e-9 }), adwin({ clock: 1, delta: 0.5 }), { hold: 1000 }),
    })
    const stream = events(400, 100)
    let i = 0
    while (!model.isWarming) model.learnOne(stream[i++]!)
    isBad = true
    for (let k = 0; k < 20; k++) model.learnOne(stream[i++]!)
    expect([model.isWarming, model.generation, model.snapshot().watch.rejected]).toEqual([true, 0, 20])
  })

  it('is better after a change than the learner alone', () => {
    const slow = (generation: number): ReturnType<typeof make> => learner({
      features: features({ a: numeric({ standardize: false }) }), target: (event: Event) => event.y,
      model: (m) => m.pipe(dense(1)), loss: squaredError(), seed: generation,
      // A rate that has fallen, as most schedules do, cannot follow.
      optimizer: sgd({ learningRate: { name: 'falling', constant: false, max: 0.1, at: (n) => 0.1 / (1 + n / 20) } }),
    })
    const model = backgroundLearner({
      make: slow, select: ({ loss }) => Math.min(1, loss / 10),
      detector: earlyWarning(adwin({ delta: 0.001, mode: 'up' }), adwin({ delta: 0.1, clock: 4, mode: 'up' })),
    })
    const alone = slow(0)
    let [ours, its] = [0, 0]
    events(4000).forEach((event, i) => {
      const [a, b] = [model.learnOne(event).loss, alone.learnOne(event).loss]
      if (i >= 2000) [ours, its] = [ours + a, its + b]
    })
    expect(model.generation).toBeGreaterThan(0)
    expect(ours).toBeLessThan(0.5 * its)
  })

  it('passes on errors, and refuses a `make` that returns one learner twice', () => {
    const one = make(0)
    const model = backgroundLearner({ make: () => one, detector: scripted('sd') as unknown as Detector })
    const errors: unknown[] = []
    from(events(4)).pipe(model.train()).subscribe({ error: (error) => errors.push(String(error)) })
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatch(/same learner again/)
  })
})
