import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode } from '../format/decode.ts'
import { encode } from '../format/encode.ts'
import { type EventId, isRecentIds, RecentIds, type RecentIdsState } from './recent-ids.ts'

describe('RecentIds', () => {
  it('knows exactly the last ids that were new, also after its state was written and read', () => {
    const ids = fc.array(fc.oneof(fc.nat(40), fc.nat(40).map(String)), { maxLength: 900 })
    fc.assert(fc.property(ids, fc.integer({ min: 1, max: 700 }), fc.nat(900), (all, max, stop) => {
      let recent = new RecentIds(max)
      let wanted: EventId[] = []
      all.forEach((id, k) => {
        expect(recent.has(id)).toBe(wanted.includes(id))
        recent.add(id)
        if (!wanted.includes(id)) wanted = [...wanted, id].slice(-max)
        if (k !== stop) return
        const state = decode(encode(recent.state)) as RecentIdsState
        expect(isRecentIds(state)).toBe(true)
        recent = new RecentIds(max)
        recent.restore(state)
      })
      for (const id of [...Array(41).keys()].flatMap((n) => [n, `${n}`])) {
        expect(recent.has(id)).toBe(wanted.includes(id))
      }
    }), { numRuns: 60 })
  })

  it('holds no more than it was asked to, and hands on full lists as they are', () => {
    const recent = new RecentIds(1000)
    for (let k = 0; k < 100_000; k++) recent.add(`r${k}`)
    const { lists } = recent.state
    expect(lists.flat().length).toBeLessThan(1000 + 256)
    recent.add('another')
    expect(recent.state.lists[1]).toBe(lists[1])
    expect(recent.has('r99001')).toBe(true)
    expect(recent.has('r99000')).toBe(false)
  })

  it('refuses what is no number of ids', () => {
    expect(() => new RecentIds(0)).toThrow(/no number of ids, in persist\(\{ dedup \}\)/)
  })
})
