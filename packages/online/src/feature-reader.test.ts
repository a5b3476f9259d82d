import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Encoder, refuse } from './encoder.ts'
import { boolean } from './encoders/boolean.ts'
import { categorical } from './encoders/categorical.ts'
import { hashed } from './encoders/hashed.ts'
import { numeric } from './encoders/numeric.ts'
import { FeatureReader } from './feature-reader.ts'
import { type Features, features } from './features.ts'
import { hashText } from './hash-text.ts'
import { NamedAxis } from './named-axis.ts'

interface Reading {
  readonly axis: NamedAxis
  /** The pairs of an event. */
  readonly read: (event: unknown, learns?: boolean) => unknown
}

function readerOf(spec: Features, target: string | null = null): Reading {
  const axis = new NamedAxis({ base: spec.base, namesMax: spec.namesMax })
  const reader = new FeatureReader(spec, axis, target)
  return {
    axis,
    read: (event, learns = true) => {
      const { indices, values } = reader.read(event, learns)
      return Array.from(indices, (index, k) => [index, values[k]])
    },
  }
}

const names = ['', '__proto__', 'b', 'constructor', 'toString', 'z']
const value = fc.oneof(fc.double({ noNaN: true, min: -9, max: 9 }), fc.constantFrom('', 'x', '__proto__'), fc.boolean())
const event = fc.uniqueArray(fc.tuple(fc.constantFrom(...names), value), { selector: ([name]) => name })

const shuffled = <T>(list: readonly T[]): fc.Arbitrary<T[]> => (
  fc.shuffledSubarray([...list], { minLength: list.length })
)

