import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import * as browser from './browser.ts'
import * as all from './index.ts'

const folder = dirname(fileURLToPath(import.meta.url))

/** Everything that a file imports at run time, directly or not. */
function importsOf(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen
  seen.add(path)
  const source = readFileSync(join(folder, path), 'utf8')
  for (const [, specifier] of source.matchAll(/^(?:import|export)(?! type)[^'"()]*?from '([^']+)'/gm)) {
    if (specifier!.startsWith('.')) importsOf(join(dirname(path), specifier!), seen)
    else seen.add(specifier!)
  }
  return seen
}

describe('the entry for browsers', () => {
  it('needs nothing of Node', () => {
    const packages = [...importsOf('browser.ts')].filter((path) => !path.endsWith('.ts'))
    expect(packages.sort()).toEqual(['@eddy/graph', '@eddy/online', '@eddy/optim', '@eddy/tensor', 'rxjs'])
    expect([...importsOf('index.ts')]).toEqual(expect.arrayContaining(['node:fs']))
  })

  it('has every name of the other entry but the files of a folder', () => {
    expect(Object.keys(all).filter((name) => !(name in browser))).toEqual(['nodeFiles'])
  })
})
