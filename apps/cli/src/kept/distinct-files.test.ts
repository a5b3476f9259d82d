import { linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { checkDistinct } from './distinct-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'eddy-distinct-'))
afterAll(() => rmSync(folder, { recursive: true }))
const path = (name: string): string => join(folder, name)
writeFileSync(path('events.csv'), 'a\n1\n')
linkSync(path('events.csv'), path('hard.csv'))
symlinkSync(path('events.csv'), path('soft.csv'))

describe('checkDistinct(read, written)', () => {
  it.each(['events.csv', './events.csv', 'hard.csv', 'soft.csv'])('refuses to write %s, which is read', (name) => {
    const act = (): void => checkDistinct([['FILE', path('events.csv')]], [['--rejected', `${folder}/${name}`]])
    expect(act).toThrow(/^--rejected .* is the file of FILE, and would overwrite it\. Name another file with --reje/)
  })

  it('refuses one file for two things, also one that is still to be made', () => {
    const twice = (one: string, other: string) => (): void => (
      checkDistinct([], [['--predictions', one], ['--rejected', other]])
    )
    expect(twice(path('new.csv'), `${folder}/./new.csv`)).toThrow(/^--rejected .* is the file of --predictions/)
    expect(twice(path('new.csv'), path('other.csv'))).not.toThrow()
  })

  it('takes standard input, what is not named, and devices', () => {
    expect(() => checkDistinct([['FILE', '-']], [['--predictions', null], ['--rejected', undefined]])).not.toThrow()
    expect(() => checkDistinct([['FILE', '-']], [['--predictions', devNull], ['--rejected', devNull]])).not.toThrow()
  })
})
