import type { Node } from '@eddy/graph'
import { dense, squaredError } from '@eddy/nodes'
import { sgd } from '@eddy/optim'
import { describe, expect, it } from 'vitest'
import { anomaly } from './anomaly/anomaly.ts'
import { autoencoder } from './anomaly/autoencoder.ts'
import { AutoModel } from './auto/auto-model.ts'
import { autoModel } from './auto/make-auto-model.ts'
import { Bandit } from './bandit/bandit.ts'
import { epsilonGreedy } from './bandit/epsilon-greedy.ts'
import { linUcb } from './bandit/lin-ucb.ts'
import { bandit } from './bandit/make-bandit.ts'
import { offPolicy } from './bandit/off-policy.ts'
import { squareCb } from './bandit/square-cb.ts'
import { classPrior } from './baselines/class-prior.ts'
import { lastClass } from './baselines/last-class.ts'
import { quantileBaseline } from './baselines/quantile.ts'
import { adwin } from './drift/adwin.ts'
import { delayLabels } from './delayed/delay-labels.ts'
import { days, minutes } from './delayed/durations.ts'
import { BackgroundLearner, backgroundLearner } from './drift/background-learner.ts'
import { ddm } from './drift/ddm.ts'
import { detectDrift } from './drift/detect-drift.ts'
import { onDrift } from './drift/drift-policy.ts'
import { earlyWarning } from './drift/early-warning.ts'
import { resetOptimizer } from './drift/reset-optimizer.ts'
import { aggregate } from './encoders/aggregate.ts'
import { boolean } from './encoders/boolean.ts'
import { categorical } from './encoders/categorical.ts'
import { cross } from './encoders/cross.ts'
import { cycle } from './encoders/cycle.ts'
import { date } from './encoders/date.ts'
import { hashed } from './encoders/hashed.ts'
import { lag } from './encoders/lag.ts'
import { numeric } from './encoders/numeric.ts'
import { targetMean } from './encoders/target-mean.ts'
import { text } from './encoders/text.ts'
import { vector } from './encoders/vector.ts'
import { evaluate } from './evaluate.ts'
import { features } from './features.ts'
import { balancedWeights } from './imbalance/class-weights.ts'
import { describe as describeModel } from './inspect/describe.ts'
import { gradientNorms } from './inspect/gradients.ts'
import { histogram } from './inspect/histogram.ts'
import { multiclassMetrics } from './judges.ts'
import { checkOptions } from './known-options.ts'
import { Learner } from './learner.ts'
import { learner } from './make-learner.ts'
import { Ensemble } from './many/ensemble.ts'
import { grid } from './many/grid.ts'
import { KeyedLearner } from './many/keyed-learner.ts'
import { ensemble } from './many/make-ensemble.ts'
import { keyedLearner } from './many/make-keyed-learner.ts'
import { calibrationError, reliability } from './metrics/calibration.ts'
import { f1 } from './metrics/f1.ts'
import { fading } from './metrics/fading.ts'
import { mae } from './metrics/mae.ts'
import { precision } from './metrics/precision.ts'
import { quantileLoss } from './metrics/quantile-loss.ts'
import { recall } from './metrics/recall.ts'
import { rocAuc } from './metrics/roc-auc.ts'
import { rolling } from './metrics/rolling.ts'
import { Prequential } from './prequential.ts'
import { reservoir } from './replay/reservoir.ts'

type Call = (options: never) => unknown

const calls: Readonly<Record<string, Call>> = {
  adwin, aggregate, anomaly, autoModel, backgroundLearner, balancedWeights, bandit, boolean, calibrationError,
  categorical, cycle, date, ddm, delayLabels, ensemble, evaluate, f1, precision, quantileBaseline, quantileLoss, recall,
  reliability, rocAuc,
  epsilonGreedy, hashed, histogram, keyedLearner, lag, learner, linUcb, numeric, offPolicy,
  reservoir, squareCb, text, vector,
  cross: (options) => cross(['a', 'b'], options), targetMean: (options) => targetMean('a', options),
  features: (options) => features({}, options),
}

describe.each(Object.entries(calls))('%s(options)', (name, call) => {
  it.each([[0.3], ['f16'], [null], [[]], [() => ({})]])('refuses %j, which is no record', (wrong) => {
    expect(() => call(wrong as never)).toThrow(new RegExp(`^the options are no record, in ${name}: .*wanted one with`))
  })

  it('refuses an option that there is not, saying which there are', () => {
    expect(() => call({ misspelt: 1 } as never)).toThrow(
      new RegExp(`^there is no such option, in ${name}: got "misspelt", wanted one of \\w+`),
    )
  })
})

