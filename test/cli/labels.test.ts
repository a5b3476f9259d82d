import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { learn, runEddy } from './run-eddy.ts'

const rows = Array.from({ length: 600 }, (_, k) => ({ a: k % 7, b: k % 11, y: 900 + 30 * (k % 7) + 0.5 }))
const csv = (label: (y: number, k: number) => string): string => (
  `a,b,y\n${rows.map(({ a, b, y }, k) => `${a},${b},"${label(y, k)}"\n`).join('')}`
)

describe('eddy learn: labels that look like numbers', () => {
  it.each([
    ['separators', (y: number, k: number) => (y + k).toLocaleString('en-US'), /such as "1,0[0-9.]+"/],
    ['a decimal comma', (y: number, k: number) => String(y + k / 1000).replace('.', ','), /such as "900,5"/],
    ['a currency', (y: number, k: number) => `$${y + k / 1000}`, /such as "\$900\.5"/],
    ['a unit', (y: number, k: number) => `${y + k / 1000} kg`, /such as "900\.5 kg"/],
  ])('with %s are refused on one line that says what to do', async (_, label, message) => {
    for (const task of [[], ['--task', 'regression']]) {
      const { code, stdout, stderr } = await runEddy(['learn', '-', '--target', 'y', ...task], csv(label))
      expect([code, stdout]).toEqual([2, ''])
      expect(stderr).toMatch(message)
      expect(stderr).toMatch(/^eddy learn: --target y holds amounts [^\n]+ Write them as plain numbers, [^\n]+\n$/)
    }
  })

  it('are learned as numbers by --task regression when many others are words, which are rejected', async () => {
    const input = csv((y, k) => (k % 5 === 0 ? 'lost' : String(y + k / 1000)))
    const asked = await runEddy(['learn', '-', '--target', 'y'], input)
    expect([asked.code, asked.stderr]).toEqual([2, expect.stringMatching(/numbers as text.* Give --task regression/)])
    const report = await learn(['-', '--target', 'y', '--task', 'regression', '--model', 'linear'], input)
    expect(report).toMatchObject({ events: 600, learned: 480, rejected: 120 })
    expect(report.metrics.mae).toBeLessThan(report.baselines.mean!.mae!)
  })

  it('stay numbers when words come later', async () => {
    const labels = Array.from({ length: 2000 }, (_, k) => (k >= 1200 && k % 2 === 0 ? 'unknown' : `${k % 7}.${k}`))
    const input = `a,y\n${labels.map((label, k) => `${k % 7},${label}\n`).join('')}`
    const report = await learn(['-', '--target', 'y', '--model', 'linear'], input)
    expect(report).toMatchObject({ events: 2000, learned: 1600, rejected: 400 })
  })
})

describe('eddy learn: labels yes and no', () => {
  it('are said as the column has them, however the run goes on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'eddy-labels-'))
    try {
      const at = (name: string): string => join(folder, name)
      const [data, said, kept] = [at('data.csv'), at('said.csv'), at('kept')]
      const lines = rows.map(({ a }, k) => `${a},${k % 50 === 9 ? 'YES' : a > 3 ? 'Yes' : 'No'}`)
      writeFileSync(data, `a,y\n${lines.join('\n')}\n`)
      const argv = [data, '--target', 'y', '--task', 'binary', '--model', 'linear', '--predictions', said]
      const whole = await learn(argv)
      const text = readFileSync(said, 'utf8')
      for (const column of [1, 3]) {
        const words = text.trim().split('\n').slice(1).map((line) => line.split(',')[column])
        expect(new Set(words)).toEqual(new Set(['No', 'Yes']))
      }
      await learn([...argv, '--checkpoint', kept, '--limit', '450'])
      expect(await learn([...argv, '--checkpoint', kept, '--resume'])).toEqual(whole)
      expect(readFileSync(said, 'utf8')).toBe(text)
      expect((await runEddy(['predict', '-', '--checkpoint', kept], 'a\n6\n0\n')).stdout).toMatch(/\n1,Yes,.*\n2,No,/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
