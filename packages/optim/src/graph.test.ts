import { type AnyNode, input, minimize } from '@eddy/graph'
import { linear, squaredError, tanh } from '@eddy/nodes'
import type { DType, Tensor } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import { adam, type Parameters, pure, reduceOnPlateau, sgd, type TransformOptimizer } from './index.ts'
import { specimens } from './testing.ts'

const optimizers: readonly (readonly [string, TransformOptimizer])[] = [
  // A tap sees the product of the factors alone.
  ...specimens.filter(({ layoutFree = true }) => layoutFree).map(({ name, optimizer }) => [name, optimizer] as const),
  ['adam on a plateau', adam({ learningRate: reduceOnPlateau({ learningRate: 0.1, every: 1, patience: 0 }) })],
]

interface Event {
  readonly features: readonly number[]
  readonly label: number
}

const events: readonly Event[] = [[1, 2, -1], [0, 0.5, 3], [0, 0, 0], [-2, 0.1, 1], [4, 5, 6]].map((features, k) => (
  { features, label: Math.abs(k - 2) }
))

describe('an optimizer in a graph', () => {
  const dtypes = ['f32', 'f64'] as const
  const cases = optimizers.flatMap(([name, optimizer]) => dtypes.map((dtype) => [name, dtype, optimizer] as const))
  it.each(cases)('%s, %s: moves every bit as the pure pair does', async (_, dtype, optimizer) => {
    const { states, gradients, losses } = await learn(optimizer, dtype)
    const { update } = pure(optimizer)
    events.forEach((__, k) => {
      const before = states[k]!
      const after = update(before, before.parameters, gradients[k]!, losses[k]!)
      expect(JSON.stringify(after.parameters)).toBe(JSON.stringify(states[k + 1]!.parameters))
      expect(JSON.stringify(after.state)).toBe(JSON.stringify(stateOf(states[k + 1]!)))
    })
  })

  it('publishes states that share what did not change and never change later', async () => {
    const { states } = await learn(adam(), 'f32')
    expect(states).toHaveLength(events.length + 1)
    expect(new Set(states.map((state) => JSON.stringify(state))).size).toBe(states.length)
    expect(Object.isFrozen(states[0]!.parameters)).toBe(true)
    // The third event has no features: with plain gradient descent its weights stay, and stay the same objects.
    const { states: plain } = await learn(sgd({ learningRate: 0.1 }), 'f32')
    const first = Object.keys(plain[0]!.parameters)[0]!
    expect(plain[3]!.parameters[first]).toBe(plain[2]!.parameters[first])
  })
})

interface Published {
  readonly step: number
  readonly parameters: Parameters
  readonly slots: Readonly<Record<string, Readonly<Record<string, Tensor>>>>
  readonly schedule: unknown
}

interface Learned {
  readonly states: readonly Published[]
  readonly gradients: readonly Readonly<Record<string, Tensor>>[]
  readonly losses: readonly number[]
}

const stateOf = ({ step, slots, schedule }: Published): object => ({ step, slots, schedule })

async function* source(): AsyncGenerator<Event> {
  yield* events
}

/** Trains 3-2-1 on the events; what was published, and what was tapped on the way. */
async function learn(optimizer: TransformOptimizer, dtype: DType): Promise<Learned> {
  const events$ = source()
  const x = input(events$, { shape: [3], select: (event: Event) => event.features })
  const y = input(events$, { shape: [1], select: (event: Event) => [event.label] })
  const loss = squaredError(x.pipe(linear(3, 2), tanh(), linear(2, 1)), y)
  const training = loss.pipe(minimize(optimizer, { dtype, seed: 3 }))
  const states: Published[] = []
  const tapped = new Map<string, Tensor[]>()
  const losses: number[] = []
  for (const leaf of leavesOf(loss)) {
    const own: Tensor[] = []
    tapped.set(leaf.name, own)
    leaf.gradient$.subscribe((gradient) => own.push(gradient))
  }
  training.state$.subscribe((state) => states.push(state))
  await new Promise<void>((resolve, reject) => {
    training.subscribe({ next: (step) => losses.push(step.loss), complete: resolve, error: reject })
  })
  const gradients = events.map((_, k) => Object.fromEntries([...tapped].map(([name, own]) => [name, own[k]!])))
  return { states, gradients, losses }
}

function leavesOf(node: AnyNode): readonly AnyNode[] {
  return node.role === 'parameter' ? [node] : node.inputs.flatMap(leavesOf)
}
