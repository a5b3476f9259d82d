import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { widthOf } from '@eddy/terminal'
import { eddy } from '../eddy.ts'

const folder = mkdtempSync(join(tmpdir(), 'eddy-view-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'rides.csv')
const rows = Array.from({ length: 400 }, (_, k) => `${k % 7},${k % 3 === 0 ? 'late' : 'early'},c${k % 5}\n`)
writeFileSync(file, `hour,when,city\n${rows.join('')}`)

/** Runs the command in a terminal of this size; gives all that was written, by line. */
async function watched(argv: readonly string[], columns: number, terminalRows: number): Promise<string[]> {
  let text = ''
  const stdout = { isTTY: true, columns, rows: terminalRows, write: (more: string) => { text += more } }
  const code = await eddy(argv, { stdout, stderr: stdout, env: { TERM: 'xterm' } })
  expect([code, text]).toEqual([0, expect.stringContaining('\u001B[?25h')])
  // eslint-disable-next-line no-control-regex -- the escape character is what is looked for
  return text.replaceAll(/\u001B\[[0-9;?]*[a-zA-Z]/g, '').split('\n')
}

describe('eddy learn, watched in a terminal', () => {
  it.each([
    [20, 5], [24, 10], [40, 12], [80, 24], [200, 60],
  ])('of %i x %i: draws, gives the cursor back and reports', async (columns, terminalRows) => {
    for (const model of ['auto', 'linear']) {
      const argv = ['learn', file, '--target', 'when', '--model', model, '--limit', '300']
      const lines = await watched(argv, columns, terminalRows)
      expect(lines.join('\n')).toMatch(/300 learned, 0 rejected/)
    }
  })

  it('of 80 columns: the table of scores fits', async () => {
    const lines = await watched(['learn', file, '--target', 'when', '--model', 'linear'], 80, 24)
    const table = lines.filter((line) => /^(Eddy|no change|majority| +accuracy) /.test(line))
    expect(table.length).toBeGreaterThanOrEqual(4)
    for (const line of table) expect(widthOf(line)).toBeLessThan(80)
  })
})
