/** `pnpm size`: how large pages are that import `graph`, `nodes`, `optim` and `kernels`. Exit code 1: over a budget. */
import { measure, type Size } from './measure.ts'
import { pages } from './pages.ts'

const bytes = (value: number): string => value.toLocaleString('en-US')

function row(name: string, ...cells: readonly string[]): string {
  return `  ${name.padEnd(24)}${cells.map((cell) => cell.padStart(12)).join('')}`
}

function table({ page, minified, gzip, brotli, parts }: Size): string {
  const verdict = (limit: number): string => (gzip <= limit ? 'kept' : `exceeded by ${bytes(gzip - limit)}`)
  return [
    `${page.name}: ${page.title}`,
    row('', 'minified', 'gzip', 'brotli'),
    ...parts.map((part) => row(part.name, bytes(part.bytes), bytes(part.gzip))),
    row('all', bytes(minified), bytes(gzip), bytes(brotli)),
    `  budget ${bytes(page.budget)} bytes of gzip: ${verdict(page.budget)}`,
    ...(page.goal === null ? [] : [`  goal ${bytes(page.goal)} bytes of gzip: ${verdict(page.goal)}`]),
  ].join('\n')
}

let exceeded = false
for (const page of pages) {
  const size = await measure(page)
  exceeded ||= size.gzip > page.budget
  console.log(`${table(size)}\n`)
}
process.exitCode = exceeded ? 1 : 0
