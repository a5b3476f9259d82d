import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { disagreement } from './agreement.ts'
import { budgetsFrom } from './budgets-from.ts'
import { type Budget, exceeded } from './budgets.ts'
import { parseOptions } from './options.ts'
import { readmeTable } from './readme-table.ts'
import { jsonLine, resultsOf } from './result.ts'
import { timeRounds } from './rounds.ts'
import { quantile } from './statistics.ts'
import { table } from './table.ts'
import type { Variant } from './variant.ts'

/** A variant that is made up: these losses, this CPU time in each round. */
function made(
  name: string, losses: readonly number[], cpu: readonly number[] = [], more: Partial<Variant> = {},
): Variant {
  let round = 0
  return {
    name, prepare: () => {}, dispose: () => {},
    verify: (events) => Float64Array.from(losses.slice(0, events)),
    run: () => ({ cpu: cpu[round++]!, wall: 7, checksum: 0 }),
    ...more,
  }
}

describe('disagreement(variants, events)', () => {
  it('names the event, the losses and the variants', async () => {
    const problem = await disagreement([made('a', [1, 2]), made('b', [1, 2.1])], 2)
    expect(problem).toBe('event 1: the loss is 2.1 in b, 2 in a')
    expect(await disagreement([made('a', [1]), made('b', [NaN])], 1)).toMatch(/NaN in b/)
  })

  it('finds a small bias of every loss, and losses that are missing', async () => {
    expect(await disagreement([made('a', [1, 2]), made('b', [1.0001, 2.0001])], 2)).toMatch(/mean loss/)
    expect(await disagreement([made('a', [1, 2]), made('b', [1])], 2)).toMatch(/b gave 1 losses for 2 events/)
  })

  it('compares a variant with the reference it names, and of a slow one its share', async () => {
    const other = made('other', [5, 5])
    expect(await disagreement([made('a', [1, 2]), made('b', [5, 5], [], { reference: other })], 2)).toBeNull()
    expect(await disagreement([made('a', [1, 2]), made('b', [5, 6], [], { reference: other })], 2)).toMatch(/in other/)
    const many = Array.from({ length: 200 }, () => 1)
    expect(await disagreement([made('a', many), made('b', many.slice(0, 50), [], { share: 0.01 })], 200)).toBeNull()
  })
})

describe('timeRounds(variants, rounds, events), resultsOf(workload, timings)', () => {
  it('leave the first round out and take the median of the ratios of single rounds', async () => {
    const timings = await timeRounds([made('C', [], [9, 10, 20, 40]), made('eddy', [], [1, 30, 40, 40])], 3, 1)
    const shared = { workload: 'W', baseline: 'C', wallNsPerEvent: 7 }
    expect(resultsOf('W', timings)).toEqual([
      { ...shared, variant: 'C', nsPerEvent: 20, ratio: 1, quartiles: [15, 30] },
      { ...shared, variant: 'eddy', nsPerEvent: 40, ratio: 2, quartiles: [35, 40] },
    ])
  })

  it('give a slow variant its share of the events', async () => {
    const asked: number[] = []
    const run = (events: number) => (asked.push(events), { cpu: 1, wall: 1, checksum: 0 })
    await timeRounds([made('slow', [], [], { share: 0.01, run })], 1, 250)
    expect(asked).toEqual([3, 3])
  })
})

const result = {
  workload: 'W', variant: 'eddy', nsPerEvent: 1234, ratio: 2.5, baseline: 'C', quartiles: [1200, 1300] as const,
  wallNsPerEvent: 1250,
}
const base = { ...result, variant: 'C', nsPerEvent: 1000, ratio: 1 }

describe('jsonLine(result)', () => {
  it('has exactly the six keys that other programs read', () => {
    expect(JSON.parse(jsonLine(result))).toEqual({
      workload: 'W', variant: 'eddy', nsPerEvent: 1234, ratio: 2.5, baseline: 'C', quartiles: [1200, 1300],
    })
  })
})

describe('table(title, results, remarks)', () => {
  it('puts every result on a line of its own, and remarks below', () => {
    const lines = table('W: made up', [base, result], ['a remark']).split('\n')
    expect(lines).toHaveLength(5)
    expect(lines[3]).toMatch(/eddy +2\.50 +1,234 +1,200 \.\. 1,300 +1,250$/)
    expect(lines[4]).toBe('  a remark')
  })
})

