import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { learn, runEddy } from './run-eddy.ts'

const folder = mkdtempSync(join(tmpdir(), 'eddy-forms-'))
afterAll(() => rmSync(folder, { recursive: true }))
const path = (name: string): string => join(folder, name)
const file = (name: string, content: string): string => {
  writeFileSync(path(name), content)
  return path(name)
}

const flats = Array.from({ length: 300 }, (_, k) => ({
  area: 20.5 + (k * 37) % 90, city: ['Bern', 'Chur', 'Genf'][k % 3]!, price: 300.5 + 7 * ((k * 37) % 90) + 50 * (k % 3),
}))
const rows = (of: (flat: (typeof flats)[number], k: number) => string): string => flats.map(of).join('\n')
const plain = `area,city,price\n${rows(({ area, city, price }) => `${area},${city},${price}`)}\n`

describe('eddy learn: what stands for no number', () => {
  it.each(['-', 'None', '\\N', '#N/A'])('%s is as good as nothing, however often it comes', async (word) => {
    const every = (none: string): string => (
      `area,city,price\n${rows(({ area, city, price }, k) => `${k % 5 === 0 ? none : area},${city},${price}`)}\n`
    )
    const nothing = await learn([file('nothing.csv', every('')), '--target', 'price'])
    expect(await learn([file('word.csv', every(word)), '--target', 'price'])).toEqual(nothing)
  })
})

describe('eddy learn: what stands before the header', () => {
  it('a line sep= and comments change nothing that is learned, also when it goes on', async () => {
    const { digest } = await learn([file('plain.csv', plain), '--target', 'price'])
    const body = plain.replaceAll(',', ';').replaceAll('.', ',')
    const forms = { excel: `\ufeffsep=;\r\n${body}`, comments: `# flats, Bern\n#\n# in m2\n${plain}` }
    for (const [name, text] of Object.entries(forms)) {
      const argv = [file(`${name}.csv`, text), '--target', 'price', '--checkpoint', path(name)]
      await learn([...argv, '--limit', '100'])
      expect((await learn([...argv, '--resume'])).digest, name).toBe(digest)
      const said = await runEddy(['predict', path(`${name}.csv`), '--checkpoint', path(name), '--quiet'])
      expect([said.code, said.stderr, said.stdout.split('\n').length]).toEqual([0, '', 302])
    }
  })

  it('lines are counted from the first of the file', async () => {
    const { stdout } = await runEddy(['learn', file('bad.csv', `# a\n# b\n${plain}bad\n`), '--target', 'price'])
    expect(stdout).toMatch(/E_ARITY, first on line 304/)
  })
})
