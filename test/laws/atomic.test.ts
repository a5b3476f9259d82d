import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lawParameters } from '../support/law-parameters.ts'
import { build, type Event, events, play, recipes } from '../support/random-graph.ts'

/** Every way in which an event can be bad, and where it must be found. */
const faults: readonly ((event: Event) => Event)[] = [
  (event) => ({ ...event, x: [1, 2, 3] }),
  (event) => ({ ...event, x: [1, Number.NaN, 3, 4] }),
  (event) => ({ ...event, z: [Number.POSITIVE_INFINITY, 0, 0, 0] }),
  (event) => ({ ...event, x: JSON.parse('[1e999, 0, 0, 0]') as number[] }),
  (event) => ({ ...event, x: ['1', 2, 3, 4] as unknown as number[] }),
  (event) => ({ ...event, z: undefined as unknown as number[] }),
  (event) => ({ ...event, bad: true }),
]

describe('atomic frames', () => {
  it('learns as if bad events had never come, and reports each of them', () => {
    const script = fc.array(fc.record({ before: fc.nat(6), fault: fc.nat(faults.length - 1) }), { maxLength: 5 })
    fc.assert(fc.property(recipes, script, fc.boolean(), (recipe, bad, unfused) => {
      const stream = events(recipe.seed, 6)
      const clean = play(build(recipe), stream)
      const dirty = stream.flatMap((event, i) => [
        ...bad.filter(({ before }) => before === i).map(({ fault }) => faults[fault]!(event)), event,
      ])
      const { losses, state, rejections } = play(build(recipe, { fusion: unfused ? 'off' : 'on' }), dirty)
      expect({ losses, state }).toEqual({ losses: clean.losses, state: clean.state })
      expect(rejections).toHaveLength(bad.filter(({ before }) => before < 6).length)
    }), lawParameters)
  })
})