const whole = {
  features: features({ x: numeric() }), target: 'y', model: (m: Node<[number]>) => m.pipe(dense(1)),
  loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }),
}

const dtype = 'f16' as never

const shop = bandit({ features: whole.features, arms: ['a', 'b'], policy: squareCb() })

describe('models', () => {
  it.each([
    ['learner', () => learner({ ...whole, dtype }), /no such dtype, in learner: got "f16", wanted 'f32' or 'f64'/],
    ['keyedLearner', () => keyedLearner({ ...whole, key: 'k', dtype }), /no such dtype, in keyedLearner/],
    ['ensemble', () => ensemble({ ...whole, members: [] }), /there are no members, in ensemble: got \[\]/],
    ['ensemble', () => ensemble({ ...whole, members: [{ seeds: 1 } as never] }), /a member of ensemble: got "seeds"/],
    ['autoModel', () => autoModel({ target: 'y', dtype }), /no such dtype, in autoModel/],
    ['anomaly', () => anomaly({ features: whole.features, dtype: 16 as never }), /no such dtype, in anomaly: got 16/],
    [
      'backgroundLearner', () => backgroundLearner({ make: 5 as never, detector: adwin() }),
      /this is no maker of learners, in backgroundLearner: got 5, wanted a function/,
    ],
    [
      'backgroundLearner', () => backgroundLearner({ make: () => learner(whole) as never, detector: adwin as never }),
      /this is no detector.*with its parentheses/,
    ],
    ['backgroundLearner', () => backgroundLearner({ make: () => learner(whole), detector: ddm() }), /every loss/],
    ['learner', () => learner({ ...whole, metrics: { mae } as never }), /no maker of metrics, .*Prequential/],
    ['learner', () => learner({ ...whole, metrics: () => ({ mae }) as never }), /this is no judge, .*with update/],
    ['ensemble', () => ensemble({ ...whole, members: [{}], metrics: mae as never }), /this is no judge/],
    ['keyedLearner', () => keyedLearner(whole as never), /there is no key, in keyedLearner: got undefined/],
    ['Prequential', () => new Prequential(mae as never), /metrics are no record, in Prequential: got function mae/],
    ['Prequential', () => new Prequential(undefined as never), /metrics are no record, in Prequential/],
    ['choose', () => shop.choose({ x: 1 }, { kye: 'a' } as never), /no such option, in choose: got "kye"/],
    ['keyedLearner', () => keyedLearner({ ...whole, key: 'k', metrics: [mae] as never }), /no maker of metrics/],
  ] as const)('%s says what does not fit', (_, make, message) => {
    expect(make).toThrow(message)
  })

  it('take options that are undefined as left out', () => {
    expect(() => learner({ ...whole, dtype: undefined, classes: undefined } as never)).not.toThrow()
    expect(() => checkOptions('f', { a: undefined }, ['a'])).not.toThrow()
  })
})

