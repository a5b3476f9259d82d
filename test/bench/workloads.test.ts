import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { disagreement } from './agreement.ts'
import { readBudgets } from './budgets.ts'
import { Toolchain } from './toolchain.ts'
import type { Workload } from './workload.ts'
import { workloads } from './workloads/index.ts'

const withoutTools = { toolchain: null, peers: null }
const named = workloads.map((workload) => [workload.id, workload] as const)

describe.each(named)('%s', (_, workload) => {
  it('all variants give the same answers', async () => {
    expect(await disagreement(await workload.variants(withoutTools), 60)).toBeNull()
  })

  it('its budgets name variants that there are', async () => {
    const names = (await workload.variants(withoutTools)).map(({ name }) => name)
    const budgeted = readBudgets().filter((budget) => budget.workload === workload.id).map(({ variant }) => variant)
    expect(budgeted.filter((name) => !names.includes(name))).toEqual([])
  })
})

const learning = named.filter(([id]) => id !== 'W5')

describe.each(learning)('%s', (_, workload) => {
  it('its first variant in JavaScript learns', async () => {
    const [first] = await workload.variants(withoutTools)
    const losses = await first!.verify(1000)
    const sum = (from: number, to: number): number => losses.subarray(from, to).reduce((a, b) => a + b, 0)
    expect(sum(700, 1000)).toBeLessThan(sum(0, 300))
  })
})

/** Those without ask what Eddy's own features cost. */
const withC = named.filter(([id]) => !/^W([789]|1\d)\b/.test(id))

describe('the C baselines', () => {
  let toolchain: Toolchain | null = null
  beforeAll(() => {
    toolchain = Toolchain.find()
  })
  afterAll(() => toolchain?.close())

  it.for(withC)('%s: C has the answers of the loops in JavaScript', async ([, workload], { skip }) => {
    if (toolchain === null) return skip('no gcc, cc or clang was found; the bench skips the C variants too')
    const programs = await programsOf(workload, toolchain)
    expect(programs.length).toBeGreaterThan(0)
    const [reference] = await workload.variants(withoutTools)
    expect(await disagreement([reference!, ...programs], 60)).toBeNull()
    const timing = await programs[0]!.run(50)
    expect(timing).toEqual({ cpu: expect.any(Number), wall: expect.any(Number), checksum: expect.any(Number) })
  })
})

async function programsOf(workload: Workload, toolchain: Toolchain) {
  return (await workload.variants({ toolchain, peers: null })).filter(({ name }) => /^C\b/.test(name))
}
