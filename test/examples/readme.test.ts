import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { driftsOf, regionOf, snippetsOf } from './snippets.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string): string | null => (existsSync(root + path) ? readFileSync(root + path, 'utf8') : null)

describe('snippets that are taken from examples', () => {
  it.each(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'])('%s shows exactly what its examples say', (page) => {
    expect(driftsOf(read(page)!, read)).toEqual([])
  })

  it.each([
    'a-two-stream-graph.ts#graph', 'a-two-stream-graph.ts#streams', 'b-learner.ts#learner', 'b-learner.ts#snapshot',
    'd-own-operator.ts#swish', 'e-lens.ts#clip', 'f-scalar-expression.ts#expression',
  ])('%s is a region to be shown', (place) => {
    const [file, region] = place.split('#') as [string, string]
    expect(regionOf(read(`test/examples/${file}`)!, region)).toMatch(/\S/)
  })
})

describe('driftsOf(markdown, read)', () => {
  const source = [
    '// #region demo', "import { a } from 'a'", '// #endregion', 'export function main() {', '  // #region demo',
    '  const b = a(', '    1,', '  )', '  // #endregion', '  return b', '}', '',
  ].join('\n')
  const shown = ["import { a } from 'a'", '', 'const b = a(', '  1,', ')']
  const page = (code: readonly string[], place = 'x.ts#demo', fence = '```ts'): string =>
    ['# Title', '', `<!-- example: ${place} -->`, fence, ...code, '```', '', 'More.'].join('\n')
  const drifts = (markdown: string): string[] => driftsOf(markdown, (path) => (path === 'x.ts' ? source : null))

  it('finds nothing in a snippet that is its region: parts joined, common indentation removed', () => {
    expect(regionOf(source, 'demo')).toBe(shown.join('\n'))
    expect(drifts(page(shown))).toEqual([])
    expect(drifts(page(shown).replace('-->', '-->\n'))).toEqual([])
  })

  it('finds every change, of a letter or of a space, and shows what the example says', () => {
    const put = (k: number, line: string): string[] => shown.map((text, i) => (i === k ? line : text))
    for (const code of [put(2, 'const c = a('), put(3, '   1,'), shown.slice(0, -1), [...shown, ''], []]) {
      expect(drifts(page(code))).toEqual([expect.stringMatching(/line 3: .*differs[^]*b = a\(/)])
    }
  })

  it('finds a marker without its block, its region or its file', () => {
    expect(drifts(page(shown, 'x.ts#demo', '```js'))).toEqual([expect.stringMatching(/line 3: no ```ts block/)])
    expect(drifts(page(shown, 'x.ts#other'))).toEqual([expect.stringMatching(/has no region other/)])
    expect(drifts(page(shown, 'y.ts#demo'))).toEqual([expect.stringMatching(/there is no y\.ts/)])
  })

  it('leaves blocks alone that are not marked', () => {
    expect(snippetsOf('```ts\nanything\n```\n<!-- a comment -->\n')).toEqual([])
  })
})
