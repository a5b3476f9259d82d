import { tensor, type Tensor } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import {
  accumulate, adam, chain, clipByGlobalNorm, clipByValue, type GradientValue, normalizedAdagrad, type Parameters, pure,
  sgd, stepDecay, type TransformOptimizer,
} from '../index.ts'

const dense = (data: readonly number[]): Tensor => tensor([...data], [data.length / 2, 2], 'f64')
const gradients = Array.from({ length: 12 }, (_, t) => (
  dense(Array.from({ length: 8 }, (__, i) => Math.sin(3 * t + i) * (i + 1)))
))

/** The weights after every event. */
function follow(optimizer: TransformOptimizer, stream: readonly GradientValue[]): readonly Parameters[] {
  const { init, update } = pure(optimizer)
  let parameters: Parameters = { w: dense([1, -1, 2, 0, 0.5, 3, -2, 1]) }
  let state = init(parameters)
  return stream.map((w) => {
    ;({ state, parameters } = update(state, parameters, { w }))
    return parameters
  })
}

/** What PyTorch's backward() of k events adds up to, divided by k or not. */
const together = (stream: readonly Tensor[], k: number, divisor: number): readonly Tensor[] => (
  Array.from({ length: Math.floor(stream.length / k) }, (_, window) => {
    const parts = stream.slice(window * k, (window + 1) * k)
    const sumOf = (i: number): number => parts.reduce((sum, part) => sum + part.data[i]!, 0)
    return dense([...parts[0]!.data].map((__, i) => sumOf(i) * (1 / divisor)))
  })
)

describe('accumulate(k)', () => {
  const decaying = stepDecay({ learningRate: 0.1, stepSize: 2, gamma: 0.5 })
  const optimizers = [
    ['sgd with momentum', sgd({ learningRate: 0.1, momentum: 0.9, dampening: 0.5, weightDecay: 0.1 })],
    ['adam', adam({ learningRate: 0.1, amsgrad: true })], ['a schedule', adam({ learningRate: decaying })],
    ['two transforms', chain(clipByValue(0.5), sgd({ learningRate: 0.1 }))],
  ] as const

  it.each(optimizers)('%s: is accumulate, then step, and nothing in between', (_, optimizer) => {
    for (const [k, reduction] of [[1, 'mean'], [2, 'sum'], [3, 'mean'], [4, 'sum']] as const) {
      const steps = follow(chain(accumulate(k, { reduction }), optimizer), gradients)
      const wanted = follow(optimizer, together(gradients, k, reduction === 'mean' ? k : 1))
      wanted.forEach(({ w }, window) => {
        expect(steps[(window + 1) * k - 1]!['w']!.toArray()).toEqual(w!.toArray())
        for (let at = window * k; at < (window + 1) * k - 1; at++) {
          expect(steps[at]!['w']).toBe(window === 0 ? steps[0]!['w'] : steps[window * k - 1]!['w'])
        }
      })
    }
  })

  it('updates every row that the events of a window have touched, and no other', () => {
    const rows = (indices: readonly number[], scale: number): GradientValue => (
      { kind: 'lookup', gradient: dense(indices.flatMap((i) => [scale * (i + 1), -scale])), indices }
    )
    const stream = [rows([0], 1), rows([2], 2), rows([2, 3], 1), rows([0], 3)]
    const optimizer = adam({ learningRate: 0.1 })
    const steps = follow(chain(accumulate(2, { reduction: 'sum' }), optimizer), stream)
    const union: readonly GradientValue[] = [
      { kind: 'lookup', gradient: dense([1, -1, 6, -2]), indices: [0, 2] },
      { kind: 'lookup', gradient: dense([3, -3, 3, -1, 4, -1]), indices: [0, 2, 3] },
    ]
    const wanted = follow(optimizer, union)
    expect(steps[1]!['w']!.toArray()).toEqual(wanted[0]!['w']!.toArray())
    expect(steps[3]!['w']!.toArray()).toEqual(wanted[1]!['w']!.toArray())
  })

  it('clips each event when clipByGlobalNorm stands in front', () => {
    const plain = sgd({ learningRate: 1 })
    const steps = follow(chain(clipByGlobalNorm(1), accumulate(3, { reduction: 'sum' }), plain), gradients)
    const clipped = gradients.slice(0, 3).map(({ data }) => {
      const norm = Math.sqrt([...data].reduce((sum, g) => sum + g * g, 0))
      return dense([...data].map((g) => g / (norm + 1e-6)))
    })
    const [wanted] = follow(plain, together(clipped, 3, 1))
    const after = [...steps[2]!['w']!.data]
    after.forEach((value, i) => expect(value).toBeCloseTo(wanted!['w']!.data[i]!, 12))
  })

  it('is bounded as the optimizer behind it, and refuses misuse', () => {
    expect(chain(accumulate(8), adam()).bounded).toBe(true)
    expect(chain(accumulate(2 ** 10, { reduction: 'sum' }), adam()).bounded).toBe(true)
    expect(chain(accumulate(8), adam({ eps: 0 })).bounded).toBe(false)
    expect(() => accumulate(0)).toThrow(/k is out of range.*integer/)
    expect(() => accumulate(1.5)).toThrow(/integer/)
    expect(() => accumulate(2, { reduction: 'max' as never })).toThrow(/'mean' or 'sum'/)
    expect(() => chain(accumulate(2), accumulate(3), sgd())).toThrow(/two transforms accumulate/)
    expect(() => chain(accumulate(2), clipByGlobalNorm(1), sgd())).toThrow(/Move clipByGlobalNorm to the front/)
    expect(() => chain(accumulate(2), normalizedAdagrad())).toThrow(/raw gradients/)
  })
})
