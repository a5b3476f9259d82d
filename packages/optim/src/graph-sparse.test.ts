import { constant, input, minimize, type TrainingState } from '@eddy/graph'
import { add, embedding, sparseLinear, squaredError, sum } from '@eddy/nodes'
import { type DType, tensor, type Tensor } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import { type GradientValue, pure, type TransformOptimizer } from './index.ts'
import { specimens } from './testing.ts'

const optimizers = specimens.map(({ name, optimizer }) => [name, optimizer] as const)

interface Event {
  /** Sparse features; the second event names one twice, the third none. */
  readonly indices: readonly number[]
  readonly values: readonly number[]
  /** Words to look up; the first event has one twice. */
  readonly words: readonly [number, number]
}

const events: readonly Event[] = [
  { indices: [5, 1], values: [1, -2], words: [3, 3] }, { indices: [1, 4, 1], values: [0.5, 3, 1], words: [0, 1] },
  { indices: [], values: [], words: [1, 3] }, { indices: [0, 1, 2, 3], values: [1, 1e-20, 0, 2], words: [2, 0] },
]

describe('an optimizer with sparse gradients in a graph', () => {
  const dtypes = ['f32', 'f64'] as const
  const cases = optimizers.flatMap(([name, optimizer]) => dtypes.map((dtype) => [name, dtype, optimizer] as const))
  it.each(cases)('%s, %s: moves every bit as the pure pair does', async (_, dtype, optimizer) => {
    const { states, gradients, losses } = await learn(optimizer, dtype)
    const { update } = pure(optimizer)
    for (const [k, gradient] of gradients.entries()) {
      const before = states[k]!
      const after = update(before, before.parameters, gradient, losses[k]!)
      expect(JSON.stringify(after.parameters)).toBe(JSON.stringify(states[k + 1]!.parameters))
      expect(JSON.stringify(after.state.slots)).toBe(JSON.stringify(states[k + 1]!.slots))
    }
    expect(gradients).toHaveLength(events.length)
  })
})

interface Learned {
  readonly states: readonly TrainingState[]
  readonly gradients: readonly Readonly<Record<string, GradientValue>>[]
  readonly losses: readonly number[]
}

async function* source(): AsyncGenerator<Event> {
  yield* events
}

/** Learns a sparse layer and a table of words; the gradients are made from those of the layers' outputs. */
async function learn(optimizer: TransformOptimizer, dtype: DType): Promise<Learned> {
  const events$ = source()
  const x = input(events$, { shape: [6], pairs: 4, select: ({ indices, values }: Event) => ({ indices, values }) })
  const words = input(events$, { shape: [2], select: (event: Event) => event.words })
  const layer = x.pipe(sparseLinear(6, 3, { bias: false }))
  const looked = words.pipe(embedding(5, 3))
  const loss = squaredError(add(layer, sum(looked, { axis: 0 })), constant(tensor([1, -1, 2])))
  const ofLayer: Tensor[] = []
  const ofLooked: Tensor[] = []
  const states: TrainingState[] = []
  layer.gradient$.subscribe((gradient) => ofLayer.push(gradient))
  looked.gradient$.subscribe((gradient) => ofLooked.push(gradient))
  const training = loss.pipe(minimize(optimizer, { dtype, seed: 5 }))
  training.state$.subscribe((state) => states.push(state))
  const losses: number[] = []
  await new Promise<void>((resolve, reject) => {
    training.subscribe({ next: (step) => losses.push(step.loss), complete: resolve, error: reject })
  })
  const gradients = events.map(({ indices, values, words: looks }, k) => ({
    'sparseLinear.weight': {
      kind: 'rows', gradient: ofLayer[k]!, indices, values: tensor([...values], [values.length], dtype),
    },
    'embedding.weight': { kind: 'lookup', gradient: ofLooked[k]!, indices: looks },
  } as const))
  return { states, gradients, losses }
}
