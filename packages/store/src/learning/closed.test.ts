import { describe, expect, it } from 'vitest'
import { openStore } from '../journal/store.ts'
import { memoryMedium } from '../medium/memory-medium.ts'
import { models, type SaleModel, sales } from '../testing/models.ts'
import { persist } from './persist.ts'

const events = sales(30)
const [one] = events

describe('a learner that was closed', () => {
  it.each([true, false])('says so, and writes nothing any more: log %s', async (log) => {
    const medium = memoryMedium()
    const kept = persist<SaleModel>(models['two classes, FTRL']!(), openStore(medium), {
      every: 10, log, id: ({ id }) => id, rejectedMax: 5,
    })
    kept.learnMany(events)
    await kept.close()
    const before = medium.files
    const closed = /closed/
    const told: unknown[] = []
    expect(() => kept.learnOne(one!)).toThrow(closed)
    expect(() => kept.learnMany([one!])).toThrow(closed)
    expect(() => kept.quarantine({ x: 1 }, 'odd')).toThrow(closed)
    expect(() => kept.checkpoint()).toThrow(closed)
    expect(() => kept.tick(1)).toThrow(closed)
    await expect(kept.forget('e3')).rejects.toThrow(closed)
    await kept.retryRejected().catch((error: Error) => told.push(error.message))
    await kept.flush()
    await kept.close()
    expect(told).toEqual([expect.stringMatching(closed)])
    expect(kept.sequence).toBe(30)
    expect(medium.files).toEqual(before)
  })
})