describe('values that would do something else in silence, or fail later', () => {
  it.each([
    ['features', () => features({}, { ignore: 'id' as never }), /got "id" as what to ignore, wanted a list of names/],
    ['features', () => features({}, { ignore: [5 as never] }), /got \[5\] as what to ignore/],
    ['features', () => features({}, { pairsMax: 0 }), /most numbers of an event are out of range, in features: got 0/],
    ['cycle', () => cycle({ period: 24, missing: 'mean' as never }), /in cycle: got "mean", wanted 'skip', 'indicat/],
    ['numeric', () => numeric({ missing: 'median' as never }), /in numeric: got "median".*'last', 'mean' or a number/],
    ['numeric', () => numeric({ scale: 'robust', missing: 'median' as never }), /in numeric: got "median"/],
    ['numeric', () => numeric({ standardize: 'no' as never }), /got "no", wanted standardize: true, false, 'before'/],
    ['boolean', () => boolean({ missing: 'false' as never }), /in boolean: got "false".*'last', true or false/],
    ['categorical', () => categorical({ missing: 'none' as never }), /in categorical: got "none".*'last' or { value/],
    ['text', () => text({ missing: 'last' as never }), /in text: got "last", wanted 'skip', 'indicator'/],
    ['text', () => text({ weights: 'tfidf' as never }), /got "tfidf", wanted the weights 'length', 'count' or 'pres/],
    ['date', () => date({ cycles: 'hour' as never }), /in date: got "hour", wanted lists of parts/],
    ['lag', () => lag({ steps: 7 as never }), /these are no steps back, in lag: got 7/],
    ['aggregate', () => aggregate({ window: 5, aggregates: 'mean' as never }), /got "mean", wanted a list of some of/],
    ['learner', () => learner({ ...whole, classes: 'Open' as never }), /no classes, in learner: got "Open", .*'open'/],
    ['autoModel', () => autoModel({ target: 'y', features: { x: numeric() } as never }), /autoModel: .*features\(..\)/],
    ['autoModel', () => autoModel({ target: 'y', features: features({}, { ignore: ['id'] }) }), /unknown: 'auto', ign/],
    ['autoModel', () => autoModel({ target: 'y', task: 'regression', classes: ['a'] }), /wanted none for a regression/],
  ] as const)('%s refuses them: %s', (_, make, message) => {
    expect(make).toThrow(message)
  })
})

describe('parts of another kind', () => {
  it.each([
    ['features', () => features(numeric as never), /these are no encoders, in features: got function numeric/],
    ['features', () => features([numeric()] as never), /these are no encoders, in features/],
    ['cross', () => cross(5 as never), /got 5, wanted several field names/],
    ['minutes', () => minutes('30' as never), /count is out of range, in minutes: got "30", wanted a finite n/],
    ['days', () => days(-1), /count is out of range, in days/],
    ['describe', () => describeModel(5 as never), /describe/],
    ['gradientNorms', () => gradientNorms(null as never), /gradientNorms/],
    ['evaluate', () => evaluate({ prediction: 1 } as never), /this is no reader of predictions, in evaluate/],
    ['evaluate', () => evaluate({ prediction: 'p' } as never), /this is no reader of labels, in evaluate/],
    ['evaluate', () => evaluate({ prediction: sum, label: sum } as never), /metrics are no record.*got undefined/],
    ['detectDrift', () => detectDrift(adwin as never), /this is no detector, in detectDrift: got function adwin/],
    ['earlyWarning', () => earlyWarning(adwin(), 5 as never), /this is no detector, in earlyWarning: got 5/],
    ['onDrift', () => onDrift(resetOptimizer(whole.optimizer) as never), /no learner or training, in onDrift/],
    ['onDrift', () => onDrift(learner(whole), sgd as never, 5 as never), /this is no policy, in onDrift: got 5/],
    ['resetOptimizer', () => resetOptimizer(sgd as never), /this is no optimizer, in resetOptimizer/],
    ['rolling', () => rolling(5, mae as never), /no metric of a whole stream, in rolling: got function mae/],
    ['fading', () => fading(0.9, {} as never), /no metric of a whole stream, in fading/],
    ['grid', () => grid({ seed: 5 } as never, (point) => point), /the axis seed has no values, in grid: got 5/],
    ['grid', () => grid({ seed: [1] }, undefined as never), /this is no maker of members, in grid/],
    ['grid', () => grid(undefined as never, (point) => point), /the axes are no record, in grid: got undefined/],
    ['learner', () => learner({ ...whole, loss: undefined } as never), /this is no loss, in learner: got undefined/],
    ['learner', () => learner({ ...whole, loss: squaredError } as never), /no loss.*with its parentheses/],
    ['learner', () => learner({ ...whole, model: undefined } as never), /this is no model, in learner: got undefined/],
    ['learner', () => learner({ ...whole, model: () => undefined } as never), /model: needs a Node, got undefined/],
    ['learner', () => learner({ ...whole, target: undefined } as never), /got undefined as the target, wanted a fi/],
    ['autoencoder', () => autoencoder(5 as never), /autoencoder: needs a Node, got number/],
    ['classPrior', () => classPrior('x' as never), /classes is out of range, in classPrior: got "x", wanted an integ/],
    ['lastClass', () => lastClass(-1), /classes is out of range, in lastClass: got -1/],
    ['multiclassMetrics', () => multiclassMetrics({} as never), /classes is out of range, in multiclassMetrics/],
    ['new AutoModel', () => new AutoModel(null as never), /no record, in autoModel.*got null.*without new/],
    ['new BackgroundLearner', () => new BackgroundLearner(5 as never), /no record, in backgroundLearner: got 5/],
    ['new Bandit', () => new Bandit(undefined as never), /the options are no record, in bandit: got undefined/],
    ['new Ensemble', () => new Ensemble({} as never), /ensemble: got undefined for features, wanted what features/],
    ['new KeyedLearner', () => new KeyedLearner('x' as never), /the options are no record, in keyedLearner: got "x"/],
    ['new Learner', () => new Learner(undefined as never), /no record, in learner: got undefined, wanted those of le/],
    ['new Learner', () => new Learner({ features: {} } as never), /learner: got an object for features, wanted what/],
  ] as const)('%s says what it wanted: %s', (_, make, message) => {
    expect(make).toThrow(message)
    expect(make).not.toThrow(TypeError)
  })
})

const sum = (): number => 0
