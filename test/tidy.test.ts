import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readSources } from './support/source-files.ts'
import { checkFile, type LengthException } from './support/tidiness.ts'

/** Longer than the limit for now. This list may only shrink. */
const exceptions: Readonly<Record<string, LengthException>> = {}

/** Not written by hand, so not tidied by hand: path -> what generates it. */
const generated: Readonly<Record<string, string>> = {
  'packages/kernels/src/opcodes.ts': 'the enums of the kernels for TypeScript, written by build:wasm',
  'packages/kernels/src/wasm.ts': 'the compiled kernels as text, written by build:wasm',
}

describe('the sources of this repository', () => {
  const sources = readSources(['packages', 'apps', 'test'])

  it('checkFile(path, text) finds nothing in any file', () => {
    const problems = [...sources]
      .filter(([path]) => !Object.hasOwn(generated, path))
      .flatMap(([path, text]) => checkFile(path, text, exceptions[path]))
    expect(problems).toEqual([])
  })

  it('every exception names a file that exists', () => {
    expect(Object.keys(exceptions).filter(path => !sources.has(path))).toEqual([])
  })
})

describe('the scripts of package.json', () => {
  it('run the command in node itself: the program tsx kills a child that is too busy to answer Ctrl-C', () => {
    const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
    const { demo, eddy } = (JSON.parse(manifest) as { scripts: Record<string, string> }).scripts
    for (const script of [demo, eddy]) expect(script).toMatch(/&& node --import tsx apps\/cli\/src\/main\.ts/)
  })
})

describe('checkFile(made-up file)', () => {
  const path = 'packages/a/src/good-name.ts'
  const long = (count: number): string => 'x\n'.repeat(count)

  it('accepts a tidy file of exactly the limits', () => {
    expect(checkFile(path, long(500))).toEqual([])
    expect(checkFile(path, 'x'.repeat(120))).toEqual([])
  })

  it('rejects a long file, a wide line and a name that is not kebab-case', () => {
    expect(checkFile(path, long(501))[0]).toMatch(/501 lines/)
    expect(checkFile(path, 'x'.repeat(121))[0]).toMatch(/:1: 121 columns/)
    expect(checkFile('packages/a/src/badName.ts', '')[0]).toMatch(/kebab-case/)
  })

  it('lets an exception shrink, never grow, and asks for its removal', () => {
    const allowed = { lines: 600, reason: 'made up' }
    expect(checkFile(path, long(600), allowed)).toEqual([])
    expect(checkFile(path, long(601), allowed)[0]).toMatch(/grew/)
    expect(checkFile(path, long(599), allowed)[0]).toMatch(/lower/)
    expect(checkFile(path, long(500), allowed)[0]).toMatch(/remove/)
  })

  it('rejects markers of unfinished work', () => {
    expect(checkFile(path, `// ${['TO', 'DO'].join('')} later`)[0]).toMatch(/finish/)
  })

  it('rejects a focused test always, a skipped one unless a comment says why', () => {
    const focused = `it.${'only'}('a', f)`
    const skipped = `it.${'skip'}('a', f)`
    expect(checkFile(path, focused)[0]).toMatch(/every other/)
    expect(checkFile(path, skipped)[0]).toMatch(/says why/)
    expect(checkFile(path, `// no such device here\n${skipped}`)).toEqual([])
  })
})
