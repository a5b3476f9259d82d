import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ancestors, backward, type Leaf } from '@eddy/graph'
import { Tensor } from '@eddy/tensor'
import { lawParameters } from '../support/law-parameters.ts'
import { build, events, recipes, type Recipe } from '../support/random-graph.ts'

/** Leaves out what has no derivative in the ordinary sense: masks, stopped gradients, statistics. */
const smooth = (recipe: Recipe): Recipe => ({
  ...recipe, dtype: 'f64', instructions: recipe.instructions.filter(({ kind }) => ![8, 11, 12].includes(kind)),
})

describe('gradients of random graphs', () => {
  it('agree with central differences of the loss in every parameter, through diamonds and shared weights', () => {
    fc.assert(fc.property(recipes.map(smooth), (recipe) => {
      const [event] = events(recipe.seed, 1)
      const { source, training } = build(recipe)
      const passes = training.loss.pipe(backward({ dtype: 'f64', seed: recipe.seed }) as never) as typeof training
      let loss = 0
      const running = passes.subscribe((step) => void (loss = step.loss))
      const lossNow = (): number => {
        source.next(event!)
        return loss
      }
      const leaves = ancestors([training.loss]).filter((node): node is Leaf => node.role === 'parameter')
      for (const leaf of leaves) {
        let gradient: Tensor | null = null
        const tap = leaf.gradient$.subscribe((value) => void (gradient = value))
        lossNow()
        tap.unsubscribe()
        const at = leaf.value!
        const element = recipe.seed % at.size
        const shifted = (by: number): number => {
          const data = at.data.slice()
          data[element]! += by
          leaf.home!.write(leaf, Tensor.of(at.shape, data))
          return lossNow()
        }
        const slope = (h: number): number => (shifted(h) - shifted(-h)) / (2 * h)
        // Where the loss bends sharply the two slopes differ by three quarters of the first one's error.
        const [wide, narrow] = [slope(1e-5), slope(5e-6)]
        const difference = (4 * narrow - wide) / 3
        leaf.home!.write(leaf, at)
        const bound = 1e-7 * Math.max(1, Math.abs(difference)) + Math.abs(wide - narrow)
        expect(Math.abs(gradient!.data[element]! - difference)).toBeLessThan(bound)
      }
      running.unsubscribe()
    }), lawParameters)
  })
})
