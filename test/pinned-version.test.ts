import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

const files = ['README.md', 'CONTRIBUTING.md', 'apps/cli/README.md', 'apps/demo/README.md', '.ci/run']

describe('the pinned pnpm', () => {
  it.each(files)('is the same in %s as in package.json', (path) => {
    const { packageManager } = JSON.parse(read('package.json')) as { packageManager: string }
    const named = read(path).match(/pnpm@[\d.]+\d/g) ?? []
    expect(named.length).toBeGreaterThan(0)
    expect([...new Set(named)]).toEqual([packageManager])
  })
})
