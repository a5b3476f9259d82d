import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

interface Manifest {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly sideEffects: false | readonly string[]
  readonly dependencies?: Readonly<Record<string, string>>
}

/**
 * Compiles every package to JavaScript with declarations and source maps, and packs each as npm would publish it.
 * @param into A folder, which is emptied first. What is packed stays in its folder `packages`.
 * @returns The paths of the tarballs, one a package.
 */
export function packAll(into: string): string[] {
  rmSync(into, { recursive: true, force: true })
  mkdirSync(into, { recursive: true })
  const built = join(into, 'packages')
  const tsc = createRequire(import.meta.url).resolve('typescript/package.json').replace('package.json', 'bin/tsc')
  const project = join(root, 'test/packed/tsconfig.json')
  execFileSync(process.execPath, [tsc, '--project', project, '--outDir', built], { stdio: 'inherit' })
  const folders = readdirSync(built)
  for (const folder of folders) prepare(join(root, 'packages', folder), join(built, folder))
  const packing = ['pack', ...folders.map((folder) => `./${folder}`), '--json', '--pack-destination', into]
  const packed = execFileSync('npm', [...packing, '--loglevel', 'error'], { cwd: built, encoding: 'utf8' })
  return (JSON.parse(packed) as { filename: string }[]).map(({ filename }) => join(into, filename))
}

/** Completes the compiled package `to` with what is not compiled. */
function prepare(from: string, to: string): void {
  const manifest = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as Manifest
  writeFileSync(join(to, 'package.json'), `${JSON.stringify(published(manifest, from), null, 2)}\n`)
  copyFileSync(join(root, 'LICENSE'), join(to, 'LICENSE'))
  writeFileSync(join(to, 'README.md'), `# ${manifest.name}\n\n${manifest.description}.\n`)
}

/** The manifest of what is published: JavaScript instead of TypeScript, versions instead of references. */
function published(manifest: Manifest, folder: string): object {
  // Libraries may be newer, so that an application has one rxjs and not two.
  const versionOf = (name: string, wanted: string): string => {
    if (wanted.startsWith('workspace:')) return manifest.version
    const installed = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')
    return `^${(JSON.parse(installed) as Manifest).version}`
  }
  const compiled = (target: Manifest['exports'][string]): object => (
    typeof target === 'string' ? { types: ending(target, '.d.ts'), default: ending(target, '.js') }
      : Object.fromEntries(Object.entries(target).map(([condition, path]) => [condition, compiled(path)]))
  )
  return {
    ...manifest,
    devDependencies: undefined,
    scripts: undefined,
    exports: Object.fromEntries(Object.entries(manifest.exports).map(([entry, target]) => [entry, compiled(target)])),
    sideEffects: manifest.sideEffects && manifest.sideEffects.map((path) => ending(path, '.js')),
    dependencies: Object.fromEntries(
      Object.entries(manifest.dependencies ?? {}).map(([name, wanted]) => [name, versionOf(name, wanted)]),
    ),
  }
}

function ending(path: string, wanted: string): string {
  return path.replace(/\.ts$/, wanted)
}
