import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { disagreement } from './agreement.ts'
import { parseOptions } from './options.ts'
import { resultsOf } from './result.ts'
import { timeRounds } from './rounds.ts'
import { quantile } from './statistics.ts'
import { Toolchain } from './toolchain.ts'
import type { Variant } from './variant.ts'
import { compiled } from './variants/compiled.ts'
import { eddy, eddyBurst } from './variants/eddy.ts'
import { plain } from './variants/plain.ts'
import { workloads } from './workloads/index.ts'

describe.each(workloads.map((workload) => [workload.id, workload] as const))('%s', (_, workload) => {
  it('eddy, event by event and in bursts, has the losses of the plain loop', () => {
    expect(disagreement([plain(workload), eddy(workload), eddyBurst(workload)], 60)).toBeNull()
  })

  it('the plain loop learns', () => {
    const losses = plain(workload).verify(1000)
    const sum = (from: number, to: number): number => losses.subarray(from, to).reduce((a, b) => a + b, 0)
    expect(sum(700, 1000)).toBeLessThan(sum(0, 300))
  })
})

describe('the C baselines', () => {
  let toolchain: Toolchain | null = null
  beforeAll(() => {
    toolchain = Toolchain.find()
  })
  afterAll(() => toolchain?.close())

  it.for(workloads.map((workload) => [workload.id, workload] as const))('%s has the losses of the plain loop', (
    [, workload], { skip },
  ) => {
    if (toolchain === null) return skip('no gcc, cc or clang was found; the bench skips the C variants too')
    const variant = compiled('C', workload, workload.c, toolchain)
    expect(disagreement([plain(workload), variant], 60)).toBeNull()
    variant.prepare()
    expect(variant.run(50)).toEqual({
      cpu: expect.any(Number), wall: expect.any(Number), checksum: expect.any(Number),
    })
  })
})

/** A variant that is made up: these losses, this CPU time in each round. */
function made(name: string, losses: readonly number[], cpu: readonly number[] = []): Variant {
  let round = 0
  return {
    name, prepare: () => {}, dispose: () => {},
    verify: () => Float64Array.from(losses),
    run: () => ({ cpu: cpu[round++]!, wall: 7, checksum: 0 }),
  }
}

describe('disagreement(variants, events)', () => {
  it('names the event, the losses and the variants', () => {
    expect(disagreement([made('a', [1, 2]), made('b', [1, 2.1])], 2)).toBe('event 1: the loss is 2.1 in b, 2 in a')
    expect(disagreement([made('a', [1]), made('b', [NaN])], 1)).toMatch(/NaN in b/)
  })

  it('finds a small bias of every loss, and losses that are missing', () => {
    expect(disagreement([made('a', [1, 2]), made('b', [1.0001, 2.0001])], 2)).toMatch(/mean loss/)
    expect(disagreement([made('a', [1, 2]), made('b', [1])], 2)).toMatch(/b gave 1 losses for 2 events/)
  })
})

describe('timeRounds(variants, rounds, events), resultsOf(workload, timings)', () => {
  it('leave the first round out and take the median of the ratios of single rounds', () => {
    const timings = timeRounds([made('C', [], [9, 10, 20, 40]), made('eddy', [], [1, 30, 40, 40])], 3, 1)
    const shared = { workload: 'W', baseline: 'C', wallNsPerEvent: 7 }
    expect(resultsOf('W', timings)).toEqual([
      { ...shared, variant: 'C', nsPerEvent: 20, ratio: 1, quartiles: [15, 30] },
      { ...shared, variant: 'eddy', nsPerEvent: 40, ratio: 2, quartiles: [35, 40] },
    ])
  })
})

describe('quantile(values, q)', () => {
  it('sorts numbers as numbers and interpolates', () => {
    expect(quantile([10, 9, 100], 0.5)).toBe(10)
    expect(quantile([4, 1, 2, 3], 0.25)).toBe(1.75)
    expect(quantile([5], 0.9)).toBe(5)
  })
})

describe('parseOptions(words, workloads)', () => {
  const idsOf = (only: string): string[] => parseOptions(['--only', only], workloads).workloads.map(({ id }) => id)

  it('chooses workloads by name or by the beginning of their names', () => {
    expect(idsOf('W1,w2-ADAM')).toEqual(['W1', 'W2-adam'])
    expect(idsOf('W4')).toEqual(['W4-sgd', 'W4-adagrad'])
    expect(parseOptions([], workloads)).toEqual({ json: false, rounds: 9, workloads })
  })

  it.each([['--only', 'W'], ['--only', ''], ['--rounds', '0'], ['--rounds', 'x'], ['--fast'], ['W1']])(
    'throws for %s %s', (...words) => {
      expect(() => parseOptions(words.filter((word) => word !== undefined), workloads)).toThrow()
    },
  )

  it('misuse of the program ends with exit code 2 and one line', () => {
    const main = fileURLToPath(new URL('main.ts', import.meta.url))
    const { status, stderr, stdout } = spawnSync(
      process.execPath, ['--import', 'tsx', main, '--only', 'W9'], { encoding: 'utf8' },
    )
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(/^bench: --only names 'w9', there are .*\n$/)
  })
})
