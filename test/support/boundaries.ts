import { findCycles } from './cycles.ts'

/** One workspace package as the checker sees it. */
export interface PackageInfo {
  /** Folder from the repository root, such as `packages/tensor`. */
  readonly folder: string
  readonly name: string
  readonly dependencies: readonly string[]
  readonly devDependencies: readonly string[]
  /** What its manifest exports beside the package itself, such as `./op`; nothing unless given. */
  readonly entries?: readonly string[]
}

export interface ImportLine {
  readonly specifier: string
  readonly typeOnly: boolean
}

/** A package may import only what stands before it. */
export const packageOrder = [
  'tensor', 'kernels', 'graph', 'nodes', 'optim', 'online', 'store', 'sources', 'interop', 'cluster', 'studio', 'eddy',
] as const

/**
 * Applications stand after all packages, in this order: what they share, what there is to see, the command. One that is
 * not named here stands last, and no other may import it.
 */
const appOrder: readonly string[] = ['terminal', 'demo', 'cli']

/** Packages that must run in a browser, so their sources may not import Node's own modules. */
const browserPackages: ReadonlySet<string> = new Set([
  'tensor', 'kernels', 'graph', 'nodes', 'optim', 'online', 'interop', 'eddy',
])

const fromImport = /^[ \t]*(?:import|export)\s+(type\s+)?[\w*{][^'"=()]*?\bfrom\s*['"]([^'"]+)['"]/gm
const bareImport = /^[ \t]*import\s*['"]([^'"]+)['"]/gm
const dynamicImport = /^(?![ \t]*(?:\*|\/\/)).*?\b(?:import|require)\(\s*['"]([^'"]+)['"]/gm
const developmentFile = /\.(test|test-d|bench)\.ts$/

/** The modules that a source imports. Lines of a comment do not count: the patterns are anchored to a statement. */
export function importsOf(source: string): ImportLine[] {
  const lines: ImportLine[] = []
  for (const m of source.matchAll(fromImport)) lines.push({ specifier: m[2]!, typeOnly: m[1] !== undefined })
  for (const m of source.matchAll(bareImport)) lines.push({ specifier: m[1]!, typeOnly: false })
  for (const m of source.matchAll(dynamicImport)) lines.push({ specifier: m[1]!, typeOnly: false })
  return lines
}

/** `./b/../c.ts` seen from `packages/a/src/x.ts` -> `packages/a/src/c.ts`. */
export function resolveRelative(from: string, specifier: string): string {
  const parts = from.split('/').slice(0, -1)
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}

/** `@scope/name/deep/file` -> `@scope/name`. */
function packageNameOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

function rankOf(folder: string): number {
  if (folder.startsWith('apps/')) {
    const place = appOrder.indexOf(folder.slice('apps/'.length))
    return packageOrder.length + (place < 0 ? appOrder.length : place)
  }
  return (packageOrder as readonly string[]).indexOf(folder.slice('packages/'.length))
}

/**
 * Checks every import of the given sources.
 * Rules: imports point up the package order; another package is entered by its entry points; a relative import stays
 * inside its package; files of a package form no cycle (type-only imports vanish at run time and are not counted);
 * every imported package is declared; browser packages import nothing of Node's, their tests excepted.
 * @returns one sentence per violation; empty when all is well.
 */
export function checkBoundaries(
  sources: ReadonlyMap<string, string>,
  packages: readonly PackageInfo[],
  rootDevDependencies: readonly string[] = [],
): string[] {
  const problems: string[] = []
  const byName = new Map(packages.map(p => [p.name, p]))
  const edges = new Map<string, string[]>()

  for (const owner of packages) {
    if (rankOf(owner.folder) < 0) {
      problems.push(`${owner.folder} has no place in the package order: add it to packageOrder in test/support`)
    }
  }

  for (const [file, source] of sources) {
    const owner = packages.find(p => file.startsWith(`${p.folder}/`))
    if (owner === undefined) continue
    const forDevelopment = developmentFile.test(file)
    for (const { specifier, typeOnly } of importsOf(source)) {
      if (specifier.startsWith('.')) {
        const target = resolveRelative(file, specifier)
        if (!target.startsWith(`${owner.folder}/`)) problems.push(`${file}: '${specifier}' leaves its package`)
        else if (!typeOnly) edges.set(file, [...(edges.get(file) ?? []), target])
        continue
      }
      const problem = specifier.startsWith('node:')
        ? checkNodeImport(specifier, owner, forDevelopment)
        : checkPackageImport(specifier, owner, byName, forDevelopment ? rootDevDependencies : null)
      if (problem !== undefined) problems.push(`${file}: ${problem}`)
    }
  }

  for (const cycle of findCycles(edges)) problems.push(`circular import: ${cycle.join(' -> ')}`)
  return problems
}

function checkNodeImport(specifier: string, owner: PackageInfo, forDevelopment: boolean): string | undefined {
  if (forDevelopment || !browserPackages.has(owner.folder.slice('packages/'.length))) return undefined
  return `'${specifier}' is Node's own, but ${owner.name} must run in a browser too`
}

/** `rootDevDependencies` is null for a file that ships, which may use its package's real dependencies only. */
function checkPackageImport(
  specifier: string,
  owner: PackageInfo,
  byName: ReadonlyMap<string, PackageInfo>,
  rootDevDependencies: readonly string[] | null,
): string | undefined {
  const name = packageNameOf(specifier)
  if (name === owner.name) return `'${specifier}' is the package itself: use a relative import`
  const target = byName.get(name)
  if (target !== undefined) {
    if (specifier !== name && !target.entries?.includes(specifier.replace(name, '.'))) {
      return `'${specifier}' reaches inside ${name}: import an entry point`
    }
    if (rankOf(target.folder) >= rankOf(owner.folder)) {
      return `'${specifier}' points the wrong way: ${name} does not stand before ${owner.name}`
    }
  }
  const declared = rootDevDependencies === null
    ? owner.dependencies
    : [...owner.dependencies, ...owner.devDependencies, ...rootDevDependencies]
  if (!declared.includes(name)) return `'${specifier}' is not declared in ${owner.folder}/package.json`
  return undefined
}
