import { describe, expect, it } from 'vitest'
import { anyLearning } from '../learning.ts'
import { w1Model } from '../workloads/w1.ts'
import { w2AdamModel, w2DenseModel } from '../workloads/w2.ts'
import { w3Model } from '../workloads/w3.ts'
import { libraries } from './install.ts'
import { peersOf } from './peers.ts'

const models = [w1Model, w2DenseModel, w2AdamModel, w3Model].map((model) => anyLearning(model as typeof w1Model))

describe.each(models.map((model) => [model.id, model] as const))('%s', (_, { net, data }) => {
  it('the net that peers build fits the weights they start from, and the events', () => {
    const { sizes, example } = net!
    const wanted = sizes.slice(1).flatMap((units, k) => [units * sizes[k]!, units])
    expect(data().weights.map(({ length }) => length)).toEqual(wanted)
    const { x, y } = example(data().events[0])
    expect(x).toHaveLength(sizes[0]!)
    expect(y).toEqual(expect.any(Number))
  })
})

describe('peersOf(learning, peers)', () => {
  it('is empty when nothing is installed', () => {
    expect(peersOf(models[0]!, { tf: null, jax: null, brain: null, synaptic: null })).toEqual([])
  })
})

describe('libraries', () => {
  it('are pinned to one version each', () => {
    const versions = Object.values(libraries).flatMap(({ packages }) => Object.values<string>(packages))
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([])
  })
})
