import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { learn, runEddy, startEddy } from './run-eddy.ts'

const folder = mkdtempSync(join(tmpdir(), 'eddy-formats-'))
afterAll(() => rmSync(folder, { recursive: true }))
const path = (name: string): string => join(folder, name)
const file = (name: string, content: string): string => {
  writeFileSync(path(name), content)
  return path(name)
}

// Every fifty minutes: more at noon, and with the heating on.
const hours = Array.from({ length: 400 }, (_, k) => {
  const ms = 1_700_000_000_000 + k * 3_000_000
  const on = k % 7 < 3
  return { ms, on, load: 50 + 20 * Math.sin((ms / 43_200_000) * Math.PI) + (on ? 9 : 0) + (k * 37) % 5 }
})
type Hour = typeof hours[number]
type Time = (ms: number) => number | string
const forms: Record<string, Time> = {
  seconds: (ms) => ms / 1000,
  milliseconds: (ms) => ms,
  slashes: (ms) => new Date(ms).toISOString().replaceAll('-', '/').slice(0, 19).replace('T', ' '),
  header: (ms) => new Date(ms).toUTCString(),
}
const csvOf = (rows: readonly Hour[], time: Time, on = (is: boolean): string => String(is)): string => (
  `ts,on,load\n${rows.map((row) => `"${time(row.ms)}",${on(row.on)},${row.load}\n`).join('')}`
)
const linesOf = (rows: readonly Hour[], time: Time, on: (is: boolean) => unknown = (is) => is): string => (
  rows.map((row) => `${JSON.stringify({ ts: time(row.ms), on: on(row.on), load: row.load })}\n`).join('')
)

describe.each(['auto', 'linear'])('eddy learn --model %s: the same records in other formats', (model) => {
  const argv = (name: string): string[] => [name, '--target', 'load', '--model', model, '--time', 'ts', '--delay', '3h']

  it('give the same bits, whatever form their times have', async () => {
    const { digest, metrics } = await learn(argv(file('iso.csv', csvOf(hours, (ms) => new Date(ms).toISOString()))))
    for (const [name, form] of Object.entries(forms)) {
      const ofCsv = await learn(argv(file(`${name}.csv`, csvOf(hours, form))))
      const ofLines = await learn(argv(file(`${name}.ndjson`, linesOf(hours, form))))
      expect([name, ofCsv.digest, ofLines.digest, ofLines.metrics]).toEqual([name, digest, digest, metrics])
    }
  })

  it('give the same bits where some times are missing', async () => {
    const some: Time = (ms) => (ms % 7 === 0 ? '' : new Date(ms).toISOString())
    const options = (name: string): string[] => [name, '--target', 'load', '--model', model]
    const lines = await learn(options(file('some.ndjson', linesOf(hours, some))))
    expect(lines).toEqual(await learn(options(file('some.csv', csvOf(hours, some)))))
    expect(lines).toMatchObject({ learned: 400, rejected: 0 })
  })

  it('are predicted alike by what was learned from any of them', async () => {
    const [old, next] = [hours.slice(0, 300), hours.slice(300, 310)]
    const said = new Set<string>()
    const given = [
      ...Object.values(forms).map((form) => linesOf(next, form)), csvOf(next, forms['seconds']!),
      linesOf(next, (ms) => new Date(ms).toISOString(), (is) => (is ? 'yes' : 'no')),
    ]
    for (const text of [csvOf(old, forms['header']!), linesOf(old, forms['seconds']!)]) {
      const kept = path(`kept-${model}-${text[0]}`.replace(/\W+$/, '-json'))
      await learn([file('old', text), '--target', 'load', '--model', model, '--checkpoint', kept])
      for (const records of given) {
        const { code, stdout, stderr } = await runEddy(['predict', '-', '--checkpoint', kept, '--quiet'], records)
        expect([code, stderr]).toEqual([0, ''])
        said.add(stdout)
      }
    }
    expect(said.size).toBe(1)
  })
})

describe('eddy learn: kinds of columns of standard input', () => {
  it('are seen from the first records, not from those that came first through the pipe', async () => {
    const rows = hours.map(({ ms, load }, k) => {
      const at = k === 0 ? null : new Date(ms).toUTCString()
      return `${JSON.stringify({ host: 'a machine with a name of more than 64 bytes in the first line', at, load })}\n`
    })
    const argv = ['-', '--target', 'load', '--model', 'linear', '--report', 'json', '--quiet']
    const child = startEddy(['learn', ...argv])
    let stdout = ''
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()))
    child.stdin.write(rows[0])
    setTimeout(() => child.stdin.end(rows.slice(1).join('')), 300)
    await new Promise((resolve) => child.on('close', resolve))
    const { digest } = await learn(argv.slice(0, 5), rows.join(''))
    expect((JSON.parse(stdout) as { digest: string }).digest).toBe(digest)
  })
})

describe('eddy predict: true and false', () => {
  const kept = path('flags')
  const predicted = async (text: string) => {
    const { stdout, stderr } = await runEddy(['predict', '-', '--checkpoint', kept], text)
    return { said: stdout.trim().split('\n').slice(1).map((line) => line.split(',')[1]), stderr }
  }

  it('stay what they were where another word comes among them', async () => {
    await learn([file('flags.csv', csvOf(hours, (ms) => ms, (is) => (is ? 'yes' : 'no'))), '--target', 'load',
      '--ignore', 'ts', '--checkpoint', kept])
    const { said: [yes, no] } = await predicted('on\nyes\nno\n')
    expect(Math.abs(Number(yes) - Number(no))).toBeGreaterThan(2)
    const { said } = await predicted('on\nyes\nno\nmaybe\nYES\n')
    expect([said[0], said[1], said[3]]).toEqual([yes, no, yes])
    expect((await predicted('{"on":"no"}\n{"on":true}\n')).said).toEqual([no, yes])
  })

  it('it says so when they are something else', async () => {
    const { stderr } = await predicted('on\n1\n0\n')
    expect(stderr).toMatch(
      /^eddy predict: column on of standard input holds values such as 1, and was learned from as true and false\. /,
    )
    expect((await predicted('on\nyes\nno\n')).stderr).not.toMatch(/holds/)
  })
})
