import { tensor } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import { Magnitudes, type Watched } from './magnitudes.ts'
import { Leaf } from './parameter.ts'

/** A holder of two leaves with one slot each, of `sizes` elements, that counts how often each element is looked at. */
function watched(sizes: readonly [number, number]): {
  magnitudes: Magnitudes; looks: Int32Array[]; values: Float64Array[]; calls: number[]; leaves: Leaf[]
} {
  const leaves = sizes.map((_, k): Leaf => new Leaf('parameter', tensor([0]), { name: `${k}` }))
  const values = sizes.map((size) => new Float64Array(size))
  const looks = sizes.map((size) => new Int32Array(size))
  const calls: number[] = []
  const slots = sizes.map((size, k): Watched => ({
    slot: { at: k * 2 ** 30, size, shape: [size], dtype: 'f64', pairs: 0 }, limit: 100,
  }))
  const maxAbs = (_: string, at: number, n: number): number => {
    const k = Math.floor(at / 2 ** 30)
    const from = (at % 2 ** 30) / 8
    calls.push(n)
    for (let i = from; i < from + n; i++) looks[k]![i]!++
    return values[k]!.subarray(from, from + n).reduce((top, x) => Math.max(top, Math.abs(x)), 0)
  }
  const watchedOf = (leaf: Leaf): Watched[] => [slots[leaves.indexOf(leaf)]!]
  const magnitudes = new Magnitudes({ arena: { maxAbs }, watchedOf })
  magnitudes.watch(leaves)
  return { magnitudes, looks, values, calls, leaves }
}

describe('Magnitudes', () => {
  it('looks at everything once at first, then at each element at least once in 2^20 updates, in small pieces', () => {
    const { magnitudes, looks, calls } = watched([300_000, 1_000_000])
    expect(magnitudes.isLarge).toBe(false)
    expect(looks.every((counts) => counts.every((count) => count === 1))).toBe(true)
    calls.length = 0
    for (let step = 0; step < 2 ** 20; step += 256) magnitudes.committed(256)
    expect(looks.every((counts) => counts.every((count) => count >= 2))).toBe(true)
    expect(Math.max(...calls)).toBeLessThan(4096)
  })

  it('finds what became large, and forgets it a sweep after it is gone', () => {
    const { magnitudes, values } = watched([10, 100_000])
    values[1]![77_777] = -101
    expect(magnitudes.isLarge).toBe(true)
    values[1]![77_777] = 100
    for (let k = 0; k < 2 ** 10; k++) magnitudes.committed(1024)
    expect(magnitudes.isLarge).toBe(false)
    values[1]![5] = 1e30
    for (let k = 0; k < 2 ** 10; k++) magnitudes.committed(1024)
    expect(magnitudes.isLarge).toBe(true)
  })

  it('looks at what was replaced, at what came into use, and not again when nothing new is watched', () => {
    const { magnitudes, values, calls, leaves } = watched([10, 10])
    expect(magnitudes.isLarge).toBe(false)
    calls.length = 0
    magnitudes.watch(leaves)
    expect([magnitudes.isLarge, calls]).toEqual([false, []])
    values[0]![3] = 1000
    magnitudes.replaced()
    expect([magnitudes.isLarge, calls]).toEqual([true, [10, 10]])
    values[0]![3] = 0
    magnitudes.measure()
    values[1]![9] = 1000
    magnitudes.added(leaves[1]!, { at: 0, size: 10, shape: [10], dtype: 'f64', pairs: 0 }, 2 ** 30 + 72, 1)
    expect(magnitudes.isLarge).toBe(true)
  })
})
