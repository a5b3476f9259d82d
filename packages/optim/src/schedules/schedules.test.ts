import fc from 'fast-check'
import { ValueError } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import fixtures from '../fixtures/torch-schedules.json' with { type: 'json' }
import {
  constantSchedule, cosineDecay, cosineRestarts, cyclic, exponentialDecay, linearRamp, multiStepDecay, oneCycle,
  polynomialDecay, reduceOnPlateau, type Schedule, stepDecay, warmup,
} from '../index.ts'
import { valueAt } from '../schedule.ts'

type Args = Readonly<Record<string, number & string & readonly number[] & boolean>>
interface Pair {
  readonly learningRate: Schedule
  readonly momentum?: Schedule
}

/** PyTorch's name -> our schedule for its arguments. */
const translations: Readonly<Record<string, (args: Args, learningRate: number) => Pair>> = {
  StepLR: ({ step_size: stepSize, gamma }, learningRate) => (
    { learningRate: stepDecay({ learningRate, stepSize: stepSize!, gamma: gamma! }) }
  ),
  MultiStepLR: ({ milestones, gamma }, learningRate) => (
    { learningRate: multiStepDecay({ learningRate, milestones: milestones!, gamma: gamma! }) }
  ),
  ExponentialLR: ({ gamma }, learningRate) => ({ learningRate: exponentialDecay({ learningRate, gamma: gamma! }) }),
  CosineAnnealingLR: ({ T_max: steps, eta_min: minimum }, learningRate) => (
    { learningRate: cosineDecay({ learningRate, steps: steps!, minimum: minimum! }) }
  ),
  CosineAnnealingWarmRestarts: ({ T_0: steps, T_mult: growth, eta_min: minimum }, learningRate) => (
    { learningRate: cosineRestarts({ learningRate, steps: steps!, growth: growth!, minimum: minimum! }) }
  ),
  LinearLR: ({ start_factor: startFactor, end_factor: endFactor, total_iters: steps }, learningRate) => (
    { learningRate: linearRamp({ learningRate, startFactor: startFactor!, endFactor: endFactor!, steps: steps! }) }
  ),
  ConstantLR: ({ factor, total_iters: steps }, learningRate) => (
    { learningRate: constantSchedule({ learningRate, factor: factor!, steps: steps! }) }
  ),
  PolynomialLR: ({ total_iters: steps, power }, learningRate) => (
    { learningRate: polynomialDecay({ learningRate, steps: steps!, power: power! }) }
  ),
  OneCycleLR: (args) => oneCycle({
    maximum: args['max_lr']!, steps: args['total_steps']!, riseShare: args['pct_start'] ?? 0.3,
    shape: args['anneal_strategy'] === 'linear' ? 'linear' : 'cosine', divFactor: args['div_factor'] ?? 25,
    finalDivFactor: args['final_div_factor'] ?? 1e4, threePhase: args['three_phase'] ?? false,
    baseMomentum: args['base_momentum'] ?? 0.85, maxMomentum: args['max_momentum'] ?? 0.95,
  }),
  CyclicLR: ({ base_lr: minimum, max_lr: maximum, step_size_up: stepsUp, mode }) => cyclic({
    minimum: minimum!, maximum: maximum!, stepsUp: stepsUp!, mode: mode as unknown as 'triangular' | 'triangular2',
  }),
  ReduceLROnPlateau: (args, learningRate) => ({
    learningRate: reduceOnPlateau({
      learningRate, every: 1, mode: args['mode'] as unknown as 'min' | 'max', factor: args['factor']!,
      patience: args['patience']!, threshold: args['threshold']!,
      thresholdMode: args['threshold_mode'] as unknown as 'rel' | 'abs', cooldown: args['cooldown']!,
      minimum: args['min_lr']!,
    }),
  }),
}

describe('schedules against PyTorch', () => {
  it.each(fixtures.runs)('$scheduler $args has the same rate at every step', (run) => {
    const { learningRate, momentum } = translations[run.scheduler]!(run.args as unknown as Args, run.initial_lr)
    let state: unknown = learningRate.watch?.initial ?? null
    run.lr.forEach((expected, step) => {
      expectClose(valueAt(learningRate, step, state), expected)
      if (run.momentum !== undefined) expectClose(valueAt(momentum!, step, null), run.momentum[step]!)
      if (run.metrics !== undefined) state = learningRate.watch!.observe(state, run.metrics[step]!)
    })
  })

  it('covers all 14 runs', () => expect(fixtures.runs).toHaveLength(14))
})