describe('FeatureReader#read(event, learns)', () => {
  it('gives new names of one event their slots by name, then orders pairs by slot', () => {
    const { read, axis } = readerOf(features({ c: categorical(), b: numeric(), a: boolean() }))
    expect(read({ c: 'x', b: 5, a: true })).toEqual([[0, 1], [1, 5], [2, 1]])
    expect(read({ c: 'w', a: false })).toEqual([[0, 0], [3, 1]])
    axis.commit()
    expect(axis.names.map(({ feature, part }) => [feature, part]))
      .toEqual([['a', null], ['b', null], ['c', 'x'], ['c', 'w']])
  })

  it('gives the same pairs and slots whatever the order of keys and of declaration', () => {
    fc.assert(fc.property(
      fc.array(event, { maxLength: 8 })
        .chain((events) => fc.tuple(fc.constant(events), fc.tuple(...events.map(shuffled)))),
      ([events, others]) => {
        const [one, two] = [readerOf(features({}, { unknown: 'auto' })), readerOf(features({}, { unknown: 'auto' }))]
        events.forEach((entries, k) => {
          expect(two.read(Object.fromEntries(others[k]!))).toEqual(one.read(Object.fromEntries(entries)))
        })
      },
    ))
    const encoders = { b: numeric(), a: categorical(), h: hashed({ bits: 3 }), g: hashed({ bits: 2 }) }
    const reverse = Object.fromEntries(Object.entries(encoders).reverse())
    const given = { b: 1, a: 'x', h: 'y', g: 'z' }
    expect(readerOf(features(encoders)).read(given)).toEqual(readerOf(features(reverse)).read(given))
  })

  it('gives what a reader gives that meets its first event, whatever forms the events before had', () => {
    const inherited = fc.option(fc.constantFrom(...names.filter((name) => name !== 'z')), { nil: null })
    const given = fc.array(fc.tuple(event, inherited, fc.boolean(), fc.boolean()), { maxLength: 8 })
    fc.assert(fc.property(given, (events) => {
      const spec = features({ z: numeric({ missing: 0 }) }, { unknown: 'auto', ignore: ['b'] })
      const axis = new NamedAxis({ base: spec.base })
      const usual = new FeatureReader(spec, axis, 'toString')
      for (const [entries, above, learns, isKept] of events) {
        const own = Object.fromEntries(entries.filter(([name, of]) => name !== 'z' || typeof of === 'number'))
        const prototype = above === null ? null : { [above]: 3 }
        const made = Object.create(prototype, Object.getOwnPropertyDescriptors(own)) as object
        const first = new FeatureReader(spec, axis, 'toString').read(own, learns)
        const wanted = [Array.from(first.indices), Array.from(first.values)]
        axis.rollback()
        const { indices, values } = usual.read(made, learns)
        expect([Array.from(indices), Array.from(values)]).toEqual(wanted)
        if (isKept) axis.commit()
        else axis.rollback()
      }
    }))
  })

  it('takes no inherited name for an own one, though the event before had it', () => {
    const { read } = readerOf(features({}, { unknown: 'auto' }))
    expect(read({ a: 1, b: 2 })).toEqual([[0, 1], [1, 2]])
    expect(read(Object.assign(Object.create({ b: 2 }) as object, { a: 1 }))).toEqual([[0, 1]])
  })

  it('reads own properties only, whatever their names mean to JavaScript', () => {
    const spec = features(new Map(names.map((name) => [name, categorical()])))
    expect(readerOf(spec).read({})).toEqual([])
    const all = JSON.parse(`{"__proto__": "p", "constructor": "c", "": "e", "toString": "t"}`) as object
    const { read, axis } = readerOf(spec)
    expect(read(all)).toEqual([[0, 1], [1, 1], [2, 1], [3, 1]])
    axis.commit()
    expect(axis.names.map(({ feature, part }) => [feature, part]))
      .toEqual([['', 'e'], ['__proto__', 'p'], ['constructor', 'c'], ['toString', 't']])
  })

  it('adds nothing when it only predicts, and leaves out what was never learned from', () => {
    const { read, axis } = readerOf(features({ a: numeric(), c: categorical() }, { unknown: 'auto' }))
    read({ a: 1, c: 'x' })
    axis.commit()
    expect(read({ a: 2, c: 'new', other: 3 }, false)).toEqual([[0, 2]])
    expect(axis.size).toBe(2)
  })

  it('takes absent, undefined and null for missing: nothing, or the stand-in', () => {
    const { read } = readerOf(features({ a: numeric(), b: numeric({ missing: 7 }), c: categorical() }))
    expect(read({ a: null, b: undefined })).toEqual([[0, 7]])
    expect(read({ b: 1, c: null })).toEqual([[0, 1]])
  })

  it("unknown 'auto' encodes by type, except what is ignored and the target", () => {
    const { read, axis } = readerOf(features({}, { unknown: 'auto', ignore: ['id'] }), 'y')
    expect(read({ id: {}, y: 1, n: 2, s: 'a', t: true, u: null })).toEqual([[0, 2], [1, 1], [2, 1]])
    axis.commit()
    expect(axis.names).toEqual([
      { feature: 'n', part: null, standardize: true }, { feature: 's', part: 'a', standardize: false },
      { feature: 't', part: null, standardize: true },
    ])
    expect(() => read({ deep: {} })).toThrow(/an object for feature "deep", wanted a number, text or a boolean.*ignore/)
  })

  it('a number and an empty text of one undeclared feature are different names', () => {
    const { read } = readerOf(features({}, { unknown: 'auto' }))
    expect([read({ x: 3 }), read({ x: '' })]).toEqual([[[0, 3]], [[1, 1]]])
  })

  it('puts hashed values where hashText says, in tables in front of all names', () => {
    const { read } = readerOf(features({ h: hashed({ bits: 10, seed: 3 }), g: hashed({ bits: 4 }), n: numeric() }))
    const h = 16 + (hashText(3, 'h', 'v') >>> 22)
    expect(read({ n: 5, h: 'v', g: 'w' })).toEqual([[hashText(0, 'g', 'w') >>> 28, 1], [h, 1], [1040, 5]])
  })

  it('an encoder of your own may emit many numbers; the same name twice stays twice', () => {
    const words: Encoder = {
      name: 'words', standardize: false,
      encode: (text, emit) => {
        if (typeof text !== 'string') return refuse(text, 'text', 'Join it before.')
        for (const word of text.split(' ')) emit(word, 1)
      },
    }
    const { read, axis } = readerOf(features({ t: words }))
    expect(read({ t: 'to be or not to be' })).toEqual([[0, 1], [0, 1], [1, 1], [2, 1], [3, 1], [3, 1]])
    expect(axis.pairs).toBe(8)
    expect(() => read({ t: 5 })).toThrow(/got 5 for feature "t", wanted text. Join it before/)
  })

  it.each<[string, Encoder['encode'], RegExp]>([
    ['throws', () => { throw new Error('no idea') }, /feature "x" that its encoder could not take.*no idea/],
    ['emits NaN', (_, emit) => emit(null, NaN), /got NaN for feature "x"/],
    ['emits text', (_, emit) => emit(null, 'a' as never), /got "a" for feature "x"/],
  ])('an encoder that %s rejects the event under the name of its feature', (_, encode, message) => {
    const spec = features({ x: { name: 'mine', standardize: false, encode } })
    expect(() => readerOf(spec).read({ x: 1 })).toThrow(message)
  })

  it.each([null, undefined, 'text', 5, [1, 2]])('throws for %s, which is no record', (given) => {
    expect(() => readerOf(features({ a: numeric() })).read(given)).toThrow(/wanted a record of named values/)
  })

  it('throws for more numbers than pairsMax before it names any of them', () => {
    const { read, axis } = readerOf(features({}, { unknown: 'auto', pairsMax: 2 }))
    expect(() => read({ a: 1, b: 2, c: 3 })).toThrow(/3 numbers, wanted at most 2/)
    expect(axis.size).toBe(0)
  })

  it('throws for more than twice as many names, whatever they hold, and keeps none of them', () => {
    const { read, axis } = readerOf(features({}, { unknown: 'auto', pairsMax: 2 }))
    expect(() => read({ a: 1, b: null, c: null, d: null, e: null })).toThrow(/5 names, wanted at most 4/)
    expect(read({ a: 1, b: null, c: null, d: null })).toEqual([[0, 1]])
    expect(axis.size).toBe(1)
  })

  it('leaves out names beyond namesMax and counts them', () => {
    const { read, axis } = readerOf(features({}, { unknown: 'auto', namesMax: 2 }))
    expect(read({ c: 3, b: 2, a: 1 })).toEqual([[0, 1], [1, 2]])
    expect(axis.overflow).toBe(1)
  })
})

