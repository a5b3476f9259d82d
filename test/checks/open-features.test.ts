import { defineFunction, defineOperator, type Layer, lens, type Node } from '@eddy/graph'
import * as nodes from '@eddy/nodes'
import { features, learner, numeric } from '@eddy/online'
import { sgd } from '@eddy/optim'
import { EddyError, type Shape } from '@eddy/tensor'
import { identity } from 'rxjs'
import { describe, expect, it } from 'vitest'

type AnyLayer = Layer<Shape, Shape>

const copied = {
  name: 'copied', forward: ([x]: readonly Iterable<number>[], y: { set(values: ArrayLike<number>): void }) => (
    y.set([...x!])
  ), backward: () => {},
}
const ownFunction = defineFunction(copied)

/** Arguments that one layer or another takes. */
const attempts: readonly (readonly unknown[])[] = [[], [3], [2, 3], [[2]], [{}], [2, {}], [[0], [1]], ['nk,k->n']]

/** Every function of the package that gives a layer for some arguments, and the ways to write one's own. */
const layers = new Map<string, AnyLayer>([
  ['defineOperator', defineOperator(copied)() as AnyLayer],
  ['defineFunction', ((x: Node<Shape>) => ownFunction(x)) as unknown as AnyLayer],
  ['lens', lens({ forward: identity, backward: identity }) as unknown as AnyLayer],
])
for (const [name, make] of Object.entries(nodes) as [string, unknown][]) {
  if (typeof make !== 'function' || !/^[a-z]/.test(name)) continue
  for (const given of attempts) {
    try {
      const layer: unknown = make(...given)
      if (typeof layer === 'function') layers.set(name, layer as AnyLayer)
    } catch {
      // It takes other arguments.
    }
  }
}

/** Learns two events, of which the second has a new name, through this layer. */
function learn(layer: AnyLayer): void {
  const model = learner({
    features: features({ price: numeric() }, { unknown: 'auto' }), target: 'y', loss: nodes.squaredError(),
    optimizer: sgd({ learningRate: 0.01 }),
    model: (m) => (layer(m as never) as unknown as typeof m).pipe(nodes.dense(1)),
  })
  model.learnOne({ price: 3, y: 2 })
  model.learnOne({ price: 3, size: 1, y: 2 })
}

describe('a layer right behind features, whose names may come and go', () => {
  it('is one of these', () => {
    expect([...layers.keys()]).toEqual(expect.arrayContaining(['relu', 'dense', 'densify', 'dropout', 'slice', 'lens']))
    expect(layers.size).toBeGreaterThan(50)
  })

  it.each([...layers])('%s: learns, or says at construction what to put in its place', (_, layer) => {
    let error: unknown = null
    try {
      learn(layer)
    } catch (caught) {
      error = caught
    }
    if (error === null) return
    expect(error).toBeInstanceOf(EddyError)
    expect(String(error)).not.toMatch(/the event was rejected/)
  })

  it.each(['densify', 'lens', 'defineOperator', 'defineFunction'])('%s needs a fixed length', (name) => {
    expect(() => learn(layers.get(name)!)).toThrow(/(a fixed length|the sparse pairs of).*Put dense\(out\)/)
  })
})
