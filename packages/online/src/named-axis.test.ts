import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AxisName, NamedAxis } from './named-axis.ts'

const awkward = ['', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'a']
const name = fc.record({
  feature: fc.constantFrom(...awkward), part: fc.constantFrom(null, ...awkward), standardize: fc.boolean(),
})
const addAll = (axis: NamedAxis, names: readonly AxisName[]): number[] => (
  names.map(({ feature, part, standardize }) => axis.add(feature, part, standardize))
)
const keyOf = ({ feature, part }: AxisName): string => JSON.stringify([feature, part])

describe('NamedAxis', () => {
  it('gives slots in order of first sight, behind the hash tables, and never moves one', () => {
    fc.assert(fc.property(fc.array(name), fc.nat(5), (names, base) => {
      const axis = new NamedAxis({ base })
      const model = new Map<string, number>()
      for (const each of names) {
        if (!model.has(keyOf(each))) model.set(keyOf(each), base + model.size)
        expect(axis.add(each.feature, each.part, each.standardize)).toBe(model.get(keyOf(each)))
      }
      expect(axis.size).toBe(base + model.size)
    }))
  })

  it('remembers which slots are standardised, hash tables never', () => {
    const axis = new NamedAxis({ base: 2 })
    axis.add('x', null, true)
    axis.add('c', 'x', false)
    expect([0, 1, 2, 3, 4].map((slot) => axis.isStandardized(slot))).toEqual([false, false, true, false, false])
  })

  it('rollback() takes back exactly the names since commit()', () => {
    fc.assert(fc.property(fc.array(name), fc.array(name), fc.array(name), (kept, dropped, later) => {
      const axis = new NamedAxis()
      const plain = new NamedAxis()
      addAll(axis, kept)
      axis.commit()
      const before = axis.names
      addAll(axis, dropped)
      expect(axis.names).toBe(before)
      expect(axis.count).toBe(before.length)
      axis.rollback()
      addAll(plain, kept)
      plain.commit()
      expect(axis.names).toEqual(plain.names)
      expect(addAll(axis, later)).toEqual(addAll(plain, later))
      for (const feature of awkward) {
        const [slots, others] = [axis.feature(feature), plain.feature(feature)]
        expect(slots?.whole).toBe(others?.whole)
        for (const part of awkward) expect(slots?.parts.get(part)).toBe(others?.parts.get(part))
      }
    }))
  })

  it('counts what finds no room', () => {
    const axis = new NamedAxis({ namesMax: 2 })
    expect([axis.add('a', null, true), axis.add('b', null, true), axis.add('c', null, true), axis.add('a', null, true)])
      .toEqual([0, 1, -1, 0])
    expect([axis.size, axis.overflow]).toEqual([2, 1])
  })

  it('restore(names) makes it exactly these, more or fewer', () => {
    const axis = new NamedAxis()
    const empty = axis.names
    addAll(axis, [{ feature: 'a', part: null, standardize: true }, { feature: 'b', part: 'x', standardize: false }])
    axis.commit()
    const two = axis.names
    axis.restore(empty)
    expect([axis.size, axis.feature('a'), axis.feature('b')]).toEqual([0, undefined, undefined])
    const other = new NamedAxis()
    other.restore(two)
    expect(other.names).toEqual(two)
    expect(other.add('b', 'x', false)).toBe(1)
  })

  it('restore(names) with as many names as before shows the new ones', () => {
    const axis = new NamedAxis()
    const [one, two] = ['x', 'y'].map((part) => [{ feature: 'a', part, standardize: false }])
    axis.restore(one!)
    expect(axis.names).toEqual(one)
    axis.restore(two!)
    expect(axis.names).toEqual(two)
    axis.add('b', null, true)
    expect(axis.tentative).toEqual([{ feature: 'b', part: null, standardize: true }])
  })

  it.each([
    ['a name twice', [true, false].map((standardize) => ({ feature: 'a', part: null, standardize }))],
    ['no text', [{ feature: 1, part: null, standardize: true }]], ['no list', 'abc'],
    ['too many', ['a', 'b', 'c'].map((feature) => ({ feature, part: null, standardize: true }))],
  ])('check(%s) throws', (_, names) => {
    expect(() => new NamedAxis({ namesMax: 2 }).check(names as AxisName[])).toThrow(/distinct names/)
  })

  it.each([0, 1.5, 2 ** 28])('new NamedAxis({ namesMax: %s }) throws', (namesMax) => {
    expect(() => new NamedAxis({ namesMax })).toThrow(/out of range/)
  })
})
