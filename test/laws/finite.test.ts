import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TrainingState } from '@eddy/graph'
import { adam, applyLearningRate, chain, cocob, scaleByAdam, scaleByMomentum, sgd } from '@eddy/optim'
import { lawParameters } from '../support/law-parameters.ts'
import { build, events, recipes } from '../support/random-graph.ts'

/** Magnitudes from below the smallest denormal of f32 to the edge of its range. */
const scripts = fc.array(fc.record({ exponent: fc.integer({ min: -46, max: 38 }), negative: fc.boolean() }), {
  minLength: 1, maxLength: 12,
})

const optimizers = [
  sgd({ learningRate: 1000 }), sgd({ learningRate: 0.1, momentum: 0.99 }), adam({ learningRate: 10 }), cocob(),
  chain(scaleByMomentum({ momentum: 0.9 }), scaleByAdam(), applyLearningRate(0.1)),
]

function tensorsOf(state: TrainingState): readonly ArrayLike<number>[] {
  const slots = Object.values(state.slots).flatMap((bySlot) => Object.values(bySlot))
  return [...Object.values(state.parameters), ...slots, ...Object.values(state.buffers)].map(({ data }) => data)
}

describe('numbers stay finite', () => {
  it('whatever the magnitude of events: each is learned or rejected, and the state is finite', () => {
    fc.assert(fc.property(recipes, scripts, fc.nat(optimizers.length - 1), (recipe, script, which) => {
      const built = build({ ...recipe, dtype: 'f32' }, { with: optimizers[which]! })
      built.training.subscribe()
      events(recipe.seed, script.length).forEach((event, i) => {
        const { exponent, negative } = script[i]!
        const factor = (negative ? -1 : 1) * 10 ** exponent
        built.source.next({ x: event.x.map((v) => v * factor), z: event.z.map((v) => v * factor) })
        for (const data of tensorsOf(built.training.snapshot())) {
          if (!Array.from(data).every(Number.isFinite)) throw new Error(`not finite after event ${i}`)
        }
      })
      const { opened, committed, rejected } = built.training.counters
      expect(opened).toBe(committed + rejected)
    }), lawParameters)
  })
})
