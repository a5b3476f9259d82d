import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../../..', import.meta.url))
const tsx = fileURLToPath(new URL('../../../../node_modules/tsx/dist/cli.mjs', import.meta.url))
const main = fileURLToPath(new URL('../main.ts', import.meta.url))

interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the demo as a person would, in a process of its own. */
function run(...argv: string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [tsx, main, 'demo', ...argv], { cwd: root })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()))
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

interface ParsedReport {
  readonly events: number
  readonly learned: number
  readonly rejected: number
  readonly expired: number
  readonly metrics: Readonly<Record<string, number>>
  readonly baselines: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly digest: string
  readonly eventsPerSecond: number
  readonly seconds: number
}

describe('demo --report json', () => {
  it('flights: keeps the contract, rejects nothing, and ends with the same digest twice', async () => {
    const argv = ['flights', '--limit', '3000', '--report', 'json']
    const [first, second] = [await run(...argv), await run(...argv)]
    expect(first.code).toBe(0)
    expect(first.stdout).toMatch(/^\{.*\}\n$/)
    expect(first.stderr).toMatch(/landed/)
    const report = JSON.parse(first.stdout) as ParsedReport
    expect(report).toMatchObject({ events: 3000, learned: 3000, rejected: 0, expired: 0 })
    expect(Object.keys(report.metrics)).toEqual(['mae', 'rmse', 'r2', 'rocAuc', 'logLoss'])
    expect(Object.keys(report.baselines)).toEqual(['mean', 'median', 'noChange', 'prior'])
    for (const value of [...Object.values(report.metrics), ...Object.values(report.baselines).flatMap(Object.values)]) {
      expect(Number.isFinite(value)).toBe(true)
    }
    expect(report.digest).toMatch(/^[0-9a-f]{64}$/)
    expect(report.eventsPerSecond).toBeGreaterThan(0)
    expect((JSON.parse(second.stdout) as ParsedReport).digest).toBe(report.digest)
  })

  it('spam: keeps it as eddy learn does, and learns more than the majority', async () => {
    const { code, stdout, stderr } = await run('spam', '--limit', '2000', '--report', 'json')
    expect(code).toBe(0)
    const report = JSON.parse(stdout) as ParsedReport
    expect(report).toMatchObject({ events: 2000, learned: 2000, rejected: 0, expired: 0 })
    expect(report.metrics.accuracy).toBeGreaterThan(0.93)
    expect(report.metrics.rocAuc).toBeGreaterThan(0.97)
    expect(report.metrics.accuracy).toBeGreaterThan(report.baselines.majority!.accuracy! + 0.1)
    expect(stderr).toMatch(/2 columns to predict spam from/)
  })

  it('digits and xor: keep it too, and learn more than their baselines', async () => {
    const digits = await run('digits', '--limit', '1500', '--report', 'json', '--quiet')
    const { metrics, baselines, ...counts } = JSON.parse(digits.stdout) as ParsedReport
    expect(counts).toMatchObject({ events: 1500, learned: 1500, rejected: 0 })
    expect(metrics.accuracy).toBeGreaterThan(baselines.majority!.accuracy! + 0.4)
    expect(digits.stderr).toBe('')

    const xor = await run('xor', '--report', 'json', '--quiet')
    expect((JSON.parse(xor.stdout) as ParsedReport).metrics.accuracy).toBeGreaterThan(0.85)
  })
})

describe('demo', () => {
  it('ends misuse with code 2 and one line', async () => {
    const { code, stdout, stderr } = await run('flights', '--limit', 'lots')
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stderr).toMatch(/--limit.*lots.*whole number/)
  })
})
