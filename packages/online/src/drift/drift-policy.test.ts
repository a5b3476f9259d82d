import { from, Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { input, minimize, type Optimizer, type Training } from '@eddy/graph'
import { dense, linear, squaredError } from '@eddy/nodes'
import { adagrad, adam, asgd, chain, clipByGlobalNorm, cocob, digest, reduceOnPlateau, sgd } from '@eddy/optim'
import { rng, standardNormal } from '@eddy/tensor'
import { numeric } from '../encoders/numeric.ts'
import { features } from '../features.ts'
import type { Learner } from '../learner.ts'
import { learner } from '../make-learner.ts'
import { adwin } from './adwin.ts'
import { boostedRate, type BoostedRateState } from './boosted-rate.ts'
import { detectDrift } from './detect-drift.ts'
import { type DriftPolicy, onDrift } from './drift-policy.ts'
import { pageHinkley } from './page-hinkley.ts'
import { resetOptimizer } from './reset-optimizer.ts'

interface Point {
  readonly x: readonly number[]
  readonly y: number
}

/** y = w x + noise, where w turns around at `change`. */
function points(count: number, change = count / 2, seed = 1): Point[] {
  const random = rng(seed, 'points')
  return Array.from({ length: count }, (_, i) => {
    const x = [standardNormal(random, 4 * i), standardNormal(random, 4 * i + 1)]
    const sign = i < change ? 1 : -1
    return { x, y: sign * (2 * x[0]! - x[1]!) + 0.1 * standardNormal(random, 4 * i + 2) }
  })
}

function trained(optimizer: Optimizer): { readonly training: Training; readonly learn: (event: Point) => number } {
  const source = new Subject<Point>()
  const x = input(source, { shape: [2], select: (event) => event.x })
  const y = input(source, { shape: [1], select: (event) => [event.y] })
  const training = squaredError(x.pipe(linear(2, 1)), y).pipe(minimize(optimizer, { dtype: 'f64', seed: 3 }))
  let loss = NaN
  training.subscribe((step) => {
    loss = step.loss
  })
  return { training, learn: (event) => (source.next(event), loss) }
}

const lineLearner = (optimizer: Optimizer): Learner<Point, number> => learner({
  features: features({ a: numeric({ standardize: false }), b: numeric({ standardize: false }) }), target: 'y',
  model: (m) => m.pipe(dense(1)), loss: squaredError(), optimizer, seed: 2,
}) as never
const flat = ({ x, y }: Point): Point => ({ a: x[0], b: x[1], y }) as never

describe('resetOptimizer(optimizer)', () => {
  it.each([
    adam({ learningRate: 0.05 }), adagrad({ learningRate: 0.3 }), sgd({ learningRate: 0.01, momentum: 0.9 }), cocob(),
    asgd({ learningRate: 0.01 }),
    chain(clipByGlobalNorm(1), adam({ learningRate: reduceOnPlateau({ learningRate: 0.1 }) })),
  ])('learns on like a new optimizer from the same parameters: $name', (optimizer) => {
    const [old, fresh] = [trained(optimizer), trained(optimizer)]
    for (const event of points(200)) old.learn(event)
    const before = old.training.snapshot()
    const initial = fresh.training.snapshot()
    old.training.restore(resetOptimizer(optimizer)(before))
    fresh.training.restore({ ...initial, parameters: before.parameters, buffers: before.buffers })
    expect(digest(old.training.snapshot())).toBe(digest(fresh.training.snapshot()))
    for (const event of points(50, 0)) expect(old.learn(event)).toBe(fresh.learn(event))
    expect(digest(old.training.snapshot())).toBe(digest(fresh.training.snapshot()))
    expect(before.step).toBe(200)
  })

  it('lets AdaGrad follow a change that its sums would hold back', () => {
    const run = (...policies: readonly DriftPolicy[]): number => {
      const model = lineLearner(adagrad({ learningRate: 0.5 }))
      let late = 0
      from(points(4000).map(flat)).pipe(
        model.train(), detectDrift(adwin({ mode: 'up' }), ({ loss }) => Math.min(1, loss / 4)),
        onDrift(model, ...policies),
      ).subscribe(({ index, event: { loss } }) => {
        if (index >= 2000 && index < 2600) late += loss
      })
      return late
    }
    expect(run(resetOptimizer(adagrad({ learningRate: 0.5 })))).toBeLessThan(0.7 * run())
  })
})

describe('boostedRate({ detector })', () => {
  it('raises the rate at a drift of the losses, lets it fall along a line, and follows the schedule underneath', () => {
    const rate = boostedRate({ learningRate: 0.02, factor: 5, steps: 4, detector: pageHinkley({ threshold: 2 }) })
    let state = rate.watch!.initial
    const losses = [...Array<number>(40).fill(0.1), ...Array<number>(12).fill(3)]
    const rates = losses.map((loss, step) => {
      state = rate.watch!.observe(state, loss)
      return rate.at(step, state)
    })
    const drift = rates.findIndex((value) => value > 0.02)
    expect(drift).toBeGreaterThanOrEqual(40)
    expect(rates.slice(0, drift)).toEqual(Array<number>(drift).fill(0.02))
    rates.slice(drift, drift + 5).forEach((value, k) => expect(value).toBeCloseTo(0.02 * (1 + 4 * (4 - k) / 4), 15))
    expect(rate.max).toBe(0.1)

    const plateau = reduceOnPlateau({ learningRate: 1, every: 1, patience: 0, factor: 0.5 })
    const both = boostedRate({ learningRate: plateau, factor: 2, steps: 2, detector: pageHinkley() })
    let [outer, inner] = [both.watch!.initial, plateau.watch!.initial]
    for (const loss of [3, 3, 3, 2, 5]) {
      outer = both.watch!.observe(outer, loss)
      inner = plateau.watch!.observe(inner, loss)
      expect(both.at(0, outer)).toBe(plateau.at(0, inner))
    }
  })

  it('counts a loss that the detector does not take, and is not changed by it', () => {
    const rate = boostedRate({ learningRate: 0.1, detector: pageHinkley(), of: (loss) => (loss === 7 ? NaN : loss) })
    const state = rate.watch!.observe(rate.watch!.observe(rate.watch!.initial, 1), 7) as BoostedRateState
    expect(state).toMatchObject({ left: 0, watch: { seen: 2, rejected: 1, state: { count: 1 } } })
  })

  it('is part of the training state: a snapshot, also of the middle of a boost, goes on bit for bit', () => {
    const make = (): ReturnType<typeof trained> => trained(adam({
      learningRate: boostedRate({
        learningRate: 0.05, steps: 100, of: (loss) => Math.min(1, loss / 4),
        detector: pageHinkley({ threshold: 8, minInstances: 200, mode: 'up' }),
      }),
    }))
    const events = points(800)
    const whole = make()
    const digests = events.map((event) => {
      whole.learn(event)
      return whole.training.snapshot()
    })
    const boosted = digests.findIndex(({ schedule }) => (schedule as BoostedRateState).left > 0)
    expect(boosted).toBeGreaterThan(400)
    for (const at of [100, boosted, boosted + 10]) {
      const part = make()
      part.training.restore(digests[at]!)
      for (const event of events.slice(at + 1)) part.learn(event)
      expect(digest(part.training.snapshot())).toBe(digest(digests.at(-1)!))
    }
  })

  it('follows a change sooner than the plain rate', () => {
    const run = (optimizer: Optimizer): number => {
      const { learn } = trained(optimizer)
      return points(3000).map(learn).slice(1500).reduce((sum, loss) => sum + loss, 0)
    }
    const boosted = boostedRate({ learningRate: 0.002, factor: 10, steps: 300, detector: pageHinkley({ mode: 'up' }) })
    expect(run(sgd({ learningRate: boosted }))).toBeLessThan(0.7 * run(sgd({ learningRate: 0.002 })))
  })

  it.each([{ factor: 0.5 }, { steps: 0 }, { learningRate: NaN }, { detectr: 1 }])('%o is refused', (options) => {
    expect(() => boostedRate({ learningRate: 0.1, ...options })).toThrow(
      expect.objectContaining({ code: 'E_VALUE' }) as Error,
    )
  })
})

describe('onDrift(target, ...policies)', () => {
  const rate = boostedRate({ learningRate: 0.01, steps: 50 })
  const optimizer = adam({ learningRate: rate })

  it('applies the policies in order between the event of the drift and the next one', () => {
    const events = points(600).map(flat)
    const [model, plain] = [lineLearner(optimizer), lineLearner(optimizer)]
    const drifts: number[] = []
    from(events).pipe(
      model.train(), detectDrift(adwin({ clock: 8 }), ({ loss }) => Math.min(1, loss / 4)),
      onDrift(model, resetOptimizer(optimizer), rate.raise),
    ).subscribe(({ index, drift }) => drift && drifts.push(index))
    expect(drifts.length).toBeGreaterThan(0)
    events.forEach((event, i) => {
      plain.learnOne(event)
      if (!drifts.includes(i)) return
      const state = plain.snapshot()
      plain.restore({ ...state, training: rate.raise(resetOptimizer(optimizer)(state.training)) })
      expect(plain.snapshot().training).toMatchObject({ step: 0, schedule: { left: 50 } })
    })
    expect(digest(model.snapshot())).toBe(digest(plain.snapshot()))
  })

  it('changes nothing while there is no drift', () => {
    const events = points(100, 100).map(flat)
    const [model, plain] = [lineLearner(optimizer), lineLearner(optimizer)]
    from(events).pipe(
      model.train(), detectDrift(adwin(), ({ loss }) => Math.min(1, loss / 100)), onDrift(model, rate.raise),
    ).subscribe()
    for (const event of events) plain.learnOne(event)
    expect(digest(model.snapshot())).toBe(digest(plain.snapshot()))
  })

  it('works on a training too, and passes on the error of a policy', () => {
    const { training, learn } = trained(optimizer)
    for (const event of points(20)) learn(event)
    from([{ drift: true }]).pipe(onDrift(training, rate.raise)).subscribe()
    expect(training.snapshot().schedule).toMatchObject({ left: 50 })

    const other = trained(sgd({ learningRate: 0.1 }))
    let message = ''
    from([{ drift: true }]).pipe(onDrift(other.training, rate.raise)).subscribe({ error: (e) => (message = String(e)) })
    expect(message).toMatch(/cannot be raised.*boostedRate/)
  })
})
