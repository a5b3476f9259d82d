import { adagrad, adam, f1, features, ftrl, numeric, type Optimizer, rmsprop, sgd } from 'eddy'
import { describe, expect, it } from 'vitest'
import { type Chances, formulas, linearByHand, softmaxByHand } from './by-hand.ts'
import {
  fieldsOf, linearRegression, logisticRegression, type Row, rowsOf, scaledByItself, softmaxRegression, targets,
  type Trace, traces,
} from './river-models.ts'

const logistic = (score: number): number => 1 / (1 + Math.exp(-score))
const identity = (score: number): number => score

/** Largest difference, relative where numbers exceed 1. */
function distance(got: readonly number[], wanted: readonly number[]): number {
  expect(got).toHaveLength(wanted.length)
  return Math.max(...wanted.map((value, k) => Math.abs(got[k]! - value) / Math.max(1, Math.abs(value))))
}

describe("River's ChickWeights: StandardScaler | LinearRegression, numeric({ standardize: 'after' })", () => {
  const rows = rowsOf('chick_weights')

  it.each([
    [0.01, 23.758656678867773, 37.03767126301035, 0.7279537206511313, 30.432219699626994, 20.75760844034268],
    [0.005, 24.488017178245396, 37.13011848108153, 0.7265939532381032, 33.88735065993045, 26.267946344920865],
  ])('SGD(%d): MAE, RMSE, R2, and the MAE at rows 11 and 22, to 12 digits', (learningRate, mae, rmse, r2, ...at) => {
    const model = linearRegression(rows, 'weight', sgd({ learningRate }))
    const path = rows.map((row) => {
      model.learnOne(row)
      return model.metrics.mae
    })
    expect(distance([path[10]!, path[21]!], at)).toBeLessThan(1e-12)
    const { metrics } = model
    expect(distance([metrics.mae, metrics.rmse, metrics.r2], [mae, rmse, r2])).toBeLessThan(1e-12)
  })
})

function distanceOf(got: Chances, wanted: Chances): number {
  const names = Object.keys(wanted)
  return names.length === 0 ? Object.keys(got).length : distance(names.map((name) => got[name]!), Object.values(wanted))
}

/** Names of one event get their slots in ascending order. */
const inOrder = (rows: readonly Row[], target: string): readonly string[] => [...fieldsOf(rows, target)].sort()

const optimizers: Readonly<Record<string, () => Optimizer>> = {
  'SGD(0.01)': () => sgd({ learningRate: 0.01 }),
  'Adam(0.01)': () => adam({ learningRate: 0.01 }),
  'AdaGrad(0.1)': () => adagrad({ learningRate: 0.1 }),
  'RMSProp(0.01, rho=0.9)': () => rmsprop({ learningRate: 0.01, alpha: 0.9 }),
  FTRLProximal: () => ftrl({ alpha: 0.05, beta: 1, l1: 0, l2: 1 }),
}

/** Learns a data set; predictions before learning, weights by name, intercept. */
function learned({ data, optimizer }: Trace) {
  const [rows, target] = [rowsOf(data), targets[data]!]
  const make = data === 'phishing' ? logisticRegression : linearRegression
  const model = make(rows, target, optimizers[optimizer]!())
  const predictions = rows.map((row) => model.learnOne(row).prediction)
  const { training: { parameters } } = model.snapshot()
  const weights = [...parameters['dense.weight']!.data]
  const names = inOrder(rows, target)
  return { rows, target, predictions, weights, names, intercept: parameters['dense.bias']!.data[0]! }
}

describe("River's linear models, step by step", () => {
  const linear = traces().filter(({ data }) => data !== 'image_segments')

  it.each(linear)('$data, $model, $optimizer', (trace) => {
    const { rows, target, predictions, weights, names, intercept } = learned(trace)
    const at = trace.predictions_before_learning as readonly (readonly [number, number])[]
    const final = names.map((name) => trace.final_weights[name] as number)
    const wanted = [...at.map(([, prediction]) => prediction), ...final]
    const shown = [...at.map(([row]) => predictions[row]!), ...weights]
    if (trace.optimizer === 'SGD(0.01)') {
      expect(distance([...shown, intercept], [...wanted, trace.final_intercept!])).toBeLessThan(1e-12)
      return
    }
    // River's formulas differ in the place of eps, and in one step of FTRL: with either, everything is as recorded.
    const { theirs, ours, before } = formulas[trace.optimizer]!
    const link = trace.data === 'phishing' ? logistic : identity
    const their = linearByHand(rows, names, target, link, theirs, before)
    expect(distance([...at.map(([row]) => their.predictions[row]!), ...their.weights], wanted)).toBeLessThan(1e-11)
    const our = linearByHand(rows, names, target, link, ours)
    expect(distance([...predictions, ...weights], [...our.predictions, ...our.weights])).toBeLessThan(1e-11)
    if (before === undefined) expect(distance(shown, wanted)).toBeLessThan(1e-6)
  })

  it('image_segments, SoftmaxRegression, SGD(0.01): the probabilities of classes as they come, 126 weights', () => {
    const trace = traces().find(({ data }) => data === 'image_segments')!
    const rows = rowsOf('image_segments')
    const names = inOrder(rows, 'category')
    const at = trace.predictions_before_learning as readonly (readonly [row: number, chances: Chances])[]
    const final = trace.final_weights as Readonly<Record<string, Readonly<Record<string, number>>>>
    const their = softmaxByHand(rows, names, 'category', 0.01, false)
    for (const [row, chances] of at) expect(distanceOf(their.predictions[row]!, chances)).toBeLessThan(1e-11)
    for (const [name, own] of Object.entries(final)) {
      expect(distance(their.weights[name]!, names.map((field) => own[field]!))).toBeLessThan(1e-11)
    }
    // River's first gradient of a new class is not that of a softmax over it; ours is.
    const our = softmaxByHand(rows, names, 'category', 0.01, true)
    const model = softmaxRegression(rows, 'category', sgd({ learningRate: 0.01 }))
    rows.forEach((row, k) => {
      const { classes, probabilities } = model.learnOne(row).prediction
      expect(distanceOf(Object.fromEntries(classes.map((name, c) => [name, probabilities[c]!])), our.predictions[k]!))
        .toBeLessThan(1e-11)
    })
    expect(model.metrics.macroF1).toBeCloseTo(0.8188, 2)
  })
})

