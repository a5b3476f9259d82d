import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { learn, startEddy } from './run-eddy.ts'

const folder = mkdtempSync(join(tmpdir(), 'eddy-live-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A command whose standard input stays open, and what it has written so far. */
function begin(argv: readonly string[]) {
  const child = startEddy(argv)
  const written = { out: '', err: '' }
  child.stdout.on('data', (data: Buffer) => (written.out += data.toString()))
  child.stderr.on('data', (data: Buffer) => (written.err += data.toString()))
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  return { child, written, ended }
}

/** Waits until something is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10))
}

const rows = Array.from({ length: 120 }, (_, k) => `${k % 7},w${k % 3},${k % 7 + 10 * (k % 3)}.5\n`).join('')

describe('standard input that stays open', () => {
  it('is predicted record by record, as they come', async () => {
    writeFileSync(join(folder, 'rows.csv'), `a,b,y\n${rows}`)
    const kept = join(folder, 'kept')
    await learn([join(folder, 'rows.csv'), '--target', 'y', '--checkpoint', kept])
    const { child, written, ended } = begin(['predict', '-', '--checkpoint', kept])
    for (const [k, a] of [1, 2, 3].entries()) {
      child.stdin.write(`${JSON.stringify({ a, b: 'w1', note: 'enough bytes to see what format they are of' })}\n`)
      await until(() => written.out.split('\n').length > k + 2)
    }
    child.kill('SIGTERM')
    expect([await ended, written.err]).toEqual([0, expect.stringContaining('3 predicted, 0 rejected')])
    expect(written.out).toMatch(/^record,prediction\n1,[\d.]+\n2,[\d.]+\n3,[\d.]+\n$/)
  })

  it('is learned with a line for each prediction at once', async () => {
    const said = join(folder, 'said.csv')
    const { child, ended } = begin(['learn', '-', '--target', 'y', '--quiet', '--predictions', said])
    const lines = (): number => {
      try {
        return readFileSync(said, 'utf8').split('\n').length - 2
      } catch {
        return 0
      }
    }
    child.stdin.write(`a,b,y\n${rows}`)
    await until(() => lines() === 120)
    child.stdin.write('1,w2,3\n')
    await until(() => lines() === 121)
    child.kill('SIGINT')
    expect(await ended).toBe(0)
  })

  it.each([['SIGTERM', ''], ['SIGINT', 'a,b,y\n1,w0,2\n']] as const)(
    'does not hold up %s while first records are waited for', async (signal, text) => {
      const { child, written, ended } = begin(['learn', '-', '--target', 'y'])
      child.stdin.write(text)
      // Before the command listens, the signal ends it, as that of any process.
      setTimeout(() => child.kill(signal), 1500)
      expect([await ended, written.err]).toEqual(
        [1, 'eddy learn: stopped before the first records of standard input had come, so nothing was done.\n'],
      )
    },
  )
})
