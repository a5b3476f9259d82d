import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** A library that does the same work, and the packages that it comes in. Versions are pinned. */
export interface Library {
  readonly name: string
  readonly packages: Readonly<Record<string, string>>
}

export const libraries = {
  tfjs: {
    name: 'tfjs',
    packages: { '@tensorflow/tfjs': '4.22.0', '@tensorflow/tfjs-backend-wasm': '4.22.0' },
  },
  jax: { name: 'jax-js', packages: { '@jax-js/jax': '0.1.25' } },
  brain: { name: 'brain.js', packages: { 'brain.js': '1.6.1' } },
  synaptic: { name: 'synaptic', packages: { synaptic: '1.1.4' } },
} as const satisfies Record<string, Library>

/** Outside the repository: nobody who only wants to use it should have to download these. */
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'eddy', 'bench-peers')

function folderOf({ packages }: Library): string {
  const [[name, version]] = Object.entries(packages) as [[string, string]]
  return join(cache, `${name.replaceAll('/', '-')}-${version}`)
}

/** The folder of an installed package; null when it is not there. */
export function installed(library: Library, name = Object.keys(library.packages)[0]!): string | null {
  const folder = join(folderOf(library), 'node_modules', name)
  return existsSync(folder) ? folder : null
}

/** Installs what is not there yet, with npm and without scripts; one line about each library. */
export function installPeers(): readonly string[] {
  return Object.values<Library>(libraries).map((library) => {
    const wanted = Object.entries(library.packages).map(([name, version]) => `${name}@${version}`)
    const problem = Object.keys(library.packages).every((name) => installed(library, name) !== null)
      ? null : install(folderOf(library), wanted)
    return problem === null ? `peer ${wanted.join(', ')}` : `peer ${library.name} is left out: ${problem}`
  })
}

function install(folder: string, wanted: readonly string[]): string | null {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const words = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', ...wanted]
  try {
    execFileSync('npm', words, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })
    return null
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string }
    return (stderr || message).trim().split('\n')[0]!
  }
}
