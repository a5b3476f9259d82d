import { describe, expect, it } from 'vitest'
import { tensor, uniform } from '@eddy/tensor'
import { Leaf } from './parameter.ts'
import { Store } from './store.ts'

/** A table whose number of rows is `axis.size`, with one optimizer slot filled with 7. */
function growingTable(): { axis: { size: number }; leaf: Leaf; store: Store; train: (row: number) => void } {
  const axis = { size: 2 }
  const initial = { shape: [2, 3], initializer: uniform(-1, 1) }
  const leaf = new Leaf('parameter', initial, { name: 'table', growing: () => axis.size })
  const store = new Store('f32', 1)
  store.momentsOf(leaf, [{ name: 'm', fill: 7 }])
  const train = (row: number): void => {
    const [moment] = store.momentsOf(leaf, [{ name: 'm', fill: 7 }])
    for (const { at, size } of [store.slotOf(leaf), moment!]) {
      store.arena.array('f32', at, size).fill(99, row * 3, row * 3 + 3)
    }
    store.touched()
  }
  return { axis, leaf, store, train }
}

describe('Store#grow()', () => {
  it('adds rows with their own initial values and changes no bit of the others', () => {
    const { axis, leaf, store, train } = growingTable()
    train(1)
    const before = store.read(leaf)
    axis.size = 40
    expect(store.grow()).toBe(true)
    const after = store.read(leaf)
    expect(after.shape).toEqual([40, 3])
    expect([...after.data.subarray(0, 6)]).toEqual([...before.data])
    expect([...store.readMoment(leaf, 0).data.subarray(3)]).toEqual([99, 99, 99, ...new Array(114).fill(7)])
    const whole = growingTable()
    whole.axis.size = 40
    whole.store.grow()
    expect([...after.data.subarray(6)]).toEqual([...whole.store.read(whole.leaf).data.subarray(6)])
  })

  it('gives rows back; they start afresh when they come into use again', () => {
    const { axis, leaf, store, train } = growingTable()
    axis.size = 3
    store.grow()
    const fresh = store.read(leaf)
    train(2)
    axis.size = 2
    expect(store.grow()).toBe(false)
    expect(store.read(leaf).shape).toEqual([2, 3])
    axis.size = 3
    store.grow()
    expect(store.read(leaf).equals(fresh)).toBe(true)
    expect([...store.readMoment(leaf, 0).data]).toEqual(new Array(9).fill(7))
  })

  it('zeroes rows that are given back, so that spare rows are always zero', () => {
    const { axis, leaf, store, train } = growingTable()
    axis.size = 5
    store.grow()
    train(3)
    axis.size = 2
    store.grow()
    const [moment] = store.momentsOf(leaf, [{ name: 'm', fill: 7 }])
    for (const { at, size } of [store.slotOf(leaf), moment!]) {
      expect([...store.arena.array('f32', at, size).subarray(6)]).toEqual(new Array(size - 6).fill(0))
    }
  })

  it('keeps as many rows of optimizer slots as of the leaf, also when they are made after rows were given back', () => {
    const { axis, leaf, store } = growingTable()
    axis.size = 100
    store.grow()
    axis.size = 3
    store.grow()
    const slots = store.momentsOf(leaf, [{ name: 'm', fill: 1 }, { name: 'v', fill: 2 }])
    expect(slots.map(({ shape }) => shape)).toEqual([[128, 3], [128, 3]])
    expect(slots.map((_, k) => [...store.readMoment(leaf, k).data]))
      .toEqual([new Array(9).fill(1), new Array(9).fill(2)])
  })
})

describe('Store#write(leaf, value)', () => {
  it('takes the number of rows from the value, and forgets what was behind them', () => {
    const { axis, leaf, store, train } = growingTable()
    axis.size = 3
    store.grow()
    const fresh = store.read(leaf)
    train(2)
    store.write(leaf, tensor([[1, 2, 3], [4, 5, 6]]))
    store.writeMoment(leaf, 0, tensor([[0, 0, 0], [0, 0, 0]]))
    store.grow()
    expect([...store.read(leaf).data]).toEqual([1, 2, 3, 4, 5, 6, ...fresh.data.subarray(6)])
    expect([...store.readMoment(leaf, 0).data]).toEqual([0, 0, 0, 0, 0, 0, 7, 7, 7])
  })
})
