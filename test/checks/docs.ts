import { readdirSync, readFileSync } from 'node:fs'

const packages = ['tensor', 'graph', 'nodes', 'optim', 'online', 'store']

const sources = packages.flatMap((name) => {
  const folder = new URL(`../../packages/${name}/src/`, import.meta.url)
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('.test'))
    .map((file) => readFileSync(new URL(file, folder), 'utf8'))
})

const docs = new Map<string, string>()

/** The lines of a documentation comment that ends right before `export <name>`, in any package. */
export function docOf(name: string): string {
  const known = docs.get(name)
  if (known !== undefined) return known
  const pattern = new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\s*export (?:function|const|class) ${name}\\b`)
  const doc = sources.map((text) => pattern.exec(text)?.[1]).find((found) => found !== undefined) ?? ''
  docs.set(name, doc)
  return doc
}

/** The text of `export function <name>` with its overloads, in any package. */
export function declarationsOf(name: string): string {
  const pattern = new RegExp(`^export function ${name}\\b[^]*?^\\}$`, 'gm')
  return sources.flatMap((text) => text.match(pattern) ?? []).join('\n')
}
