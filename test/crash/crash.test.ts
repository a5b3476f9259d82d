import { describe, expect, it, vi } from 'vitest'
import { explode } from './bombs.ts'
import { clock } from './clock.ts'
import { failIo } from './fail-io.ts'
import { flip } from './flip.ts'
import { forget } from './forget.ts'
import { hostile } from './hostile.ts'
import { kill } from './kill.ts'
import { late } from './late.ts'
import { mutate } from './mutate.ts'
import { pollution } from './pollution.ts'
import { tear } from './tear.ts'

const seed = Number(process.env['EDDY_CRASH_SEED'] ?? 1)

// Seconds each, where nothing else runs.
vi.setConfig({ testTimeout: 300_000 })

/** The short form of `pnpm crash`; each violation says how to see it again. */
describe('what is kept in a store', () => {
  it('survives kill -9: the same bits, each event once', async () => {
    const { violations, runs } = await kill(5, seed)
    expect(violations).toEqual([])
    expect(runs).toBeGreaterThanOrEqual(5)
  })

  it('is a state that there was, whatever of the last writes is torn or missing', async () => {
    const { violations, ends } = await tear(200, seed)
    expect(violations).toEqual([])
    expect(Object.keys(ends).sort()).toEqual(['newer', 'the last promised'])
  })

  it('is never loaded damaged: after a flipped bit or a cut it falls back and ends in the same bits', async () => {
    const { violations, ends } = await flip(150, 30, seed)
    expect(violations).toEqual([])
    expect(ends['fell back and learned again']).toBeGreaterThan(0)
  })

  it('survives every I/O call that fails; predictions go on', async () => {
    const { violations, ends } = await failIo(seed, 41)
    expect(violations).toEqual([])
    expect(ends['survived']).toBeGreaterThan(10)
  })

  it('has the same bits whatever clocks say, and nothing waits for ever', async () => {
    const { violations, ends } = await clock(8, seed)
    expect(violations).toEqual([])
    expect(Object.keys(ends)).toHaveLength(4)
  })

  it('is found or refused in mutated files, never anything else', async () => {
    const { violations, ends } = await mutate(2000, seed)
    expect(violations).toEqual([])
    expect(ends['an older one']).toBeGreaterThan(100)
  })
})

describe('labels that come later', () => {
  it('are learned at most once, with the features of then, wherever processes are killed between', async () => {
    const { violations, ends } = await late(1500, seed)
    expect(violations).toEqual([])
    expect(ends['kills']).toBeGreaterThan(0)
    expect(Object.keys(ends).sort()).toEqual(['duplicate', 'expired', 'kills', 'late', 'learned once', 'unknown'])
  })
})

describe('hostile events', () => {
  it('through every entrance: each ends in one counted way, what was learned stays finite', async () => {
    const { violations, ends } = await hostile(4000, seed)
    expect(violations).toEqual([])
    for (const end of ['learned', 'predicted only', 'duplicate', 'expired', 'quarantined']) {
      expect(ends[end], end).toBeGreaterThan(0)
    }
  })

  it('too long, too dense, too deep: each is refused with its reason, good ones after it are not', async () => {
    const names = [
      '640 MB in quotes, CSV file', 'depth 10^6, NDJSON whose records may be long', '10^6 columns, CSV',
      '10^6 fragments of a byte, WebSocket', '2,000 headers, server-sent events',
    ]
    const { violations, ends } = await explode(0.02, seed, undefined, names)
    // How long a turn took says little while other tests run.
    expect(violations.filter((violation) => !violation.endsWith(' ms'))).toEqual([])
    expect(ends['survived']).toBe(names.length)
  })

  it('can be forgotten: what is left has the bits of a run that never saw them', async () => {
    const { violations, ends } = await forget(1500, seed)
    expect(violations).toEqual([])
    expect(ends['hostile events learned']).toBeGreaterThan(3)
  })

  it('named like what every object has: no prototype changes, and renaming changes no bit', async () => {
    const { violations, ends } = await pollution(400, seed)
    expect(violations).toEqual([])
    expect(ends['patches refused']).toBeGreaterThan(200)
  })
})