describe('exceeded(budgets, results)', () => {
  const problemsOf = (budget: Partial<Budget>): readonly string[] => (
    exceeded([{ workload: 'W', variant: 'eddy', ...budget }], [base, result])
  )

  it('is silent up to the limit, and names workload, variant, got and wanted beyond', () => {
    expect(problemsOf({ ratio: { C: 2.5 } })).toEqual([])
    expect(problemsOf({ ratio: { C: 2.4 } })).toEqual(['budget: W, eddy: got 2.5 times C, wanted at most 2.4'])
    expect(problemsOf({ extraNs: 234 })).toEqual([])
    expect(problemsOf({ extraNs: 200 })).toEqual([
      'budget: W, eddy: got 234 ns an event more than C, wanted at most 200',
    ])
  })

  it('leaves alone what was not measured, and limits for another baseline', () => {
    expect(problemsOf({ workload: 'W0', extraNs: 0 })).toEqual([])
    expect(problemsOf({ variant: 'none', extraNs: 0 })).toEqual([])
    expect(problemsOf({ ratio: { plain: 1 } })).toEqual([])
  })
})

describe('budgetsFrom(lines)', () => {
  it('allows half more than was measured, to every baseline, and nothing to others', () => {
    const lines = [base, { ...base, variant: 'plain', nsPerEvent: 617 }, result].map(jsonLine)
    expect(budgetsFrom(lines)).toEqual([{ workload: 'W', variant: 'eddy', ratio: { C: 3.8, plain: 3 } }])
  })

  it('counts nanoseconds where observers pay', () => {
    const lines = [{ ...base, baseline: 'none', variant: 'none' }, { ...result, baseline: 'none', variant: 'one' }]
    expect(budgetsFrom(lines.map((line) => jsonLine({ ...line, workload: 'W8' })))).toEqual([
      { workload: 'W8', variant: 'one', extraNs: 360 },
    ])
    const small = [{ ...base, baseline: 'none', variant: 'none' }, { ...base, baseline: 'none', nsPerEvent: 990 }]
    expect(budgetsFrom(small.map((line) => jsonLine({ ...line, workload: 'W9' })))[0]!.extraNs).toBe(250)
  })

  it('what was measured keeps them', () => {
    const lines = [base, result]
    expect(exceeded(budgetsFrom(lines.map(jsonLine)), lines)).toEqual([])
  })
})

describe('readmeTable(lines)', () => {
  it('has a row for each workload with ratios to its C', () => {
    const lines = ['C', 'C, 128 bits', 'plain', 'eddy', 'eddy burst', 'eddy resident'].map((variant, k) => jsonLine({
      ...result, workload: 'W1', variant, ratio: [1, 1.13, 6.66, 1.84, 12.4, 3][k]!,
    }))
    const rows = readmeTable(lines).split('\n')
    expect(rows.at(-1)).toBe('| MLP 2-8-1, SGD | 1 | 1.1 | 1.8 | 12 | 3.0 | 6.7 |')
  })

  it('throws when the C baseline was missing', () => {
    expect(() => readmeTable([jsonLine({ ...result, workload: 'W1', baseline: 'plain' })])).toThrow(/baseline/)
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
  const workloads = ['W1', 'W2-sgd', 'W2-adam', 'W10'].map((id) => ({ id }))
  const idsOf = (only: string): string[] => parseOptions(['--only', only], workloads).workloads.map(({ id }) => id)

  it('chooses workloads by name or by the beginning of their names', () => {
    expect(idsOf('W1,w2-ADAM')).toEqual(['W1', 'W2-adam'])
    expect(idsOf('W2')).toEqual(['W2-sgd', 'W2-adam'])
  })

  it('knows what is asked for, and what is usual', () => {
    expect(parseOptions([], workloads)).toEqual({ json: false, check: false, peers: false, rounds: 9, workloads })
    expect(parseOptions(['--json', '--check', '--peers', '--rounds', '3'], workloads)).toEqual({
      json: true, check: true, peers: true, rounds: 3, workloads,
    })
  })

  it.each([['--only', 'W'], ['--only', ''], ['--rounds', '0'], ['--rounds', 'x'], ['--fast'], ['W1']])(
    'throws for %s %s', (...words) => {
      expect(() => parseOptions(words.filter((word) => word !== undefined), workloads)).toThrow()
    },
  )

  it('misuse of the program ends with exit code 2 and one line', () => {
    const main = fileURLToPath(new URL('main.ts', import.meta.url))
    const { status, stderr, stdout } = spawnSync(
      process.execPath, ['--import', 'tsx', main, '--only', 'W99'], { encoding: 'utf8' },
    )
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(/^bench: --only names 'w99', there are .*\n$/)
  })
})
