import { describe, expect, it } from 'vitest'
import { driftOf, settled, unflat } from './flatness.ts'
import type { Sample } from './sample.ts'
import { type Plan, problemsOf, soak } from './soak.ts'

/** Twenty samples, a million events apart. */
function samplesOf(memory: (k: number) => Partial<Sample>): readonly Sample[] {
  const usual = { heap: 2e7, buffers: 1e5, wasm: 65_536, handles: 2, files: 3 }
  return Array.from({ length: 20 }, (_, k) => ({ events: (k + 1) * 1e6, ...usual, ...memory(k) }))
}

describe('driftOf(samples, quantity)', () => {
  it('is the slope of a line, and what lies between its ends', () => {
    const { slope, trend, difference } = driftOf(samplesOf((k) => ({ heap: 1000 + 3e6 * k })), 'heap')
    expect(slope).toBeCloseTo(3, 12)
    expect(trend).toBeCloseTo(3 * 19e6, 3)
    expect(difference).toBe(3e6 * 16)
  })

  it('is nothing when nothing changes', () => {
    expect(driftOf(samplesOf(() => ({})), 'wasm')).toEqual({ slope: 0, trend: 0, difference: 0 })
  })
})

describe('unflat(samples)', () => {
  it('accepts noise, what grows while warming up, and one sample that stands out', () => {
    const noise = [0, 3e5, -2e5, 1e5, -3e5]
    expect(unflat(samplesOf((k) => ({ heap: 2e7 + noise[k % 5]! })))).toEqual([])
    expect(unflat(samplesOf((k) => ({ heap: k < 5 ? 1e6 * k : 2e7, wasm: k < 5 ? 65_536 * k : 1e6 })))).toEqual([])
    expect(unflat(samplesOf((k) => ({ heap: k === 19 ? 2.2e7 : 2e7 })))).toEqual([])
  })

  it('finds a tenth of a byte an event, in the heap or in buffers', () => {
    expect(unflat(samplesOf((k) => ({ heap: 2e7 + 1e5 * k })))[0]).toMatch(/^heap: grew by 1,\d+ KiB .*0\.10 bytes/)
    expect(unflat(samplesOf((k) => ({ buffers: 1e5 * k })))[0]).toMatch(/^buffers: grew/)
  })

  it('finds a single page of WebAssembly', () => {
    expect(unflat(samplesOf((k) => ({ wasm: k < 19 ? 65_536 : 131_072 })))).toEqual([
      'wasm: grew by 64 KiB after the warm-up, wanted nothing',
    ])
  })

  it('finds a timer, and files that nobody removes', () => {
    expect(unflat(samplesOf((k) => ({ handles: k < 19 ? 2 : 3 })))).toEqual([
      'handles: 1 more after the warm-up, wanted none',
    ])
    expect(unflat(samplesOf((k) => ({ files: k % 5 })))).toEqual([])
    expect(unflat(samplesOf((k) => ({ files: k })))).toEqual(['files: 14 more after the warm-up'])
  })

  it('wants enough samples to say anything', () => {
    expect(unflat(samplesOf(() => ({})).slice(0, 6))[0]).toMatch(/4 samples after the warm-up/)
    expect(settled(samplesOf(() => ({})))).toHaveLength(15)
  })
})

describe('problemsOf(plan, soaked)', () => {
  it('finds events that were not learned, and a loss that is no number', () => {
    const soaked = { name: 'W1', samples: samplesOf(() => ({})), learned: 9, meanLoss: NaN, seconds: 1 }
    expect(problemsOf({ name: 'W1', events: 10, samples: 20 }, soaked)).toEqual([
      'W1: learned from 9 events, wanted 10', 'W1: the mean loss is NaN',
    ])
  })
})

const shortest: readonly Plan[] = [
  { name: 'W1', events: 400_000, samples: 16 }, { name: 'W6', events: 60_000, samples: 16 },
  { name: 'W6 kept in memory', events: 60_000, samples: 16 }, { name: 'W6 kept in files', events: 60_000, samples: 16 },
]

describe.each(shortest.map((plan) => [plan.name, plan] as const))('%s, in a process of its own', (_, plan) => {
  it('memory stays flat', async () => {
    const seen: number[] = []
    const soaked = await soak(plan, ({ wasm }) => seen.push(wasm))
    expect(problemsOf(plan, soaked)).toEqual([])
    expect(seen).toHaveLength(plan.samples)
    expect(Math.min(...seen)).toBeGreaterThan(0)
  }, 300_000)
})
