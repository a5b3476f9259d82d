import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { learn, runEddy } from './run-eddy.ts'

const folder = mkdtempSync(join(tmpdir(), 'eddy-predict-'))
afterAll(() => rmSync(folder, { recursive: true }))
const path = (name: string): string => join(folder, name)
const file = (name: string, content: string): string => {
  writeFileSync(path(name), content)
  return path(name)
}

const cities = ['Bern', 'Chur', 'Genf']
const notes = ['a quiet house with a view of the lake', 'small rooms close to the station and the river']
const flats = Array.from({ length: 200 }, (_, k) => ({
  area: 20 + (k * 37) % 90, at: { city: cities[k % 3] }, note: notes[k % 2], price: 300 + 7 * ((k * 37) % 90),
}))

beforeAll(async () => {
  const rows = flats.map(({ area, at, note, price }) => `${area},${at.city},${note},${price}\n`)
  const csv = file('flats.csv', `area,city,note,price\n${rows.join('')}`)
  const lines = file('flats.ndjson', flats.map((flat) => `${JSON.stringify(flat)}\n`).join(''))
  await learn([csv, '--target', 'price', '--checkpoint', path('auto')])
  await learn([csv, '--target', 'price', '--model', 'linear', '--checkpoint', path('linear')])
  await learn([lines, '--target', 'price', '--checkpoint', path('nested')])
})

describe('eddy predict: columns', () => {
  it.each(['auto', 'linear'])('those that were learned from, in any order: %s', async (kept) => {
    const given = file('given.csv', 'city,note,area\nChur,small rooms,40\nBern,a view,80\n')
    const { code, stdout, stderr } = await runEddy(['predict', given, '--checkpoint', path(kept)])
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^2 records of .*: 2 predicted, 0 rejected[^\n]*\n$/)])
    const [, first, second] = stdout.split('\n').map((line) => Number(line.split(',')[1]))
    expect(Math.abs(second! - first!)).toBeGreaterThan(50)
  })

  it.each(['auto', 'linear', 'nested'])('without any of them it refuses, and writes nothing: %s', async (kept) => {
    const given = file('other.csv', 'flaeche,ort\n40,Chur\n')
    const said = file('said.csv', 'what was there before\n')
    const argv = ['predict', given, '--checkpoint', path(kept), '--predictions', said]
    const { code, stdout, stderr } = await runEddy(argv)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/other\.csv has none of the columns that price was learned from: wanted [^\n]*area/)
    expect(stderr).toMatch(/, got flaeche, ort\. [^\n]*\n$/)
    expect(readFileSync(said, 'utf8')).toBe('what was there before\n')
  })

  it('without some of them it says so on one line, and predicts', async () => {
    const given = file('some.csv', 'area,ctiy\n40,Chur\n80,Bern\n')
    const { code, stdout, stderr } = await runEddy(['predict', given, '--checkpoint', path('auto')])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^record,prediction\n1,\d+\.?\d*\n2,\d+\.?\d*\n$/)
    expect(stderr.split('\n')[0]).toMatch(
      /^eddy predict: .*some\.csv lacks 2 of the 3 columns that price was learned from: city, note \(it has ctiy\)\. /,
    )
    const quiet = await runEddy(['predict', given, '--checkpoint', path('auto'), '--quiet'])
    expect(quiet).toEqual({ code: 0, stdout, stderr: '' })
  })

  it('of nested records the outermost name counts, and of no records nothing is wanted', async () => {
    const given = file('nested.ndjson', '{"area":40,"at":{"city":"Chur"},"note":"small rooms"}\n')
    const whole = await runEddy(['predict', given, '--checkpoint', path('nested'), '--quiet'])
    expect([whole.code, whole.stderr]).toEqual([0, ''])
    const without = await runEddy(['predict', '-', '--checkpoint', path('nested')], '{"area":40,"note":"small"}\n')
    expect(without.stderr).toMatch(/^eddy predict: standard input lacks 1 of the 3 columns .* learned from: at\. /)
    const none = await runEddy(['predict', '-', '--checkpoint', path('nested'), '--quiet'])
    expect(none).toEqual({ code: 0, stdout: 'record,prediction\n', stderr: '' })
  })

  it.each(['auto', 'linear'])('hold what they held when learned from, whatever comes along: %s', async (model) => {
    const rows = Array.from({ length: 500 }, (_, k) => {
      const [rooms, size] = [((k * 7919) % 104_729) % 5, ((k * 1299) % 7919) % 7]
      return `${rooms === 4 ? '4+' : rooms},${size},${k % 2 === 0 ? 'yes' : 'no'},${10 * rooms + 3 * size}.5\n`
    })
    const kept = path(`rooms-${model}`)
    const learned = file('rooms.csv', `rooms,__proto__,lift,price\n${rows.join('')}`)
    await learn([learned, '--target', 'price', '--model', model, '--checkpoint', kept])
    const lines = ['0,1,yes', '3,1,yes', '4+,1,no', '1,unknown,no', '1,?,no']
    const said = async (given: readonly string[]): Promise<string[]> => {
      const input = `rooms,__proto__,lift\n${given.map((line) => `${line}\n`).join('')}`
      const { stdout, stderr } = await runEddy(['predict', '-', '--checkpoint', kept], input)
      const isWarned = given.length === 1 && given[0]!.includes('unknown')
      expect(/column __proto__ of standard input holds text such as "unknown"/.test(stderr)).toBe(isWarned)
      return stdout.trim().split('\n').slice(1).map((line) => line.split(',')[1]!)
    }
    const together = await said(lines)
    const alone = await Promise.all(lines.map(async (line) => (await said([line]))[0]!))
    expect(together).toEqual(alone)
    expect(Number(together[1]) - Number(together[0])).toBeGreaterThan(15)
  })

  it('takes a time that cannot be read as missing, as learning does', async () => {
    const rows = Array.from({ length: 60 }, (_, k) => `2024-01-${10 + k % 19},${k % 5},${k % 5 * 2}.5\n`)
    rows[40] = 'soon,2,4.5\n'
    const timed = file('timed.csv', `day,a,y\n${rows.join('')}`)
    const learned = await learn([timed, '--target', 'y', '--model', 'linear', '--checkpoint', path('timed')])
    expect(learned).toMatchObject({ learned: 60, rejected: 0 })
    const { stdout } = await runEddy(['predict', '-', '--checkpoint', path('timed')], 'day,a\nsoon,2\n,2\n')
    const [, soon, none] = stdout.split('\n').map((line) => line.split(',')[1])
    expect([soon, Number(soon)]).toEqual([none, expect.any(Number)])
  })
})
