import { execFileSync } from 'node:child_process'
import {
  existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packAll } from './pack.ts'

interface Packed {
  readonly name: string
  readonly folder: string
  readonly exports: Readonly<Record<string, unknown>>
  readonly dependencies: Readonly<Record<string, string>>
}

const program = `
import { Subject } from 'rxjs'
import { dense, features, learner, numeric, sgd, squaredError } from 'eddy'
import { memoryMedium, openStore } from '@eddy/store'
import { toStateDict } from '@eddy/interop'
import { csvFile } from '@eddy/sources'

interface Trip { readonly distance: number; readonly delay: number }
const trips = learner({
  features: features({ distance: numeric() }), target: (trip: Trip) => trip.delay, model: (m) => m.pipe(dense(1)),
  loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }), seed: 1,
})
const trips$ = new Subject<Trip>()
let count = 0
trips$.pipe(trips.train()).subscribe(() => count++)
for (let k = 0; k < 300; k++) trips$.next({ distance: k % 7, delay: (k % 7) * 2 })
const names: readonly string[] = [openStore, memoryMedium, toStateDict, csvFile].map((f) => typeof f)
console.log(JSON.stringify({ count, prediction: trips.predictOne({ distance: 3, delay: 0 }), names }))
`

describe('packages as npm would publish them', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'eddy-packed-')))
  const modules = join(folder, 'node_modules')
  let packages: Packed[] = []

  beforeAll(() => {
    packages = packAll(join(folder, 'tarballs')).map((tarball) => unpack(tarball, folder, modules))
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(folder, 'program.ts'), program)
  }, 120_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('hold what their manifests promise: every entry, no test, no TypeScript beside declarations', () => {
    expect(packages.map(({ name }) => name)).toContain('eddy')
    for (const { folder: at, exports, dependencies } of packages) {
      const files = readdirSync(at, { recursive: true, encoding: 'utf8' })
      expect(files.filter((path) => /\.test\.|test-d|testing|(?<!\.d)\.ts$/.test(path))).toEqual([])
      expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']))
      expect(targets(exports).filter((path) => !existsSync(join(at, path)))).toEqual([])
      expect(Object.values(dependencies).join()).not.toMatch(/workspace|catalog/)
    }
  })

  it.each([['nodenext', 'nodenext'], ['esnext', 'bundler']])(
    'type-check in strict mode, declarations included, module %s, resolution %s', (module, moduleResolution) => {
      const compilerOptions = {
        target: 'es2022', lib: ['es2022', 'dom'], types: ['node'], module, moduleResolution, strict: true,
        skipLibCheck: false, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, outDir: 'out',
      }
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }))
      const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
      const run = (): string => execFileSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' })
      expect(run()).toBe('')
    },
  )

  it('run in Node without any loader', () => {
    const printed = execFileSync(process.execPath, [join(folder, 'out/program.js')], { encoding: 'utf8' })
    const { count, prediction, names } = JSON.parse(printed) as { count: number; prediction: number; names: string[] }
    expect([count, ...names]).toEqual([300, 'function', 'function', 'function', 'function'])
    expect(prediction).toBeCloseTo(6, 1)
  })
})

/** Installs a tarball as npm would, with the libraries that this repository has. */
function unpack(tarball: string, folder: string, modules: string): Packed {
  execFileSync('tar', ['-xzf', tarball, '-C', folder])
  const manifest = JSON.parse(readFileSync(join(folder, 'package/package.json'), 'utf8')) as Packed
  const to = join(modules, manifest.name)
  mkdirSync(dirname(to), { recursive: true })
  renameSync(join(folder, 'package'), to)
  const own = fileURLToPath(new URL(`../../packages/${manifest.name.replace('@eddy/', '')}`, import.meta.url))
  const libraries = Object.keys(manifest.dependencies).filter((name) => !/^(eddy|@eddy\/.*)$/.test(name))
  for (const name of libraries) link(join(own, 'node_modules', name), join(modules, name))
  link(fileURLToPath(new URL('../node_modules/@types/node', import.meta.url)), join(modules, '@types/node'))
  return { ...manifest, folder: to }
}

function link(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  if (!existsSync(to)) symlinkSync(realpathSync(from), to)
}

/** All paths in a manifest's `exports`. */
function targets(value: unknown): string[] {
  return typeof value === 'string' ? [value] : Object.values(value as object).flatMap(targets)
}
