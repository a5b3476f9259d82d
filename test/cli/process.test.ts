import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { fixture, type ParsedReport, runEddy, startEddy } from './run-eddy.ts'

const folder = mkdtempSync(join(tmpdir(), 'eddy-process-'))
afterAll(() => rmSync(folder, { recursive: true }))
const phishing = fixture('phishing.csv.gz')

/** A file that takes a while. */
function longFile(): string {
  const path = join(folder, 'long.csv')
  const row = (k: number): string => `${k % 97},${k % 89},w${k % 13},${(k % 97) * 2 + (k % 13)}.5`
  if (existsSync(path)) return path
  writeFileSync(path, `a,b,c,y\n${Array.from({ length: 600_000 }, (_, k) => row(k)).join('\n')}\n`)
  return path
}

describe('the eddy command as a process', () => {
  it('ends well when its reader has seen enough', async () => {
    const child = startEddy(['learn', longFile(), '--target', 'y', '--model', 'linear'])
    let stderr = ''
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
    const code = await new Promise((resolve) => {
      child.stdout.once('data', () => child.stdout.destroy())
      child.on('close', resolve)
    })
    expect([code, stderr]).toEqual([0, ''])
  })

  it('works on when nobody reads what it says to people', async () => {
    const child = startEddy(['learn', longFile(), '--target', 'y', '--model', 'linear', '--report', 'json'])
    let stdout = ''
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()))
    const code = await new Promise((resolve) => {
      child.stderr.once('data', () => child.stderr.destroy())
      child.on('close', resolve)
    })
    expect([code, (JSON.parse(stdout) as ParsedReport).learned]).toEqual([0, 600_000])
  })

  it('on Ctrl-C finishes the record in hand, writes the checkpoint, reports, and can go on', async () => {
    const kept = join(folder, 'kept')
    const argv = ['learn', longFile(), '--target', 'y', '--model', 'mlp:16', '--checkpoint', kept, '--report', 'json']
    const child = startEddy(argv)
    let stdout = ''
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()))
    const code = await new Promise((resolve) => {
      let isAsked = false
      child.stderr.on('data', (data: Buffer) => {
        if (isAsked || !/ records /.test(data.toString())) return
        isAsked = true
        child.kill('SIGINT')
      })
      child.on('close', resolve)
    })
    expect(code).toBe(0)
    const report = JSON.parse(stdout) as ParsedReport
    expect(report.events).toBeGreaterThan(0)
    expect(report.events).toBeLessThan(600_000)
    expect(report.learned).toBe(report.events)
    const { code: again, stdout: rest } = await runEddy([...argv, '--resume', '--limit', String(report.events + 500)])
    expect(again).toBe(0)
    expect((JSON.parse(rest) as ParsedReport).learned).toBe(report.events + 500)
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('on %s ends at once, too, when standard input is silent', async (signal) => {
    const kept = join(folder, `silent-${signal}`)
    const child = startEddy(['learn', '-', '--target', 'y', '--model', 'linear', '--checkpoint', kept])
    let stdout = ''
    child.stdin.write(`a,y\n${Array.from({ length: 300 }, (_, k) => `${k % 7},${k % 7}.5\n`).join('')}`)
    const code = await new Promise((resolve) => {
      child.stdout.on('data', (data: Buffer) => {
        const before = stdout
        stdout += data.toString()
        if (/ records /.test(stdout) && !/ records /.test(before)) child.kill(signal)
      })
      child.on('close', resolve)
    })
    expect(code).toBe(0)
    expect(stdout).toMatch(/(\d+) records of standard input: \1 learned/)
    expect((await runEddy(['predict', '-', '--checkpoint', kept], 'a\n3\n')).stdout).toMatch(/^record,prediction\n1,/)
  })

  it.each([['help'], ['help', 'replay'], ['--version']])('eddy %s %s says what it says elsewhere', async (...argv) => {
    const { code, stdout, stderr } = await runEddy(argv)
    expect([code, stderr]).toEqual([0, ''])
    const asked = argv[0] === '--version' ? /^\d+\.\d+\.\d+\n$/ : new RegExp(`^Usage: eddy ${argv[1] ?? ''}`)
    expect(stdout).toMatch(asked)
  })

  it('lists in its help what works, with examples, and nothing else', async () => {
    const { code, stdout } = await runEddy(['--help'])
    expect(code).toBe(0)
    const names = ['learn', 'predict', 'inspect', 'digest', 'rejected', 'replay', 'diff', 'export', 'demo', 'Examples:']
    expect(stdout).toMatch(new RegExp(names.join(' [^]*')))
    expect(stdout).not.toContain('studio')
    const learn = await runEddy(['learn', '--help'])
    expect(learn.stdout).toMatch(/--target <column>[^]*Every record ends in one way[^]*Examples:/)
    for (const line of `${stdout}${learn.stdout}`.split('\n')) expect(line.length).toBeLessThanOrEqual(120)
  })

  it('says what is wrong in one line on stderr, with code 2, and what was meant', async () => {
    const { code, stdout, stderr } = await runEddy(['learn', phishing, '--target', 'is_phising'])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^eddy learn: --target is_phising is no column of .* Did you mean is_phishing\? See .*\n$/)
  })

  it.runIf(existsSync('/dev/full'))('says so when standard output is full; what was learned is kept', async () => {
    const kept = join(folder, 'full')
    const output = openSync('/dev/full', 'w')
    const argv = ['learn', phishing, '--target', 'is_phishing', '--limit', '300', '--report', 'json', '--quiet']
    const child = startEddy([...argv, '--checkpoint', kept], undefined, ['pipe', output, 'pipe'])
    let stderr = ''
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
    const code = await new Promise((resolve) => child.on('close', resolve))
    closeSync(output)
    expect(code).toBe(1)
    expect(stderr).toMatch(/^eddy: standard output cannot be written \(ENOSPC\).*\n$/)
    const { learned } = JSON.parse((await runEddy([...argv, '--checkpoint', kept, '--resume'])).stdout) as ParsedReport
    expect(learned).toBe(300)
  })

  it('takes pnpm\'s lone --', async () => {
    const { code } = await runEddy(['--', 'learn', phishing, '--target', 'is_phishing', '--limit', '9', '--quiet'])
    expect(code).toBe(0)
  })
})
