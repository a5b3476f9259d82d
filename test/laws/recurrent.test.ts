import { readFileSync } from 'node:fs'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { type AnyNode, input, type Layer, minimize, type Node, type Optimizer } from '@eddy/graph'
import { add, delay, gru, linear, mean, mul, recurrent, type RecurrentCell, squaredError, tanh } from '@eddy/nodes'
import { sgd } from '@eddy/optim'
import { initialize, normal, rng, type Shape, standardNormal, tensor, type Tensor } from '@eddy/tensor'

type Any = Node<Shape>
interface Event { readonly x: readonly number[]; readonly y: number; readonly key?: number }

const [inputs, hidden] = [3, 4]

/** h' = tanh(W x + b + U h). */
function cell(): RecurrentCell {
  const ofInput = linear(inputs, hidden, {
    weight: drawn('w', [hidden, inputs]), bias: tensor([0, 0, 0, 0]),
  }) as unknown as Layer<Shape, Shape>
  const ofState = linear(hidden, hidden, { weight: drawn('u', [hidden, hidden]), bias: false }) as unknown as Layer<
    Shape, Shape
  >
  return {
    label: 'plain(3, 4)', inputs, states: [hidden],
    step: (x, [h]) => [tanh()(add(ofInput(x), ofState(h!)) as Any)],
  }
}

const head = () => linear(hidden, 1, { weight: drawn('v', [1, hidden]), bias: tensor([0], [1], 'f64') })

const stream = Array.from({ length: 25 }, (_, t): Event => ({
  x: [0, 1, 2].map((i) => standardNormal(rng(1, 'x'), 3 * t + i)), y: standardNormal(rng(1, 'y'), t),
  key: Math.floor(t / 6),
}))

/** Numbers that depend on the name alone, so that both ways start alike. */
function drawn<const S extends readonly [number, number]>(name: string, shape: S): Tensor<[S[0], S[1]]> {
  return initialize(normal(0, 0.5), [shape[0], shape[1]], rng(1, name), 'f64')
}

interface Outcome { readonly losses: number[]; readonly parameters: number[][] }

function learn(optimizer: Optimizer, truncate: number, reset = false): Outcome {
  const source = new Subject<Event>()
  const x = input(source, { shape: [inputs], select: (e) => e.x }) as Any
  const y = input(source, { shape: [1], select: (e) => e.y })
  const key = input(source, { shape: [1], select: (e) => e.key ?? 0 })
  const layer = recurrent(cell(), { truncate, ...(reset ? { reset: key } : {}) })
  const output = (layer(x) as unknown as Node<[4]>).pipe(head())
  const training = squaredError(output, y).pipe(minimize(optimizer, { dtype: 'f64', seed: 4 }))
  const losses: number[] = []
  training.subscribe((step) => losses.push(step.loss))
  for (const event of stream) source.next(event)
  return { losses, parameters: Object.values(training.snapshot().parameters).map((t) => [...t.data]) }
}

/** The same by hand: a fresh unrolled graph for every event, the state carried in JavaScript. */
function learnUnrolled(truncate: number, reset: boolean): Outcome {
  const losses: number[] = []
  let parameters: Tensor[] | null = null
  let window: Event[] = []
  let start: number[] = new Array<number>(hidden).fill(0)
  let lastKey: number | null = null
  for (const event of stream) {
    if (reset && lastKey !== null && event.key !== lastKey) {
      window = []
      start = new Array<number>(hidden).fill(0)
    }
    lastKey = event.key ?? 0
    window = [...window, event].slice(-truncate)
    const result = unrolledStep(window, start, parameters, learned)
    losses.push(result.loss)
    parameters = result.parameters
    if (window.length === truncate) start = result.first
  }
  return { losses, parameters: parameters!.map((t) => [...t.data]) }
}

interface Numbers { readonly shape: readonly number[]; readonly data: readonly number[] }
interface Case {
  readonly id: string
  readonly op: string
  readonly inputs: Record<string, Numbers>
  readonly output: Numbers
}

const ops = JSON.parse(readFileSync(new URL('../fixtures/ops.json', import.meta.url), 'utf8')) as { cases: Case[] }
const fixtures = ops.cases.filter(({ op }) => op === 'gru_sequence')

const learned = sgd({ learningRate: 0.05 })

function unrolledStep(
  window: readonly Event[], start: readonly number[], parameters: readonly Tensor[] | null, optimizer: Optimizer,
): { loss: number; parameters: Tensor[]; first: number[] } {
  const source = new Subject<readonly Event[]>()
  const { step } = cell()
  const s = input(source, { shape: [hidden], select: () => start }) as Any
  const output = head()
  const states: AnyNode[] = []
  let h: Any = s
  window.forEach((_event, j) => {
    h = step(input(source, { shape: [inputs], select: (w) => w[j]!.x }) as Any, [h])[0]!
    states.push(h)
  })
  const y = input(source, { shape: [1], select: (w) => w.at(-1)!.y })
  const loss = squaredError((h as unknown as Node<[4]>).pipe(output), y)
  const training = loss.pipe(minimize(optimizer, { dtype: 'f64', seed: 4 }))
  const names = Object.keys(training.snapshot().parameters)
  if (parameters !== null) {
    training.restore({
      ...training.snapshot(), parameters: Object.fromEntries(names.map((name, k) => [name, parameters[k]!])),
    })
  } else names.forEach((name) => expect(name).toMatch(/weight|bias/))
  let first: number[] = []
  states[0]!.subscribe((value) => void (first = [...value.data]))
  let found = Number.NaN
  training.subscribe((result) => void (found = result.loss))
  source.next(window)
  return { loss: found, parameters: Object.values(training.snapshot().parameters), first }
}

