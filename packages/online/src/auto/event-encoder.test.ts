import { describe, expect, it } from 'vitest'
import { makeParts } from './auto-core.ts'

/** The slots that a fresh encoder gives these events, one after the other. */
function slotsOf(...events: readonly object[]): readonly (readonly number[])[] {
  const options = { features: null, target: 'y', run: {} }
  const { encoder, learning: { event } } = makeParts(options, 'regression')
  return events.map((given) => {
    encoder.read(given, event, true)
    encoder.commit(0)
    return [...event.pairs.indices]
  })
}

describe('EventEncoder', () => {
  it('reads own names only, also when an event before had the inherited ones', () => {
    const own = { a: 1, b: 'x', y: 0 }
    const inherited = Object.assign(Object.create({ b: 'x' }) as object, { a: 1, y: 0 })
    const more = Object.assign(Object.create({ c: 5 }) as object, own)
    const [first, other, again, same] = slotsOf(own, inherited, own, more)
    expect(other).not.toEqual(first)
    expect([again, same]).toEqual([first, first])
    expect(slotsOf(inherited, own)[0]).toEqual(slotsOf({ a: 1, y: 0 })[0])
  })

  it('gives names slots that do not depend on the order of keys', () => {
    const [first, shuffled] = slotsOf({ a: 1, b: 'x', c: true, y: 0 }, { y: 0, c: true, b: 'x', a: 1 })
    expect(shuffled).toEqual(first)
  })
})
