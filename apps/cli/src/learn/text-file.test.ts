import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Misuse } from '../misuse.ts'
import { TextFile } from './text-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'eddy-text-'))
afterAll(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'lines.txt')
const text = (): string => readFileSync(path, 'utf8')

describe('new TextFile(path, option, from)', () => {
  it('begins empty, or keeps so many bytes of what is there', () => {
    writeFileSync(path, 'older')
    const first = new TextFile(path, '--predictions')
    first.write('één\n')
    first.write('two\n')
    expect([first.bytes, text()]).toEqual([10, ''])
    first.close()
    const second = new TextFile(path, '--predictions', 6)
    second.write('three\n')
    expect(second.bytes).toBe(12)
    second.close()
    expect(text()).toBe('één\nthree\n')
  })

  it('throws for a file with fewer bytes than shall stay, and leaves it as it is', () => {
    writeFileSync(path, 'short')
    expect(() => new TextFile(path, '--rejected', 6)).toThrow(/has 5 bytes, and had 6 when .* another file with --rej/)
    expect(text()).toBe('short')
  })

  it('throws Misuse for a folder that is not there', () => {
    expect(() => new TextFile(join(folder, 'no', 'file'), '--rejected')).toThrow(Misuse)
  })
})

// Linux has a device that is always full.
describe.runIf(existsSync('/dev/full'))('a TextFile that cannot be written any further', () => {
  it('never says again that its lines are there, so that no checkpoint counts on them', () => {
    const file = new TextFile('/dev/full', '--predictions')
    const full = /^\/dev\/full cannot be written any further \(ENOSPC\)/
    file.write('lost\n')
    expect(() => file.sync()).toThrow(full)
    expect(() => file.sync()).toThrow(full)
    expect(() => file.rewind(0)).toThrow(full)
    expect(() => file.write('x'.repeat(1 << 16))).toThrow(full)
    file.close()
  })
})

describe('TextFile#rewind(bytes)', () => {
  it('takes back what was written behind, on the disk or not yet', () => {
    const file = new TextFile(path, '--predictions')
    file.write('a\n')
    file.sync()
    file.write('b\n')
    file.rewind(2)
    file.write('c\n')
    file.sync()
    expect(text()).toBe('a\nc\n')
    file.rewind(0)
    file.close()
    expect(text()).toBe('')
  })
})
