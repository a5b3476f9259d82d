import {
  type AnyNode, binaryCrossEntropy, binaryCrossEntropyWithLogits, crossEntropy, digest, features, hedged, hedgeOf,
  input, learner, type LearnerState, type Loss, minimize, numeric, predictor, reservoir, rng, sgd, squaredError,
  type Tensor, standardNormal, tanh, ValueError,
} from 'eddy'
import fc from 'fast-check'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'

interface Point { readonly x: readonly number[]; readonly y: number }

const inputs = 3
const classes = 4

function points(count: number, seed = 1): Point[] {
  const random = rng(seed, 'points')
  return Array.from({ length: count }, (_, i) => {
    const x = Array.from({ length: inputs }, (_x, k) => standardNormal(random, 4 * i + k))
    return { x, y: (x[0]! * x[1]! > 0 ? 2 : 0) + Number(x[2]! > 0) }
  })
}

type Matrix = number[][]

const matrix = ({ shape, data }: Tensor): Matrix => (
  Array.from({ length: shape[0]! }, (_, r) => Array.from(data.slice(r * shape[1]!, (r + 1) * shape[1]!)))
)
const times = (w: Matrix, x: readonly number[], b: readonly number[]): number[] => (
  w.map((row, i) => row.reduce((sum, value, j) => sum + value * x[j]!, b[i]!))
)

function softmax(logits: readonly number[]): number[] {
  const exps = logits.map(Math.exp)
  const total = exps.reduce((sum, e) => sum + e, 0)
  return exps.map((e) => e / total)
}

/** Algorithm 1 of the paper in loops: tanh layers, softmax outputs, plain gradient steps. */
class ByHand {
  readonly #hidden: { w: Matrix; b: number[] }[]
  readonly #outputs: { w: Matrix; b: number[] }[]
  alphas: number[]
  readonly #eta: number
  readonly #beta: number
  readonly #floor: number

  constructor(layers: readonly { w: Matrix; b: number[] }[], depths: number, eta: number, beta: number, s: number) {
    // In order of construction: the output at depth 0, then a hidden layer and its output for each depth.
    this.#outputs = layers.filter((_, i) => i % 2 === 0)
    this.#hidden = layers.filter((_, i) => i % 2 === 1)
    this.alphas = this.#outputs.map(() => 1 / (depths + 1))
    this.#eta = eta
    this.#beta = beta
    this.#floor = s / depths
  }

