import { Subject } from 'rxjs'
import fc from 'fast-check'
import {
  type AnyNode, defineOperator, input, type Layer, minimize, type Node, type Optimizer, parameter, type Rejection,
  type RunOptions,
  type Training,
} from '@eddy/graph'
import {
  add, concat, dropout, layerNorm, linear, mul, sigmoid, slice, softplus, standardize, stopGradient, sub, sum, tanh,
} from '@eddy/nodes'
import { adam, chain, clipByGlobalNorm, rmsprop, sgd } from '@eddy/optim'
import { normal, rng, standardNormal, tensor } from '@eddy/tensor'

/** One step of building: which operation, on which earlier nodes. Indices are taken modulo what exists. */
export interface Instruction {
  readonly kind: number
  readonly a: number
  readonly b: number
  readonly c: number
}

export interface Recipe {
  readonly seed: number
  readonly instructions: readonly Instruction[]
  readonly losses: number
  readonly optimizer: number
  readonly dtype: 'f32' | 'f64'
}

export const recipes: fc.Arbitrary<Recipe> = fc.record({
  seed: fc.nat(1_000_000),
  instructions: fc.array(
    fc.record({ kind: fc.nat(14), a: fc.nat(1000), b: fc.nat(1000), c: fc.nat(1000) }), { minLength: 1, maxLength: 14 },
  ),
  losses: fc.integer({ min: 1, max: 3 }),
  optimizer: fc.nat(4),
  dtype: fc.constantFrom('f32' as const, 'f64' as const),
})

export interface Event {
  readonly x: readonly number[]
  readonly z: readonly number[]
  /** Makes the JavaScript operator throw. */
  readonly bad?: boolean
}

const width = 4 as const

/** A graph on a source of its own, the same one every time it is built from the same recipe. */
export interface Built {
  readonly source: Subject<Event>
  /** All computed nodes and leaves, in order of construction. */
  readonly nodes: readonly AnyNode[]
  readonly training: Training
}

type Vector = Node<[4]>
type Half = (v: Vector) => Vector

/** Makes the operators below throw while an event is marked bad. */
const trouble = { on: false }

const halved = defineOperator({
  name: 'halved',
  forward: ([x], y) => {
    if (trouble.on) throw new Error('bad event')
    for (let i = 0; i < y.length; i++) y[i] = x![i]! / 2
  },
  backward: (dy, _inputs, _y, [dx]) => {
    if (dx != null) for (let i = 0; i < dx.length; i++) dx[i] = dy[i]! / 2
  },
})

interface BuildOptions extends RunOptions {
  readonly history?: number
  /** No JavaScript operator: everything is the tape machine's own. */
  readonly native?: boolean
  /** Instead of the optimizer that the recipe says. */
  readonly with?: Optimizer
}

/** Diamonds, fan-out, shared parameters, dead branches, several losses, random cotangents, a JavaScript operator. */
export function build(recipe: Recipe, { native = false, with: chosen, ...options }: BuildOptions = {}): Built {
  const half = native ? () => (v: Vector) => mul(v, 0.5) : halved
  const source = new Subject<Event>()
  const x = input(source, { shape: [width], select: (event) => event.x })
  const z = input(source, {
    shape: [width],
    select: (event) => {
      trouble.on = event.bad === true
      return event.z
    },
  })
  const shared = linear(width, width)
  const nodes: Vector[] = [x, z, x.pipe(linear(width, width)), z.pipe(half() as Half)]
  const pick = (index: number): Vector => nodes[(index + nodes.length) % nodes.length]!
  for (const { kind, a, b, c } of recipe.instructions) {
    nodes.push(made(kind, pick(a), pick(b), pick(c), shared, half() as Half))
  }
  const key = rng(recipe.seed, 'cotangents')
  const weigh = (node: Vector, weight: number): Node<[]> => sum(mul(node, weight))
  // Every loss depends on both inputs and on the JavaScript operator, so that whatever is wrong with an event matters.
  let loss: Node<[]> = add(weigh(nodes[0]!, 0.25), weigh(nodes[3]!, -0.5))
  for (let k = 0; k < recipe.losses; k++) {
    const weights = tensor(Array.from({ length: width }, (_, i) => standardNormal(key, k * width + i)), [width], 'f64')
    loss = add(loss, sum(mul(pick(nodes.length - 1 - k * 2), weights)))
  }
  const { seed, dtype, optimizer } = recipe
  const trained = loss.pipe(minimize(chosen ?? optimizerOf(optimizer), { seed, dtype, ...options }))
  return { source, nodes: nodes as readonly AnyNode[], training: trained }
}

function made(kind: number, a: Vector, b: Vector, c: Vector, shared: Layer<[4], [4]>, half: Half): Vector {
  switch (kind) {
    case 0: return add(a, b)
    case 1: return sub(a, b)
    case 2: return mul(a.pipe(tanh()), b.pipe(sigmoid()))
    case 3: return a.pipe(tanh())
    case 4: return a.pipe(softplus())
    case 5: return a.pipe(linear(width, width))
    case 6: return a.pipe(shared)
    case 7: return concat([a, b, c]).pipe(slice(3, 3 + width)) as Vector
    case 8: return a.pipe(dropout(0.3))
    case 9: return a.pipe(layerNorm(width))
    case 10: return a.pipe(half)
    case 11: return stopGradient(a)
    case 12: return a.pipe(standardize())
    case 13: return mul(a.pipe(tanh()), parameter({ shape: [width] as [4], initializer: normal(0, 1) }))
    default: return mul(a.pipe(sigmoid()), add(b, c))
  }
}

function optimizerOf(index: number): Optimizer {
  switch (index) {
    case 0: return sgd({ learningRate: 0.05 })
    case 1: return sgd({ learningRate: 0.02, momentum: 0.9, nesterov: true, weightDecay: 0.01 })
    case 2: return adam({ learningRate: 0.01 })
    case 3: return chain(clipByGlobalNorm(0.5), adam({ learningRate: 0.02 }))
    default: return rmsprop({ learningRate: 0.01 })
  }
}

/** Events that a seed determines. */
export function events(seed: number, count: number): Event[] {
  const key = rng(seed, 'events')
  const vector = (from: number): number[] => Array.from({ length: width }, (_, i) => standardNormal(key, from + i))
  return Array.from({ length: count }, (_, k) => ({ x: vector(8 * k), z: vector(8 * k + 4) }))
}

/** Everything that can be seen of a training: losses, the final state bit by bit, rejections. */
export interface Log {
  readonly losses: number[]
  readonly rejections: Pick<Rejection, 'node' | 'phase'>[]
  readonly state: string
}

/** Plays events through a graph and writes down what happened. */
export function play(built: Built, played: readonly Event[], between: (index: number) => void = () => {}): Log {
  const losses: number[] = []
  const rejections: Pick<Rejection, 'node' | 'phase'>[] = []
  const watching = built.training.rejected$.subscribe(({ node, phase }) => rejections.push({ node, phase }))
  const training = built.training.subscribe((step) => losses.push(step.loss))
  played.forEach((event, index) => {
    between(index)
    built.source.next(event)
  })
  const state = bits(built.training.snapshot())
  training.unsubscribe()
  watching.unsubscribe()
  return { losses, rejections, state }
}

/** A state as text in which every bit counts. */
export function bits(state: unknown): string {
  return JSON.stringify(state, (_key, value: unknown) => (
    value instanceof Float32Array || value instanceof Float64Array
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex') : value
  ))
}
