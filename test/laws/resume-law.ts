import { useSpecializer } from '@eddy/kernels/specialize'
import fc from 'fast-check'
import { digest } from '@eddy/optim'
import { decode, encode } from '@eddy/store'
import { expect } from 'vitest'
import { atOnce } from '../support/at-once.ts'

/** Also what is not worth it: all that can be specialised. */
const unlimited = atOnce({ instructions: Infinity, length: 20_000, left: 1 })

/** What can be stopped: `learn` is given event number k and returns what can be seen of it. */
export interface Stoppable {
  learn(k: number): unknown
  snapshot(): unknown
  restore(state: unknown): void
}

const runs = Number(process.env['EDDY_LAW_RUNS'] ?? 3)
const seed = process.env['EDDY_LAW_SEED']

/** Equal for equal bits: -0 is not 0 here, and all NaN are one. */
const bits = (value: unknown): string => digest({ value })

/**
 * Stopped after any number of events, its snapshot encoded, decoded and restored into a new one, it goes on with the
 * bits of one that was never stopped: all that can be seen of the rest, and the state in the end. A snapshot that was
 * restored is found again unchanged, and so is one that others have learned from meanwhile. What goes on from
 * the middle is specialised from its second frame on, all else is interpreted.
 */
export function expectToResume(make: () => Stoppable, events: number): void {
  const middle = Math.floor(events / 2)
  useSpecializer(unlimited, Infinity)
  const whole = make()
  const seen = Array.from({ length: events }, (_, k) => bits(whole.learn(k)))
  const end = bits(whole.snapshot())
  fc.assert(fc.property(fc.nat(events), (stop) => {
    useSpecializer(unlimited, Infinity)
    const first = make()
    for (let k = 0; k < stop; k++) first.learn(k)
    const snapshot = first.snapshot()
    const kept = encode(snapshot)
    for (let k = stop; k < Math.min(events, stop + 3); k++) first.learn(k)
    expect(bits(decode(kept)), 'an encoded snapshot').toBe(bits(snapshot))
    useSpecializer(unlimited, stop === middle ? 1 : Infinity)
    const second = make()
    second.restore(decode(kept))
    expect(bits(second.snapshot()), 'a restored snapshot').toBe(bits(decode(kept)))
    for (let k = stop; k < events; k++) expect(bits(second.learn(k)), `event ${k}, stopped at ${stop}`).toBe(seen[k])
    expect(bits(second.snapshot()), `the end, stopped at ${stop}`).toBe(end)
  }), { numRuns: runs, examples: [[0], [middle], [events]], ...(seed ? { seed: Number(seed) } : {}) })
}

/** Names of all functions that a package exports. */
export function functionsOf(exported: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(exported).filter(([, value]) => typeof value === 'function').map(([name]) => name).sort()
}
