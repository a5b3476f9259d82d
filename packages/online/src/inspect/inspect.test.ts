import { backward, input, minimize, type Node } from '@eddy/graph'
import { add, linear, mul, relu, sigmoid, squaredError, stopGradient, tanh } from '@eddy/nodes'
import { sgd } from '@eddy/optim'
import {
  constant, type Initializer, kaimingNormal, normal, rng, standardNormal, tensor, type Tensor, zeros,
} from '@eddy/tensor'
import { from, type Observable, Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { activationStatistics, deadUnits } from './activations.ts'
import { gradientFlow, gradientNorms, namedGradients } from './gradients.ts'
import { histogram } from './histogram.ts'
import { updateRatios, weightHistograms, weightNorms } from './weights.ts'

function seen<T>(stream: Observable<T>): T[] {
  const all: T[] = []
  stream.subscribe((value) => all.push(value))
  return all
}

/** y = 2 (w x + b) with w = [3, 4] and b = 0.5, against a target: every number below can be found by hand. */
function byHand() {
  const events$ = new Subject<readonly [x: readonly number[], y: number]>()
  const x = input(events$, { shape: [2], select: ([features]) => features })
  const y = input(events$, { shape: [1], select: ([, label]) => [label] })
  const first = linear(2, 1, { name: 'first', weight: tensor([[3, 4]]), bias: tensor([0.5]) })
  const loss = squaredError(x.pipe(first, linear(1, 1, { name: 'second', weight: tensor([[2]]), bias: false })), y)
  return { events$, loss }
}

describe('namedGradients, gradientNorms', () => {
  it('emit the gradients of all parameters of one event by name, and their length layer by layer', () => {
    const { events$, loss } = byHand()
    const [gradients, norms] = [seen(namedGradients(loss)), seen(gradientNorms(loss))]
    loss.pipe(backward()).subscribe()
    // hidden = 3 - 4 + 0.5 = -0.5, output = -1, d = 2 (-1 - 1) = -4, back at hidden: -8.
    events$.next([[1, -1], 1])
    events$.next([[0, 0], 1])
    expect(gradients.map((each) => Object.entries(each).map(([name, { data }]) => [name, ...data]))).toEqual([
      [['first.weight', -8, 8], ['first.bias', -8], ['second.weight', 2]],
      [['first.weight', 0, 0], ['first.bias', 0], ['second.weight', 0]],
    ])
    expect(norms).toEqual([{ first: Math.hypot(8, 8, 8), second: 2 }, { first: 0, second: 0 }])
    expect(Object.keys(norms[0]!)).toEqual(['first', 'second'])
  })

  it('say nothing of an event that is rejected, and leave learning as it is', () => {
    const learn = (watched: boolean): { bits: string; count: number } => {
      const { events$, loss } = byHand()
      const norms = watched ? [seen(gradientNorms(loss)), seen(updateRatios(loss)), seen(weightHistograms(loss))] : []
      const training = loss.pipe(minimize(sgd({ learningRate: 0.01 })))
      training.subscribe()
      for (const event of [[[1, 2], 3], [[NaN, 1], 1], [[0.5, 0], -1]] as const) events$.next(event)
      return { bits: JSON.stringify(training.snapshot()), count: norms[0]?.length ?? 0 }
    }
    expect(learn(true)).toEqual({ bits: learn(false).bits, count: 2 })
  })

  it('a parameter that no gradient reaches counts with zeros', () => {
    const events$ = from([[1, 2]])
    const x = input(events$, { shape: [2] })
    const frozen = stopGradient(x.pipe(linear(2, 2, { name: 'frozen' })))
    const loss = squaredError(frozen.pipe(linear(2, 2, { name: 'head' })), x)
    const norms = seen(gradientNorms(loss))
    loss.pipe(backward()).subscribe()
    expect(norms).toEqual([{ frozen: 0, head: expect.any(Number) }])
    expect(norms[0]!['head']).toBeGreaterThan(0)
  })

  it('complete with the events, and at once where there is no parameter', () => {
    const x = input(from([[1, 2]]), { shape: [2] })
    const loss = squaredError(x.pipe(linear(2, 2)), x)
    let completed = 0
    gradientNorms(loss).subscribe({ complete: () => completed++ })
    loss.pipe(backward()).subscribe()
    namedGradients(x).subscribe({ complete: () => completed++ })
    expect(completed).toBe(2)
  })
})

describe('gradientFlow(loss)', () => {
  const depth = 10

  function flow(activation: () => (x: Node<[number]>) => Node<[number]>, weight: Initializer, width = 16) {
    const draws = rng(3, 'x')
    const values = Array.from({ length: width }, (_, k) => Math.abs(standardNormal(draws, k)))
    const x = input(from([values]), { shape: [width] })
    let node: Node<[number]> = x
    for (let k = 0; k < depth; k++) node = node.pipe(linear(width, width, { weight, bias: zeros() }), activation())
    const loss = squaredError(node, x)
    const flows = seen(gradientFlow(loss))
    loss.pipe(backward({ dtype: 'f64', seed: 1 })).subscribe()
    return flows[0]!
  }

  it('a chain of ten sigmoids vanishes: each lets at most a quarter through', () => {
    const { ratio, verdict, layers } = flow(sigmoid, constant(1), 1)
    expect(verdict).toBe('vanishing')
    expect(ratio).toBeLessThan(0.25 ** (depth - 1))
    expect(Object.values(layers)).toEqual(Object.values(layers).sort((a, b) => a - b))
    expect(Object.keys(layers)[0]).toBe('linear')
    expect(Object.keys(layers)).toHaveLength(depth)
  })

  it('relu with weights of 3 explodes: three times more in each layer further back', () => {
    const { ratio, verdict } = flow(relu, constant(3), 1)
    expect(verdict).toBe('exploding')
    expect(ratio / 3 ** (depth - 1)).toBeCloseTo(1, 12)
  })

  it('relu with weights that are too large explodes, drawn by kaimingNormal it stays', () => {
    expect(flow(relu, normal(0, 2)).verdict).toBe('exploding')
    expect(flow(relu, kaimingNormal()).verdict).toBe('steady')
  })

  it('all zeros: the last layer alone gets a gradient; where none comes at all there is no ratio', () => {
    const x = input(from([[0, 0]]), { shape: [2] })
    const loss = squaredError(x.pipe(linear(2, 2, { weight: zeros(), bias: false })), x)
    const flows = seen(gradientFlow(loss))
    loss.pipe(backward()).subscribe()
    expect(flows).toEqual([{ layers: { linear: 0 }, ratio: NaN, verdict: 'none' }])
    expect(flow(tanh, zeros()).verdict).toBe('vanishing')
  })

  it('gradients beyond the squares of a double are measured all the same', () => {
    expect(flow(relu, constant(1e15), 1).layers['linear']).toBeGreaterThan(1e250)
  })
})

describe('weightNorms, updateRatios, weightHistograms', () => {
  it('follow every update: sgd moves by learningRate * gradient', () => {
    const { events$, loss } = byHand()
    const [norms, ratios] = [seen(weightNorms(loss)), seen(updateRatios(loss))]
    loss.pipe(minimize(sgd({ learningRate: 0.25 }), { dtype: 'f64' })).subscribe()
    events$.next([[1, -1], 1])
    events$.next([[0, 0], 0])
    // After the first event: first = [5, 2], bias 2.5, second 1.5.
    expect(norms).toEqual([
      { first: expect.closeTo(Math.hypot(3, 4, 0.5), 14), second: 2 },
      { first: expect.closeTo(Math.hypot(5, 2, 2.5), 14), second: 1.5 },
    ])
    expect(ratios).toEqual([
      { first: expect.closeTo(Math.hypot(2, 2, 2) / Math.hypot(3, 4, 0.5), 14), second: 0.25 },
    ])
  })

  it('updateRatios is 0 for what stands still and Infinity for zeros that move', () => {
    const events$ = new Subject<readonly number[]>()
    const x = input(events$, { shape: [1] })
    const still = stopGradient(x.pipe(linear(1, 1, { name: 'still' })))
    const moved = x.pipe(linear(1, 1, { name: 'moved', weight: zeros(), bias: zeros() }))
    const loss = squaredError(add(moved, still), mul(x, 9))
    const ratios = seen(updateRatios(loss))
    loss.pipe(minimize(sgd({ learningRate: 0.1 }))).subscribe()
    events$.next([1])
    events$.next([1])
    expect(ratios).toEqual([{ moved: Infinity, still: 0 }])
  })

  it('weightHistograms has one for each parameter', () => {
    const { events$, loss } = byHand()
    const histograms = seen(weightHistograms(loss, { bins: 2, range: [0, 4] }))
    loss.pipe(backward()).subscribe()
    events$.next([[1, 1], 1])
    expect(Object.entries(histograms[0]!).map(([name, { counts }]) => [name, counts])).toEqual([
      ['first.weight', [0, 2]], ['first.bias', [1, 0]], ['second.weight', [0, 1]],
    ])
  })
})

describe('histogram(options)', () => {
  const of = (values: readonly number[], options = {}): unknown => (
    seen(from([tensor([...values])]).pipe(histogram(options)))[0]
  )

  it('counts elements bin by bin; an edge belongs to the bin above it, the last edge to the last bin', () => {
    expect(of([0, 1, 1.5, 2, 3, 4], { bins: 4 })).toEqual({ low: 0, high: 4, counts: [1, 2, 1, 2], below: 0, above: 0 })
  })

  it('counts what lies outside of a given range', () => {
    expect(of([-9, -1, 0, 1, 5, 6], { bins: 2, range: [-1, 1] })).toEqual(
      { low: -1, high: 1, counts: [1, 2], below: 1, above: 2 },
    )
  })

  it('spans half to both sides of equal elements, and 0 to 1 without any', () => {
    expect(of([3, 3, 3], { bins: 3 })).toMatchObject({ low: 2.5, high: 3.5, counts: [0, 3, 0] })
    expect(of([], { bins: 2 })).toMatchObject({ low: 0, high: 1, counts: [0, 0] })
  })

  it('throws a ValueError for bins and ranges that make no sense', () => {
    expect(() => histogram({ bins: 0 })).toThrow(/got 0, wanted a positive integer/)
    expect(() => histogram({ range: [1, 1] })).toThrow(/not in order/)
  })
})

describe('activationStatistics(node), deadUnits(node)', () => {
  function unit(events: readonly (readonly number[])[], bias: readonly number[]) {
    const x = input(from(events), { shape: [3] })
    const weight = tensor([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    return { x, hidden: x.pipe(linear(3, 3, { weight, bias: tensor([...bias]) as Tensor<[3]> }), relu()) }
  }

  it('activationStatistics has mean, deviation, extremes and the share of zeros', () => {
    const { x, hidden } = unit([[1, -5, 2]], [0, 0, 0])
    const statistics = seen(activationStatistics(hidden))
    squaredError(hidden, x).pipe(backward()).subscribe()
    expect(statistics).toEqual([
      { mean: 1, deviation: expect.closeTo(Math.sqrt(2 / 3), 12), least: 0, most: 2, zeroShare: 1 / 3 },
    ])
  })

  it('deadUnits counts a unit that has not fired within so many events, and forgives one that fires again', () => {
    const events = [[1, 1, 1], [1, -1, -1], [1, -1, -1], [1, -1, 1], [1, 1, -1]]
    const { x, hidden } = unit(events, [-100, 0, 0])
    const found = seen(deadUnits(hidden, { within: 3 }))
    squaredError(hidden, x).pipe(backward()).subscribe()
    expect(found.map(({ dead }) => dead)).toEqual([[], [], [0], [0, 1], [0]])
    expect(found.at(-1)).toEqual({ dead: [0], share: 1 / 3, units: 3, seen: 5 })
  })

  it('deadUnits looks at all rows of a unit', () => {
    const x = input(from([[[0, 1, 0], [0, 0, 2]]]), { shape: [2, 3] })
    const found = seen(deadUnits(x, { within: 1 }))
    squaredError(x.pipe((node) => mul(node, 1) as unknown as Node<[2, 3]>), x).pipe(backward()).subscribe()
    expect(found).toEqual([{ dead: [0], share: 1 / 3, units: 3, seen: 1 }])
  })

  it('throw for a plain observable and for a length that makes no sense', () => {
    expect(() => activationStatistics(new Subject())).toThrow(/activationStatistics: needs a Node/)
    expect(() => deadUnits(input(new Subject(), { shape: [1] }), { within: 0 })).toThrow(/wanted a positive integer/)
  })
})
