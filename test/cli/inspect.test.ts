import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { learn, runEddy } from './run-eddy.ts'

const folder = mkdtempSync(join(tmpdir(), 'eddy-inspect-'))
afterAll(() => rmSync(folder, { recursive: true }))

const kept = join(folder, 'kept')
const path = join(folder, 'events.csv')
const good = Array.from({ length: 200 }, (_, k) => `g${k},${k % 7},w${k % 3},${k % 7}.5`)
const bad = ['b1,1,w1', 'b2,2,w2,', 'b3,3,w3,oops', 'b4,1e31,w1,2', 'b5,5,w1,1e31']
let report: Awaited<ReturnType<typeof learn>>

beforeAll(async () => {
  writeFileSync(path, `id,a,b,y\n${[...good.slice(0, 100), ...bad, ...good.slice(100)].join('\n')}\n`)
  report = await learn([path, '--target', 'y', '--model', 'mlp:4', '--id', 'id', '--checkpoint', kept])
})

async function run(...argv: string[]): Promise<string> {
  const { code, stdout, stderr } = await runEddy(argv)
  expect([code, stderr]).toEqual([0, ''])
  return stdout
}

describe('eddy digest', () => {
  it('prints the digest that learn printed, and leaves the folder as it is', async () => {
    const bytes = (): readonly string[] => readdirSync(kept).map((name) => readFileSync(join(kept, name), 'base64'))
    const before = bytes()
    expect(await run('digest', kept)).toBe(`${report.digest}\n`)
    expect(bytes()).toEqual(before)
  })
})

describe('eddy inspect', () => {
  it('as JSON has the counts and scores of the report, the plan, the checkpoints, the reach of the log', async () => {
    const found = JSON.parse(await run('inspect', kept, '--report', 'json')) as Record<string, unknown>
    expect(found).toMatchObject(report)
    expect(found).toMatchObject({
      plan: { target: 'y', task: 'regression', model: 'mlp:4', id: 'id', ignore: ['id'], seed: 1, loss: 'squared' },
      records: 205, waiting: 0, quarantined: 4, learnedLater: 0, damage: [], log: { from: 0, to: 206, without: [] },
    })
    expect(found.checkpoints).toMatchObject([{ after: 206 }, { after: 0 }])
  })

  it('as text shows the scores, the graph with its parameters, and what is kept', async () => {
    const text = await run('inspect', kept)
    expect(text).toMatch(/: y \(regression\), model mlp:4, loss squared, seed 1\nignored id; id id\n205 records: 200 l/)
    expect(text).toMatch(/^Eddy +\d+\.\d+/m)
    expect(text).toMatch(/^hidden 1 = dense\(4\) +\[4\] .*: weight \[4\+, 4\], bias \[4\]$/m)
    expect(text).toMatch(/^2 checkpoints, after 206, 0 operations; \d+\.\d KiB in all$/m)
    expect(text).toMatch(/^the log has 206 operations, back to the beginning$/m)
    expect(text).toMatch(/^4 rejected records are kept .*\nno damage\ndigest [0-9a-f]{64}\n$/m)
  })

  it('says that there is no log, and what is damaged', async () => {
    const other = join(folder, 'other')
    await learn([path, '--target', 'y', '--model', 'linear', '--no-log', '--every', '40', '--checkpoint', other])
    expect(await run('inspect', other)).toMatch(/^no log: nothing can be taken back$/m)
    const last = join(other, readdirSync(other).filter((name) => name.startsWith('checkpoints')).sort().at(-1)!)
    const bytes = readFileSync(last)
    // Inside the newest checkpoint: what stands behind it only says that the file ends there.
    bytes[bytes.length - 100]! ^= 4
    writeFileSync(last, bytes)
    const text = await run('inspect', other)
    expect(text.match(/^damage: checkpoints-\d+\.eddy, byte \d+: a checkpoint$/gm)).toHaveLength(1)
    expect(text).toMatch(/^199 records: /m)
  })
})

describe('eddy rejected', () => {
  it('lists each rejected record with its name, code, place and reason', async () => {
    expect(await run('rejected', kept)).toMatch(new RegExp([
      /record 101 +E_ARITY +\$: it has 3 fields, the header has 4 \[source, input\]/,
      /record 103 \(b3\) +E_LABEL +\$\.y: the label: it is "oops", wanted a number \[record, input\]/,
      /record 104 \(b4\) +E_RANGE +\$\.a: got 1e\+31 .* \[features, input\]/,
      /record 105 \(b5\) +E_RANGE +\$\.y: the label: it is 1e\+31, .* \[record, input\]/,
    ].map(({ source }) => `${source}\n`).join('')))
    const lines = (await run('rejected', kept, '--report', 'json')).trim().split('\n').map((line) => (
      JSON.parse(line) as { record: number; id: string; raw?: string; event?: object }
    ))
    expect(lines.map(({ record, id }) => [record, id])).toEqual([[101, '101'], [103, 'b3'], [104, 'b4'], [105, 'b5']])
    expect(lines[0]!.raw).toBe('b1,1,w1')
    expect(lines[1]!.event).toEqual({ id: 'b3', a: 3, b: 'w3', y: 'oops' })
  })

  it('says that there are none', async () => {
    const clean = join(folder, 'clean')
    await learn([path, '--target', 'y', '--limit', '50', '--checkpoint', clean])
    expect(await run('rejected', clean)).toBe('No record was rejected.\n')
  })
})