describe("River's documentation on Phishing: F1 by optimizer", () => {
  const rows = rowsOf('phishing')
  const itself = scaledByItself(rows, 'is_phishing')
  const asTheyAre = features(Object.fromEntries(
    fieldsOf(rows, 'is_phishing').map((name) => [name, numeric({ standardize: false })]),
  ))
  type Way = 'new' | 'old'
  const play = (way: Way, optimizer: Optimizer) => {
    const model = way === 'new' ? logisticRegression(rows, 'is_phishing', optimizer)
      : logisticRegression(rows, 'is_phishing', optimizer, asTheyAre)
    const given: readonly Row[] = way === 'new' ? rows : itself
    const scores = given.map((row) => [model.learnOne(row).prediction, row['is_phishing'] as number] as const)
    return { metrics: model.metrics, scores }
  }

  // The examples were computed by several versions: in older ones, predicting taught the scaler.
  it.each<readonly [string, string, Optimizer, readonly Way[]]>([
    ['SGD(0.1)', '0.878521', sgd({ learningRate: 0.1 }), ['new', 'old']],
    ['AdaGrad()', '0.8801', adagrad({ learningRate: 0.1 }), ['new', 'old']],
    ['RMSProp()', '0.8724', rmsprop({ learningRate: 0.1, alpha: 0.9 }), ['new', 'old']],
    ['Adam()', '0.8650', adam({ learningRate: 0.1 }), ['old']],
    ['NesterovMomentum()', '0.8429', sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }), ['new', 'old']],
    ['Momentum()', '0.8416', sgd({ learningRate: 0.1, momentum: 0.9 }), ['old']],
  ])('%s: %s', (_, wanted, optimizer, ways) => {
    for (const way of ways) expect(play(way, optimizer).metrics.f1.toFixed(wanted.length - 2)).toBe(wanted)
  })

  it('FTRLProximal(): 0.8756, with the one step that its weights lag behind; ours, which do not, reach 0.8766', () => {
    const { theirs, before } = formulas['FTRLProximal']!
    const names = inOrder(rows, 'is_phishing')
    const { predictions } = linearByHand(rows, names, 'is_phishing', logistic, theirs, before)
    const metric = f1()
    predictions.forEach((prediction, k) => metric.update(prediction, rows[k]!['is_phishing'] as number))
    expect(metric.value.toFixed(4)).toBe('0.8756')
    expect(play('new', ftrl({ alpha: 0.05, l2: 1 })).metrics.f1.toFixed(4)).toBe('0.8766')
  })

  it('SGD(0.1): accuracy 88.96 %', () => {
    expect(play('new', sgd({ learningRate: 0.1 })).metrics.accuracy).toBe(0.8896)
  })

  it('SGD(0.005): accuracy 0.8872, F1 0.8712', () => {
    const { metrics } = play('new', sgd({ learningRate: 0.005 }))
    expect([metrics.accuracy.toFixed(4), metrics.f1.toFixed(4)]).toEqual(['0.8872', '0.8712'])
  })

  it('SGD(0.01): ROC AUC by ten thresholds, 89.80 % after 200 rows to 95.04 % after 1,250', () => {
    const { scores, metrics } = play('old', sgd({ learningRate: 0.01 }))
    const ladder = [200, 400, 600, 800, 1000, 1200, 1250].map((count) => areaOf(scores.slice(0, count)).toFixed(4))
    expect(ladder).toEqual(['0.8980', '0.9209', '0.9313', '0.9399', '0.9474', '0.9503', '0.9504'])
    expect(metrics.rocAuc).toBeCloseTo(0.9533, 4) // by all thresholds
  })
})

/** River's ROC AUC: trapezoids between ten thresholds. */
function areaOf(scores: readonly (readonly [prediction: number, label: number])[]): number {
  const thresholds = Array.from({ length: 10 }, (_, k) => k / 9 + (k === 0 ? -1e-7 : k === 9 ? 1e-7 : 0))
  const shareOf = (label: number, threshold: number): number => {
    const own = scores.filter(([, y]) => y === label)
    return own.filter(([p]) => p > threshold).length / own.length
  }
  const points = thresholds.map((threshold) => [shareOf(0, threshold), shareOf(1, threshold)] as const)
  return points.slice(1).reduce((area, [x, y], k) => area + (points[k]![0] - x) * (points[k]![1] + y) / 2, 0)
}

