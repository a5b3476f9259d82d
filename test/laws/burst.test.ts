import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lawParameters } from '../support/law-parameters.ts'
import { bits, build, type Event, events, play, recipes } from '../support/random-graph.ts'

describe('bursts', () => {
  it('learn the same bits as one event at a time, with the same steps and rejections', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })
    fc.assert(fc.property(recipes, sizes, fc.array(fc.nat(19), { maxLength: 3 }), (recipe, lengths, bad) => {
      const stream = events(recipe.seed, 20).map((event, i): Event => (
        bad.includes(i) ? { ...event, x: i % 2 === 0 ? [1, 2] : [1, Number.NaN, 0, 0] } : event
      ))
      const single = play(build(recipe, { native: true }), stream)
      const built = build(recipe, { native: true })
      const losses: number[] = []
      const steps: number[] = []
      const ids: number[] = []
      const rejected: number[] = []
      built.training.rejected$.subscribe(({ id }) => rejected.push(id))
      built.training.subscribe((step) => {
        losses.push(step.loss)
        steps.push(step.step)
        ids.push(step.id)
      })
      for (let at = 0, i = 0; at < stream.length; i++) {
        const length = lengths[i % lengths.length]!
        built.training.burst(stream.slice(at, at + length))
        at += length
      }
      expect(losses).toEqual(single.losses)
      expect(steps).toEqual(single.losses.map((_, i) => i + 1))
      expect([...ids, ...rejected].sort((a, b) => a - b)).toEqual(stream.map((_, i) => i + 1))
      expect(bits(built.training.snapshot())).toBe(single.state)
    }), lawParameters)
  })
})