  /** What was predicted, and the loss. */
  learn(x: readonly number[], y: number): { readonly probabilities: number[]; readonly loss: number } {
    const h: number[][] = [[...x]]
    for (const { w, b } of this.#hidden) h.push(times(w, h.at(-1)!, b).map(Math.tanh))
    const p = this.#outputs.map(({ w, b }, k) => softmax(times(w, h[k]!, b)))
    const losses = p.map((own) => -Math.log(own[y]!))
    const probabilities = p[0]!.map((_, c) => p.reduce((sum, own, k) => sum + this.alphas[k]! * own[c]!, 0))
    const loss = losses.reduce((sum, own, k) => sum + this.alphas[k]! * own, 0)
    let back = h.at(-1)!.map(() => 0)
    for (let k = this.#outputs.length - 1; k >= 0; k--) {
      const { w, b } = this.#outputs[k]!
      const slope = p[k]!.map((own, c) => this.alphas[k]! * (own - Number(c === y)))
      back = back.map((sum, j) => sum + w.reduce((part, row, c) => part + row[j]! * slope[c]!, 0))
      slope.forEach((g, c) => {
        b[c]! -= this.#eta * g
        h[k]!.forEach((value, j) => (w[c]![j]! -= this.#eta * g * value))
      })
      if (k === 0) break
      const layer = this.#hidden[k - 1]!
      const inner = back.map((g, i) => g * (1 - h[k]![i]! ** 2))
      back = h[k - 1]!.map((_, j) => layer.w.reduce((sum, row, i) => sum + row[j]! * inner[i]!, 0))
      inner.forEach((g, i) => {
        layer.b[i]! -= this.#eta * g
        h[k - 1]!.forEach((value, j) => (layer.w[i]![j]! -= this.#eta * g * value))
      })
    }
    const kept = this.alphas.map((a, k) => Math.max(a * this.#beta ** losses[k]!, this.#floor))
    const total = kept.reduce((sum, a) => sum + a, 0)
    this.alphas = kept.map((a) => a / total)
    return { probabilities, loss }
  }
}

describe('hedged({ depths, width, loss }) on a bare graph', () => {
  it('is algorithm 1 of the paper: predictions, losses, weights and parameters of loops by hand', () => {
    const source = new Subject<Point>()
    const x = input(source, { shape: [inputs], select: (e) => e.x as number[] })
    const y = input(source, { shape: [], select: (e) => e.y })
    const net = hedged({ depths: 3, width: 5, loss: crossEntropy(), activation: tanh, discount: 0.9 })
    const logits = net.model(x, classes)
    const training = net.loss(logits, y).pipe(minimize(sgd({ learningRate: 0.1 }), { dtype: 'f64', seed: 3 }))
    const seen: number[][] = []
    hedgeOf(logits).weights.subscribe((weights) => seen.push(Array.from(weights.data)))
    const losses: number[] = []
    training.subscribe(({ loss }) => losses.push(loss))
    const { parameters } = training.snapshot()
    const names = Object.keys(parameters).filter((name) => name.endsWith('.weight'))
    expect(names).toHaveLength(7)
    const layers = names.map((name) => ({
      w: matrix(parameters[name]!), b: Array.from(parameters[name.replace('.weight', '.bias')]!.data),
    }))
    const hand = new ByHand(layers, 3, 0.1, 0.9, 0.2)
    const predict = predictor(logits)
    for (const [i, point] of points(200).entries()) {
      const predicted = softmax(Array.from(predict(point).data))
      const before = hand.alphas
      const { probabilities, loss } = hand.learn(point.x, point.y)
      source.next(point)
      probabilities.forEach((p, c) => expect(Math.abs(predicted[c]! - p)).toBeLessThan(1e-10))
      before.forEach((a, k) => expect(Math.abs(seen[i]![k]! - a)).toBeLessThan(1e-10))
      expect(Math.abs(losses[i]! - loss)).toBeLessThan(1e-10)
    }
    const after = training.snapshot()
    for (const [k, name] of names.entries()) {
      matrix(after.parameters[name]!).flat().forEach((w, i) => (
        expect(Math.abs(w - layers[k]!.w.flat()[i]!)).toBeLessThan(1e-10)
      ))
    }
    expect(after.buffers['hedged.weights']!.data).toHaveLength(4)
  })

  it('reads outputs by the link of the loss: means of probabilities, of numbers', () => {
    for (const [loss, read] of [
      [binaryCrossEntropyWithLogits(), (z: number) => 1 / (1 + Math.exp(-z))], [squaredError(), (z: number) => z],
    ] as const) {
      const source = new Subject<Point>()
      const x = input(source, { shape: [inputs], select: (e) => e.x as number[] })
      const y = input(source, { shape: [1], select: (e) => [e.y % 2] })
      const net = hedged({ depths: 2, width: 4, loss: loss as Loss })
      const prediction = net.model(x, 1)
      const training = net.loss(prediction as never, y as never)
        .pipe(minimize(sgd({ learningRate: 0.2 }), { dtype: 'f64' }))
      training.subscribe()
      const whole = predictor(prediction)
      const parts = hedgeOf(prediction).outputs.map((output) => predictor(output))
      for (const point of points(20)) {
        const { data } = training.snapshot().buffers['hedged.weights']!
        const wanted = parts.reduce((sum, part, k) => sum + data[k]! * read(part(point).item()), 0)
        expect(Math.abs(read(whole(point).item()) - wanted)).toBeLessThan(1e-12)
        source.next(point)
      }
    }
  })
})

type Row = { readonly a: number; readonly b: number; readonly c: number; readonly y: number }

const rows = (count: number, seed = 1): Row[] => points(count, seed).map(({ x, y }) => (
  { a: x[0]!, b: x[1]!, c: x[2]!, y }
))

/** What tests ask of it; `smoothing` and `discount` vary. */
function rowLearner(
  seed = 1, own: { readonly smoothing?: number; readonly discount?: number } = {}, others: object = {},
) {
  return learner({
    ...hedged({ depths: 3, width: 6, loss: crossEntropy(), ...own }), classes: [0, 1, 2, 3],
    features: features({ a: numeric(), b: numeric(), c: numeric() }), target: (row: Row) => row.y,
    optimizer: sgd({ learningRate: 0.05, momentum: 0.5 }), seed, ...others,
  })
}

const weightsIn = ({ training }: LearnerState): number[] => Array.from(training.buffers['hedged.weights']!.data)

describe('learner({ ...hedged(...) })', () => {
  it('weights add up to 1, none is below its floor, those of losers fall', () => {
    fc.assert(fc.property(
      fc.double({ min: 0, max: 0.9, noNaN: true }), fc.double({ min: 0.05, max: 0.999, noNaN: true }), fc.nat(50),
      (smoothing, discount, seed) => {
        const model = rowLearner(seed, { smoothing, discount })
        for (const row of rows(80, seed)) {
          model.learnOne(row)
          const weights = weightsIn(model.snapshot())
          expect(weights.reduce((sum, a) => sum + a, 0)).toBeCloseTo(1, 5)
          // Before the division no weight is below s / 3, and together they are at most 1 + 4 s / 3.
          const floor = smoothing / 3 / (1 + (4 * smoothing) / 3)
          for (const weight of weights) expect(weight).toBeGreaterThan(floor - 1e-6)
        }
      },
    ), { numRuns: 20 })
  })

  it('stop anywhere, restore elsewhere, undo: as if never stopped, to the digest', () => {
    const events = rows(160)
    fc.assert(fc.property(fc.nat(100), fc.nat(40), (stop, ahead) => {
      const [model, copy] = [rowLearner(), rowLearner(9)]
      for (const row of events.slice(0, stop)) model.learnOne(row)
      const before = model.snapshot()
      copy.restore(before)
      for (const row of events.slice(stop, stop + ahead)) {
        expect(copy.learnOne(row).loss).toBe(model.learnOne(row).loss)
      }
      expect(digest(copy.snapshot().training)).toBe(digest(model.snapshot().training))
      model.restore(before)
      expect(digest(model.snapshot().training)).toBe(digest(before.training))
    }), { numRuns: 10 })
  })

  it('fused, unfused, with balanced class weights and replay: the same bits', () => {
    const others = { classWeights: 'balanced', replay: reservoir({ size: 10, balanced: true }) }
    const [fused, unfused] = (['on', 'off'] as const).map((fusion) => rowLearner(1, {}, { ...others, fusion }))
    for (const row of rows(150)) expect(unfused!.learnOne(row).loss).toBe(fused!.learnOne(row).loss)
    expect(unfused!.snapshot().replay).toEqual(fused!.snapshot().replay)
    expect(digest(unfused!.snapshot().training)).toBe(digest(fused!.snapshot().training))
    expect(digest(fused!.snapshot().training)).not.toBe(digest(rowLearner().snapshot().training))
  })

  it('a rejected event moves no weight, a tap changes no bit, predicting neither', () => {
    const [model, plain] = [rowLearner(), rowLearner()]
    const seen: number[][] = []
    hedgeOf(model.nodes.prediction).weights.subscribe(({ data }) => seen.push(Array.from(data)))
    for (const row of rows(50)) {
      expect(() => model.learnOne({ ...row, a: Infinity })).toThrow(/rejected/)
      model.predictOne({ a: 100 })
      expect(model.learnOne(row).loss).toBe(plain.learnOne(row).loss)
    }
    expect(digest(model.snapshot().training)).toBe(digest(plain.snapshot().training))
    expect(seen).toHaveLength(50)
    expect(seen[0]).toEqual([0.25, 0.25, 0.25, 0.25])
  })

  it('with losses of numbers no single outlier decides', () => {
    const make = (bounded?: boolean) => learner({
      ...hedged({ depths: 2, width: 4, loss: squaredError(), ...(bounded === undefined ? {} : { bounded }) }),
      features: features({ a: numeric(), b: numeric() }), target: (row: Row) => row.y,
      optimizer: sgd({ learningRate: 0.01 }),
    })
    const [safe, plain] = [make(), make(false)]
    for (const row of rows(30)) for (const model of [safe, plain]) model.learnOne(row)
    const before = weightsIn(safe.snapshot())
    for (const model of [safe, plain]) model.learnOne({ a: 1, b: 1, c: 1, y: 1e4 })
    weightsIn(safe.snapshot()).forEach((weight, k) => expect(Math.abs(weight - before[k]!)).toBeLessThan(0.01))
    // Without bounds the discount of such a loss leaves nothing but the floors.
    expect(new Set(weightsIn(plain.snapshot()).map((weight) => weight.toFixed(5))).size).toBe(1)
  })

  it('refuses options out of range, losses it cannot mix, and predictions of others', () => {
    const make = (own: object) => () => hedged({ depths: 2, width: 4, loss: crossEntropy(), ...own })
    expect(make({ depths: 0 })).toThrow(ValueError)
    expect(make({ width: 2.5 })).toThrow(/width is out of range.*got 2.5/)
    expect(make({ discount: 1 })).toThrow(/discount is out of range/)
    for (const loss of [undefined, crossEntropy]) expect(make({ loss })).toThrow(/this is no loss, in hedged/)
    expect(make({ smoothing: 1 })).toThrow(/smoothing is out of range/)
    expect(() => hedged({ depths: 2, width: 4, loss: binaryCrossEntropy() })).toThrow(/WithLogits/)
    const source = new Subject<Point>()
    const x = input(source, { shape: [inputs], select: (e) => e.x as number[] })
    const y = input(source, { shape: [], select: (e) => e.y })
    const [one, other] = [make({})(), make({})()]
    expect(() => one.loss(other.model(x, 3), y)).toThrow(/not that of the model made with this loss/)
    for (const node of [x, undefined]) {
      expect(() => hedgeOf(node as AnyNode)).toThrow(/no prediction of a hedged network/)
    }
  })
})
