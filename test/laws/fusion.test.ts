import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { build, type Built, events, play, type Recipe, recipes } from '../support/random-graph.ts'
import { lawParameters } from '../support/law-parameters.ts'

const count = 4

/** All values and gradients of all nodes, in the order in which they were emitted. */
function logged(built: Built): string[] {
  const log: string[] = []
  for (const node of built.nodes) {
    node.subscribe((value) => log.push(`${node.name} ${Buffer.from(value.data.buffer).toString('hex')}`))
    node.gradient$.subscribe((value) => log.push(`d${node.name} ${Buffer.from(value.data.buffer).toString('hex')}`))
  }
  return log
}

function outcome(recipe: Recipe, fusion: 'on' | 'off' | readonly number[], watched: boolean, shuffle = 0): unknown {
  let state = shuffle
  const pick = (waiting: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return shuffle === 0 ? 0 : state % waiting
  }
  const built = build(recipe, { fusion, pick })
  const log = watched ? logged(built) : []
  return { ...play(built, events(recipe.seed, count)), log }
}

describe('fusion law', () => {
  it('gives the same bits for fused, unfused and any convex partition, in any order of ready stages', () => {
    fc.assert(fc.property(recipes, fc.array(fc.nat(30)), fc.integer({ min: 1 }), (recipe, cuts, shuffle) => {
      const fused = outcome(recipe, 'on', true)
      expect(outcome(recipe, 'off', true)).toEqual(fused)
      expect(outcome(recipe, cuts, true)).toEqual(fused)
      expect(outcome(recipe, 'off', true, shuffle)).toEqual(fused)
    }), lawParameters)
  })

  it('holds for the one-call path that nobody watches', () => {
    fc.assert(fc.property(recipes, (recipe) => {
      expect(outcome(recipe, 'off', false)).toEqual(outcome(recipe, 'on', false))
    }), lawParameters)
  })
})
