import { describe, expect, it } from 'vitest'
import { tensor } from '@eddy/tensor'
import { writeInput } from './input-writer.ts'
import type { Slot } from './slot.ts'
import { Store } from './store.ts'

const store = new Store('f32', 0)
function slotOf(shape: readonly number[]): Slot {
  const size = shape.reduce((product, length) => product * length, 1)
  return { at: store.memory.alloc(4 * size), size, shape, dtype: 'f32', pairs: 0 }
}
const read = (slot: Slot): number[] => [...store.arena.read('f32', slot.at, slot.size)]

describe('writeInput', () => {
  it.each([
    ['a number', [], 3, [3]],
    ['a boolean', [1], true, [1]],
    ['numbers', [3], [1, 2, 3], [1, 2, 3]],
    ['nested numbers', [2, 2], [[1, 2], [3, 4]], [1, 2, 3, 4]],
    ['a Float64Array', [2], Float64Array.of(1, 2), [1, 2]],
    ['an Int16Array', [2], Int16Array.of(-1, 2), [-1, 2]],
    ['a tensor', [2, 1], tensor([[5], [6]]), [5, 6]],
  ])('takes %s', (_name, shape, value, wanted) => {
    const slot = slotOf(shape)
    writeInput(store, slot, value)
    expect(read(slot)).toEqual(wanted)
  })

  it.each([
    ['too few', [3], [1, 2], /got 2 numbers, wanted 3 for shape \[3\]/],
    ['too many', [1], [1, 2], /got 2 numbers, wanted 1/],
    ['a number for a vector', [2], 1, /got 1 number, wanted 2/],
    ['text', [1], 'five', /got "five"/],
    ['text among numbers', [2], [1, '2'], /got "2", wanted a number as element 1/],
    ['nothing', [1], undefined, /got undefined/],
    ['null', [1], null, /got null/],
    ['an object', [1], {}, /got an object/],
  ])('refuses %s', (_name, shape, value, message) => {
    expect(() => writeInput(store, slotOf(shape), value)).toThrow(message)
  })

  it('never writes beyond the slot', () => {
    const slot = slotOf([2])
    const next = slotOf([2])
    writeInput(store, next, [7, 8])
    expect(() => writeInput(store, slot, Array.from({ length: 100 }, () => 9))).toThrow()
    expect(read(next)).toEqual([7, 8])
  })

  it.each([
    [{ indices: [1], values: [] }, /wanted \{ indices, values \} of equal length/],
    [{ indices: [1, 2, 3], values: [1, 2, 3] }, /got 3 pairs, wanted at most 2/],
    [{ indices: [-1], values: [1] }, /index -1/],
    [{ indices: [2 ** 32], values: [1] }, /index 4294967296/],
    [{ indices: [0.5], values: [1] }, /index 0.5/],
    [{ indices: [0], values: ['1'] }, /value "1"/],
    [null, /wanted \{ indices, values \}/],
  ])('refuses the pairs %j', (value, message) => {
    const slot: Slot = { at: store.memory.alloc(256), size: 2, shape: [10], dtype: 'f32', pairs: 2 }
    expect(() => writeInput(store, slot, value)).toThrow(message)
  })
})
