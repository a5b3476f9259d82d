import type { Result } from './result.ts'

const columns = ['variant', 'ratio', 'ns/event', 'quartiles', 'wall'] as const
const widths = [18, 8, 11, 19, 11]

/** The results of one workload for people to read. */
export function table(title: string, results: readonly Result[]): string {
  const rows = results.map(({ variant, ratio, nsPerEvent, quartiles, wallNsPerEvent }) => [
    variant, ratio.toFixed(2), number(nsPerEvent), quartiles.map(number).join(' .. '), number(wallNsPerEvent),
  ])
  return [title, ...[columns, ...rows].map(line)].join('\n')
}

function line(cells: readonly string[]): string {
  return `  ${cells.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]!) : cell.padStart(widths[k]!))).join('')}`
}

function number(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en-US') : value.toFixed(value < 100 ? 1 : 0)
}