function expectClose(got: number, expected: number): void {
  const tolerance = 1e-12 * Math.abs(expected) + 1e-16
  expect(Math.abs(got - expected), `${got} instead of ${expected}`).toBeLessThanOrEqual(tolerance)
}

const learningRate = 0.1
const all: readonly Schedule[] = [
  constantSchedule({ learningRate }), constantSchedule({ learningRate, factor: 2, steps: 3 }),
  stepDecay({ learningRate, stepSize: 7 }), multiStepDecay({ learningRate, milestones: [3, 3, 9] }),
  exponentialDecay({ learningRate, gamma: 0.99 }), cosineDecay({ learningRate, steps: 13, minimum: 0.003 }),
  cosineDecay({ learningRate, steps: 13, after: 'stay' }), cosineRestarts({ learningRate, steps: 5, growth: 2 }),
  linearRamp({ learningRate }), polynomialDecay({ learningRate, steps: 20, power: 1.5 }),
  oneCycle({ maximum: 0.3, steps: 40 }).learningRate, oneCycle({ maximum: 0.3, steps: 40 }).momentum,
  cyclic({ minimum: 0.1, maximum: 0.3, mode: 'exponential', gamma: 0.99 }).learningRate,
  cyclic({ minimum: 0.1, maximum: 0.3, stepsUp: 3 }).momentum,
  warmup({ steps: 10, into: cosineDecay({ learningRate, steps: 13 }) }), warmup({ steps: 0, into: 0.1 }),
]

describe('every schedule', () => {
  it.each(all)('$name.at(step) lies in [0, max] at any step, and asking twice gives the same', (schedule) => {
    fc.assert(fc.property(fc.oneof(fc.nat(100), fc.maxSafeNat()), (step) => {
      const value = valueAt(schedule, step, null)
      expect(value).toBeGreaterThanOrEqual(0)
      expect(schedule.at(step, null)).toBe(value)
      if (schedule.constant) expect(schedule.at(0, null)).toBe(value)
    }))
  })

  it.each(all)('$name is frozen', (schedule) => expect(Object.isFrozen(schedule)).toBe(true))
})

describe('warmup({ steps, into })', () => {
  it('warmup({ steps: 4, into: 1 }) rises evenly and is never 0', () => {
    const schedule = warmup({ steps: 4, into: 1 })
    const rates = [0, 1, 2, 3, 4, 99].map((step) => schedule.at(step, null))
    rates.forEach((rate, k) => expect(rate).toBeCloseTo([0.2, 0.4, 0.6, 0.8, 1, 1][k]!, 15))
  })

  it('warmup(...) keeps the watcher of what follows', () => {
    const plateau = reduceOnPlateau({ learningRate, every: 1, patience: 0 })
    const schedule = warmup({ steps: 1, into: plateau })
    const worse = [1, 2].reduce((state, loss) => schedule.watch!.observe(state, loss), schedule.watch!.initial)
    expect(schedule.at(5, worse)).toBeCloseTo(0.01, 15)
  })
})

describe('reduceOnPlateau(...).watch.observe(state, loss)', () => {
  it('averages `every` losses into one measurement and leaves the old state as it was', () => {
    const { watch, at } = reduceOnPlateau({ learningRate: 1, every: 2, patience: 0, factor: 0.5, threshold: 0 })
    const states = [watch!.initial]
    for (const loss of [0, 2, 1, 1, 3, 0]) states.push(watch!.observe(states.at(-1), loss))
    expect(states.map((state) => at(0, state))).toEqual([1, 1, 1, 1, 0.5, 0.5, 0.25])
    expect(watch!.initial).toEqual({
      learningRate: 1, best: null, badCount: 0, cooldownLeft: 0, lossSum: 0, lossCount: 0,
    })
    expect(states.every((state) => Object.isFrozen(state))).toBe(true)
  })
})

describe('options of schedules', () => {
  it('stepDecay({ stepSize: 0 }) throws a ValueError that says what to give', () => {
    expect(() => stepDecay({ learningRate, stepSize: 0 })).toThrow(ValueError)
    expect(() => stepDecay({ learningRate, stepSize: 0 })).toThrow(/stepSize .*: got 0, wanted an integer >= 1/)
  })

  it('polynomialDecay({ power: 0.3 }) and descending milestones throw', () => {
    expect(() => polynomialDecay({ learningRate, steps: 3, power: 0.3 })).toThrow(/multiple of 1\/16/)
    expect(() => multiStepDecay({ learningRate, milestones: [3, 2] })).toThrow(/ascend/)
  })

  it('an option that does not exist throws', () => {
    expect(() => exponentialDecay({ learningRate, gamma: 1, lr: 3 } as never)).toThrow(/no such option.*lr/)
  })
})
