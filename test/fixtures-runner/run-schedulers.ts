import {
  constantSchedule, cosineDecay, cosineRestarts, cyclic, exponentialDecay, linearRamp, multiStepDecay, oneCycle,
  polynomialDecay, reduceOnPlateau, type Schedule, stepDecay,
} from 'eddy'
import { type Report, worstError } from './recorded.ts'

type Args = Readonly<Record<string, never>>

interface Run {
  readonly scheduler: string
  readonly args: Args
  readonly initial_lr: number
  /** `lr[k]` is the rate that step k uses. */
  readonly lr: readonly number[]
  readonly momentum?: readonly number[]
  /** What a watcher was fed after each step. */
  readonly metrics?: readonly number[]
}

interface Schedules {
  readonly learningRate: Schedule
  readonly momentum?: Schedule
}

/** A rate is an f64 number in both element types; an f32 update rounds it once. */
const tolerances = { f64: 1e-12, f32: 1e-7 } as const

/** PyTorch's name -> our schedule for its arguments, PyTorch's defaults where one is absent. */
const translations: Readonly<Record<string, (args: Args, learningRate: number) => Schedules>> = {
  StepLR: ({ step_size: stepSize, gamma }, learningRate) =>
    ({ learningRate: stepDecay({ learningRate, stepSize, gamma: gamma ?? 0.1 }) }),
  MultiStepLR: ({ milestones, gamma }, learningRate) =>
    ({ learningRate: multiStepDecay({ learningRate, milestones, gamma: gamma ?? 0.1 }) }),
  ExponentialLR: ({ gamma }, learningRate) => ({ learningRate: exponentialDecay({ learningRate, gamma }) }),
  CosineAnnealingLR: ({ T_max: steps, eta_min: minimum }, learningRate) =>
    ({ learningRate: cosineDecay({ learningRate, steps, minimum: minimum ?? 0 }) }),
  CosineAnnealingWarmRestarts: ({ T_0: steps, T_mult: growth, eta_min: minimum }, learningRate) =>
    ({ learningRate: cosineRestarts({ learningRate, steps, growth: growth ?? 1, minimum: minimum ?? 0 }) }),
  LinearLR: ({ start_factor: startFactor, end_factor: endFactor, total_iters: steps }, learningRate) => ({
    learningRate: linearRamp({
      learningRate, startFactor: startFactor ?? 1 / 3, endFactor: endFactor ?? 1, steps: steps ?? 5,
    }),
  }),
  ConstantLR: ({ factor, total_iters: steps }, learningRate) =>
    ({ learningRate: constantSchedule({ learningRate, factor: factor ?? 1 / 3, steps: steps ?? 5 }) }),
  PolynomialLR: ({ total_iters: steps, power }, learningRate) =>
    ({ learningRate: polynomialDecay({ learningRate, steps: steps ?? 5, power: power ?? 1 }) }),
  OneCycleLR: (args) => oneCycle({
    maximum: args['max_lr'], steps: args['total_steps'], riseShare: args['pct_start'] ?? 0.3,
    shape: args['anneal_strategy'] === 'linear' ? 'linear' : 'cosine', divFactor: args['div_factor'] ?? 25,
    finalDivFactor: args['final_div_factor'] ?? 1e4, threePhase: args['three_phase'] ?? false,
    baseMomentum: args['base_momentum'] ?? 0.85, maxMomentum: args['max_momentum'] ?? 0.95,
  }),
  CyclicLR: ({ base_lr: minimum, max_lr: maximum, step_size_up: stepsUp, mode }) =>
    cyclic({ minimum, maximum, stepsUp: stepsUp ?? 2000, mode: mode ?? 'triangular' }),
  ReduceLROnPlateau: (args, learningRate) => ({
    learningRate: reduceOnPlateau({
      learningRate, every: 1, mode: args['mode'] ?? 'min', factor: args['factor'] ?? 0.1,
      patience: args['patience'] ?? 10, threshold: args['threshold'] ?? 1e-4,
      thresholdMode: args['threshold_mode'] ?? 'rel', cooldown: args['cooldown'] ?? 0, minimum: args['min_lr'] ?? 0,
    }),
  }),
}

/** Follows every schedule of `schedulers.json`. Errors are relative to the rates themselves. */
export function runSchedulers(file: string, fixtures: { readonly runs: readonly Run[] }): Report {
  const worst = { f64: 0, f32: 0 }
  const failures: string[] = []
  for (const run of fixtures.runs) {
    for (const dtype of ['f64', 'f32'] as const) {
      try {
        const error = errorOf(run, dtype === 'f32' ? Math.fround : (rate) => rate)
        worst[dtype] = Math.max(worst[dtype], error)
        if (!(error <= tolerances[dtype])) failures.push(`${run.scheduler} ${dtype}: error ${error.toExponential(1)}`)
      } catch (error) {
        failures.push(`${run.scheduler} ${dtype}: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }
  return { file, cases: fixtures.runs.length, worst, failures }
}

function errorOf(run: Run, round: (rate: number) => number): number {
  const translation = translations[run.scheduler]
  if (translation === undefined) throw new Error(`the schedule ${run.scheduler} is not known`)
  const { learningRate, momentum } = translation(run.args, run.initial_lr)
  let state: unknown = learningRate.watch?.initial ?? null
  let worst = 0
  const compare = (got: number, wanted: number): void => {
    // Rates of the order of 1e-16 are 0 with the rounding of PyTorch's recursion on them.
    const scale = Math.max(Math.abs(wanted), 1e-4)
    worst = Math.max(worst, worstError([round(got) / scale], [wanted / scale]))
  }
  run.lr.forEach((wanted, step) => {
    compare(learningRate.at(step, state), wanted)
    if (run.momentum !== undefined) compare(momentum!.at(step, null), run.momentum[step]!)
    if (run.metrics !== undefined) state = learningRate.watch!.observe(state, run.metrics[step]!)
  })
  return worst
}
