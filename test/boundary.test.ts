import { describe, expect, it } from 'vitest'
import { checkBoundaries, importsOf, type PackageInfo } from './support/boundaries.ts'
import { listFolder, readSources, readText } from './support/source-files.ts'

interface Manifest {
  readonly name: string
  readonly dependencies?: Record<string, string>
  readonly devDependencies?: Record<string, string>
  readonly exports?: Record<string, unknown>
}

const readManifest = (path: string): Manifest => JSON.parse(readText(path)) as Manifest

function workspacePackages(): PackageInfo[] {
  return ['packages', 'apps'].flatMap(parent => listFolder(parent).map(child => {
    const folder = `${parent}/${child}`
    const { name, dependencies = {}, devDependencies = {}, exports = {} } = readManifest(`${folder}/package.json`)
    return {
      folder, name, dependencies: Object.keys(dependencies), devDependencies: Object.keys(devDependencies),
      entries: Object.keys(exports),
    }
  }))
}

describe('the imports of this repository', () => {
  it('checkBoundaries(all sources) finds nothing', () => {
    const packages = workspacePackages()
    const sources = readSources(packages.map(p => `${p.folder}/src`))
    const rootDevDependencies = Object.keys(readManifest('package.json').devDependencies ?? {})
    expect(checkBoundaries(sources, packages, rootDevDependencies)).toEqual([])
  })
})

describe('checkBoundaries(made-up sources)', () => {
  const made = (folder: string, name: string, ...dependencies: string[]): PackageInfo =>
    ({ folder, name, dependencies, devDependencies: [] })
  const packages = [
    made('packages/tensor', '@eddy/tensor', '@eddy/graph'),
    made('packages/graph', '@eddy/graph', '@eddy/tensor', 'rxjs'),
    made('apps/demo', '@eddy/demo', '@eddy/graph', '@eddy/cli', '@eddy/other'),
    made('apps/cli', '@eddy/cli', '@eddy/demo', '@eddy/other'),
    made('apps/other', '@eddy/other', '@eddy/another'),
    made('apps/another', '@eddy/another'),
  ]
  const check = (files: Record<string, string>): string[] =>
    checkBoundaries(new Map(Object.entries(files)), packages, ['vitest'])
  const checkGraph = (source: string): string[] => check({ 'packages/graph/src/a.ts': source })

  it('accepts imports that point up the order, stay inside, and are declared', () => {
    expect(check({
      'packages/graph/src/a.ts': `import { x } from '@eddy/tensor'\nimport { y } from './b.ts'\nimport 'rxjs'`,
      'packages/graph/src/b.ts': `export type { A } from './c.ts'`,
      'packages/graph/src/a.test.ts': `import { it } from 'vitest'\nimport { readFileSync } from 'node:fs'`,
      'apps/demo/src/main.ts': `import { x } from '@eddy/graph'\nimport { readFileSync } from 'node:fs'`,
      'apps/cli/src/main.ts': `import { x } from '@eddy/demo'`,
    })).toEqual([])
  })

  it('rejects an import down the order, also of applications, or of one that has no place in it', () => {
    expect(check({ 'packages/tensor/src/a.ts': `import { x } from '@eddy/graph'` })[0]).toMatch(/wrong way/)
    expect(check({ 'packages/tensor/src/a.ts': `export * from '@eddy/graph'` })[0]).toMatch(/wrong way/)
    expect(check({ 'apps/demo/src/a.ts': `const x = await import('@eddy/cli')` })[0]).toMatch(/wrong way/)
    expect(check({ 'apps/cli/src/a.ts': `import { x } from '@eddy/other'` })[0]).toMatch(/wrong way/)
    expect(check({ 'apps/other/src/a.ts': `import { x } from '@eddy/another'` })[0]).toMatch(/wrong way/)
  })

  it('rejects a deep import, but not that of an entry that the package names', () => {
    expect(checkGraph(`import {\n  x,\n} from '@eddy/tensor/src/shape.ts'`)[0]).toMatch(/entry point/)
    expect(checkGraph(`import * as shape from '@eddy/tensor/shape'`)[0]).toMatch(/entry point/)
    const [tensor, ...others] = packages
    const source = new Map([['packages/graph/src/a.ts', `import * as shape from '@eddy/tensor/shape'`]])
    expect(checkBoundaries(source, [{ ...tensor!, entries: ['.', './shape'] }, ...others])).toEqual([])
  })

  it('rejects a relative import that leaves the package', () => {
    expect(checkGraph(`import { x } from '../../tensor/src/shape.ts'`)[0]).toMatch(/leaves its package/)
  })

  it('rejects files that import each other in a circle, but not through types', () => {
    const circle = (keyword: string): string[] => check({
      'packages/graph/src/a.ts': `import { b } from './b.ts'`,
      'packages/graph/src/b.ts': `import { c } from './deep/c.ts'`,
      'packages/graph/src/deep/c.ts': `${keyword} { a } from '../a.ts'`,
    })
    expect(circle('import')).toHaveLength(1)
    expect(circle('import')[0]).toMatch(/circular.*a\.ts -> .*b\.ts -> .*c\.ts -> .*a\.ts/)
    expect(circle('import type')).toEqual([])
  })

  it('rejects an undeclared package, and a development tool in a file that ships', () => {
    expect(checkGraph(`import { produce } from 'immer'`)[0]).toMatch(/not declared/)
    expect(checkGraph(`import { it } from 'vitest'`)[0]).toMatch(/not declared/)
  })

  it('rejects a module of Node in a browser package', () => {
    expect(checkGraph(`import { readFileSync } from 'node:fs'`)[0]).toMatch(/browser/)
  })

  it('rejects a self-import by name, and a package without a place in the order', () => {
    expect(checkGraph(`import { x } from '@eddy/graph'`)[0]).toMatch(/relative/)
    expect(checkBoundaries(new Map(), [made('packages/extra', '@eddy/extra')])[0]).toMatch(/no place/)
  })

  it('importsOf(source) ignores imports shown in comments', () => {
    expect(importsOf(` * import { a } from 'x'\n// import { a } from 'y'\n * await import('z')`)).toEqual([])
  })
})
