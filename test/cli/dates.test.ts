import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { learn, runEddy } from './run-eddy.ts'

const folder = mkdtempSync(join(tmpdir(), 'eddy-dates-'))
afterAll(() => rmSync(folder, { recursive: true }))
const path = (name: string): string => join(folder, name)
const file = (name: string, content: string): string => {
  writeFileSync(path(name), content)
  return path(name)
}

/** A thousand days from the first of a month on; what is sold depends on the day of the week. */
const days = Array.from({ length: 1000 }, (_, k) => new Date(Date.UTC(2021, 4, 1 + k)))
const two = (value: number): string => String(value).padStart(2, '0')
const ways: Readonly<Record<string, (at: Date) => string>> = {
  iso: (at) => at.toISOString().slice(0, 10),
  german: (at) => `${two(at.getUTCDate())}.${two(at.getUTCMonth() + 1)}.${at.getUTCFullYear()}`,
  american: (at) => `${at.getUTCMonth() + 1}/${at.getUTCDate()}/${two(at.getUTCFullYear() % 100)} 12:00 AM`,
  british: (at) => `${two(at.getUTCDate())}/${two(at.getUTCMonth() + 1)}/${at.getUTCFullYear()}`,
}
const rows = (way: string, of = days): string => (
  `day,sold\n${of.map((at) => `${ways[way]!(at)},${at.getUTCDay() * 10 + 5}.5\n`).join('')}`
)

describe('eddy learn: dates', () => {
  it('learns the same from dates in any order that is clear, also when it goes on', async () => {
    const whole = await learn([file('iso.csv', rows('iso')), '--target', 'sold'])
    for (const way of ['german', 'american', 'british']) {
      const kept = path(`kept-${way}`)
      const argv = [file(`${way}.csv`, rows(way)), '--target', 'sold', '--checkpoint', kept]
      await learn([...argv, '--limit', '400'])
      expect((await learn([...argv, '--resume'])).digest, way).toBe(whole.digest)
    }
  })

  it('reads them in eddy predict as they were learned from, though the few there could have both orders', async () => {
    const few = [new Date(Date.UTC(2024, 1, 3)), new Date(Date.UTC(2024, 2, 4))]
    const answers = async (way: string): Promise<string> => {
      const argv = ['predict', file(`few-${way}.csv`, rows(way, few)), '--checkpoint', path(`kept-${way}`), '--quiet']
      return (await runEddy(argv)).stdout
    }
    const american = await answers('american')
    expect(american).toMatch(/^record,prediction\n1,\d[^\n]*\n2,\d[^\n]*\n$/)
    expect([await answers('british'), await answers('german')]).toEqual([american, american])
  })

  it('says which could have either order, and which later one contradicts', async () => {
    const unclear = file('unclear.csv', rows('british', days.filter((at) => at.getUTCDate() <= 12)))
    const { stdout } = await runEddy(['learn', unclear, '--target', 'sold'])
    expect(stdout).toMatch(/^day \("01\/05\/2021"\) holds dates whose day and month cannot be told apart, so each/m)
    const later = file('later.csv', `${rows('british', [...days, ...days])}01/13/2024,5.5\n01/14/2024,5.5\n`)
    const told = (await runEddy(['learn', later, '--target', 'sold'])).stdout
    expect(told.match(/line 2002: .*$/m)?.[0]).toBe(
      'line 2002: column day held times so far; '
      + '01/13/2024: taken as missing, wanted a date with its day first as before',
    )
    expect(told).not.toContain('line 2003')
  })
})