describe('features(declared, { overflow })', () => {
  const spec = features({ n: numeric() }, {
    unknown: categorical(), namesMax: 2, overflow: { bits: 5, seed: 2 },
  })
  const slotOf = (feature: string, part: string): number => hashText(2, feature, part) >>> 27

  it('gives numbers without room a hash slot, found again when predicting, unless they would be standardised', () => {
    const { read } = readerOf(spec)
    expect(read({ b: 'x', c: 'y', d: 'z' })).toEqual([[slotOf('d', 'z'), 1], [32, 1], [33, 1]])
    expect(read({ d: 'z' }, false)).toEqual([[slotOf('d', 'z'), 1]])
    expect(read({ n: 5, e: 'w' })).toEqual([[slotOf('e', 'w'), 1]])
    expect(read({ n: 5 }, false)).toEqual([])
  })

  it('leaves names that were never learned from out of predictions while there is room', () => {
    const { read } = readerOf(spec)
    read({ b: 'x' })
    expect(read({ c: 'y' }, false)).toEqual([])
  })

  it('counts them when the event was learned, not when it was rejected', () => {
    const axis = new NamedAxis({ base: spec.base, namesMax: 2 })
    const reader = new FeatureReader(spec, axis)
    reader.begin('regression')
    reader.read({ b: 'x', c: 'y', d: 'z', e: 'w' }, true)
    axis.rollback()
    reader.read({ b: 'x', c: 'y', d: 'z' }, true)
    axis.commit()
    reader.learned(0)
    reader.read({ d: 'z' }, false)
    expect(reader.hashed).toBe(1)
  })

  it('throws for a table that is none', () => {
    expect(() => features({}, { overflow: { bits: 0 } })).toThrow(/size of the table is out of range/)
  })
})

describe('features(declared, options)', () => {
  it('throws for what is no encoder and for a name that is both declared and ignored', () => {
    expect(() => features({ a: numeric as never })).toThrow(/function numeric for "a", wanted an encoder.*parentheses/)
    expect(() => features({ a: numeric() }, { ignore: ['a'] })).toThrow(/both declared and ignored/)
    expect(() => features({}, { unknown: 'all' as never })).toThrow(/wanted an encoder/)
  })
})
