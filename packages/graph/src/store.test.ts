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

describe('Store#interleave(leaf)', () => {
  const specs = [{ name: 'mean', fill: 2 }, { name: 'square', fill: 3 }]
  const table = (): { leaf: Leaf; store: Store } => {
    const leaf = new Leaf('parameter', tensor([[1, 2], [3, 4], [5, 6]]), { name: 'table' })
    const store = new Store('f32', 1)
    store.momentsOf(leaf, specs)
    return { leaf, store }
  }

  it('puts the state of each row behind it, which nobody sees who reads and writes tensors', () => {
    const { leaf, store } = table()
    const before = store.layoutVersion
    store.interleave(leaf)
    expect(store.layoutVersion).toBe(before + 1)
    const { at, apart } = store.slotOf(leaf)
    expect(apart).toBe(6)
    expect([...store.arena.array('f32', at, 18)]).toEqual([1, 2, 2, 2, 3, 3, 3, 4, 2, 2, 3, 3, 5, 6, 2, 2, 3, 3])
    expect(store.read(leaf).toArray()).toEqual([[1, 2], [3, 4], [5, 6]])
    store.write(leaf, tensor([[6, 5], [4, 3], [2, 1]]))
    store.writeMoment(leaf, 1, tensor([[7, 8], [9, 10], [11, 12]]))
    expect([...store.arena.array('f32', at, 18)]).toEqual([6, 5, 2, 2, 7, 8, 4, 3, 2, 2, 9, 10, 2, 1, 2, 2, 11, 12])
    expect(store.readMoment(leaf, 1).toArray()).toEqual([[7, 8], [9, 10], [11, 12]])
    expect(store.readMoment(leaf, 0, true).toArray()).toEqual([[2, 2], [2, 2], [2, 2]])
    expect(store.watchedOf(leaf)).toMatchObject([{ slot: { at, size: 18, shape: [3, 6] }, limit: 2 ** 60 }])
  })

  it('is undone when memory is relied on, and when other state is asked for', () => {
    const { leaf, store } = table()
    store.interleave(leaf)
    store.momentsOf(leaf, [{ name: 'sum', fill: 1 }])
    expect(store.slotOf(leaf).apart).toBeUndefined()
    expect(store.readMoment(leaf, 0).toArray()).toEqual([[1, 1], [1, 1], [1, 1]])
    store.interleave(leaf)
    store.writeMoment(leaf, 0, tensor([[1, 2], [3, 4], [5, 6]]))
    store.pin(leaf)
    store.interleave(leaf)
    expect(store.slotOf(leaf).apart).toBeUndefined()
    expect(store.regionsOf(leaf)).toHaveLength(2)
    expect(store.read(leaf).toArray()).toEqual([[1, 2], [3, 4], [5, 6]])
    expect(store.readMoment(leaf, 0).toArray()).toEqual([[1, 2], [3, 4], [5, 6]])
    store.interleave(leaf)
    expect(store.release(leaf).toArray()).toEqual([[1, 2], [3, 4], [5, 6]])
  })
})