describe('recurrent', () => {
  it.each([[1, false], [2, false], [5, false], [3, true], [1, true]])(
    'truncate %i, reset %s: learns like the graph that is unrolled by hand at every event', (truncate, reset) => {
      const carried = learn(learned, truncate, reset)
      const unrolled = learnUnrolled(truncate, reset)
      carried.losses.forEach((loss, t) => expect(Math.abs(loss - unrolled.losses[t]!)).toBeLessThan(1e-12))
      expect(carried.parameters.length).toBe(unrolled.parameters.length)
      carried.parameters.forEach((values, k) => values.forEach((value, i) => {
        expect(Math.abs(value - unrolled.parameters[k]![i]!)).toBeLessThan(1e-12)
      }))
    },
  )

  it('looks further back with a larger truncate, so what it learns differs', () => {
    expect(learn(learned, 2).parameters).not.toEqual(learn(learned, 6).parameters)
  })

  it.each(fixtures)('of gru() follows $id of PyTorch, one event at a time', ({ inputs: given, output }) => {
    const [steps, batch, width] = given['x']!.shape as [number, number, number]
    const size = given['h']!.shape[1]!
    const leaf = (name: string): Tensor => tensor(given[name]!.data, given[name]!.shape, 'f64')
    const cellOf = () => gru(width, size, {
      weightInput: leaf('w_ih'), weightHidden: leaf('w_hh'), biasInput: leaf('b_ih'), biasHidden: leaf('b_hh'),
    })
    for (let b = 0; b < batch; b++) {
      const source = new Subject<readonly number[]>()
      const states = recurrent(cellOf(), { truncate: 2 })(input(source, { shape: [width] }) as unknown as Any)
      const training = mean(states).pipe(minimize(sgd({ learningRate: 0 }), { dtype: 'f64' }))
      const start = training.snapshot()
      const name = Object.keys(start.buffers).find((key) => key.endsWith('.state'))!
      const first = tensor(given['h']!.data.slice(b * size, (b + 1) * size), [size], 'f64')
      training.restore({ ...start, buffers: { ...start.buffers, [name]: first } })
      const seen: number[] = []
      states.subscribe((value) => seen.push(...value.data))
      training.subscribe()
      for (let t = 0; t < steps; t++) {
        source.next(given['x']!.data.slice((t * batch + b) * width, (t * batch + b + 1) * width))
      }
      const wanted = Array.from({ length: steps }, (_, t) => (
        output.data.slice((t * batch + b) * size, (t * batch + b + 1) * size)
      )).flat()
      seen.forEach((value, i) => expect(Math.abs(value - wanted[i]!)).toBeLessThan(1e-13))
      expect(seen).toHaveLength(wanted.length)
    }
  })

  it.each([0, -1, 1.5])('truncate %s is refused', (truncate) => {
    expect(() => recurrent(cell(), { truncate })).toThrow(/recurrent\(plain\(3, 4\)\).*a positive integer/)
  })

  it('another number of inputs is a ShapeError that names the layer and what came before', () => {
    const x = input(new Subject<number>(), { shape: [2], select: () => [1, 2] }) as Any
    expect(() => recurrent(cell())(x)).toThrow(/recurrent\(plain\(3, 4\)\) after input\(\[2\]\)/)
  })
})

describe('delay', () => {
  it('gives back what it returned at the last event, and starts from zeros or what was given', () => {
    const source = new Subject<number>()
    const x = input(source, { shape: [1] })
    const level = delay([1], (previous) => add(mul(previous, 0.5), x) as Node<[1]>)
    const seen: number[] = []
    level.subscribe((value) => seen.push(value.item()))
    squaredError(level.pipe(linear(1, 1)), x).pipe(minimize(learned)).subscribe()
    for (const value of [8, 0, 0, 4]) source.next(value)
    expect(seen).toEqual([8, 4, 2, 5])
  })

  it('does not remember an event that was rejected', () => {
    const source = new Subject<{ x: number; y: number }>()
    const x = input(source, { shape: [1], select: (e) => e.x })
    const y = input(source, { shape: [1], select: (e) => e.y })
    const sum = delay([1], (previous) => add(previous, x) as Node<[1]>)
    const training = squaredError(sum.pipe(linear(1, 1)), y).pipe(minimize(learned))
    const values: number[] = []
    sum.subscribe((value) => values.push(value.item()))
    training.subscribe()
    source.next({ x: 1, y: 0 })
    source.next({ x: 10, y: Number.NaN })
    source.next({ x: 2, y: 0 })
    expect(values).toEqual([1, 3])
    expect(training.counters).toMatchObject({ committed: 2, rejected: 1 })
  })

  it('of another shape than it started with is refused', () => {
    const x = input(new Subject<number>(), { shape: [2], select: () => [1, 2] })
    expect(() => delay([1], () => x as never)).toThrow(/remember.*got \[2\], wanted \[1\]/)
  })
})
