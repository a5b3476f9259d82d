import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lawParameters } from '../support/law-parameters.ts'
import { bits, build, events, play, recipes } from '../support/random-graph.ts'

describe('resume law', () => {
  it('restored anywhere into a graph built anew, goes on as if it had never stopped', () => {
    fc.assert(fc.property(recipes, fc.nat(7), (recipe, stop) => {
      const stream = events(recipe.seed, 8)
      const whole = play(build(recipe), stream)
      const first = build(recipe)
      play(first, stream.slice(0, stop))
      const kept = first.training.snapshot()
      const second = build(recipe)
      second.training.restore(kept)
      const rest = play(second, stream.slice(stop))
      expect(rest.state).toBe(whole.state)
      expect(rest.losses).toEqual(whole.losses.slice(stop))
    }), lawParameters)
  })

  it('a snapshot never changes, whatever is learned later', () => {
    fc.assert(fc.property(recipes, (recipe) => {
      const stream = events(recipe.seed, 6)
      const built = build(recipe)
      play(built, stream.slice(0, 3))
      const kept = built.training.snapshot()
      const before = bits(kept)
      play(built, stream.slice(3))
      expect(bits(kept)).toBe(before)
      built.training.restore(kept)
      expect(bits(built.training.snapshot())).toBe(before)
    }), lawParameters)
  })

  it('undo takes updates back, bit for bit', () => {
    fc.assert(fc.property(recipes, fc.integer({ min: 1, max: 3 }), (recipe, count) => {
      const stream = events(recipe.seed, 6)
      const shorter = play(build(recipe), stream.slice(0, 6 - count))
      const built = build(recipe, { history: 3 })
      play(built, stream)
      built.training.undo(count)
      expect(bits(built.training.snapshot())).toBe(shorter.state)
    }), lawParameters)
  })
})
