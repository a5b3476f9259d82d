import type { Result } from './result.ts'

const columns = ['variant', 'ratio', 'ns/event', 'quartiles', 'wall'] as const
const widths = [22, 9, 12, 26, 12]

/** The results of one workload for people to read. */
export function table(title: string, results: readonly Result[], remarks: readonly string[] = []): string {
  const rows = results.map(({ variant, ratio, nsPerEvent, quartiles, wallNsPerEvent }) => [
    variant, ratio.toFixed(2), number(nsPerEvent), quartiles.map(number).join(' .. '), number(wallNsPerEvent),
  ])
  return [title, ...[columns, ...rows].map(line), ...remarks.map((remark) => `  ${remark}`)].join('\n')
}

function line(cells: readonly string[]): string {
  return `  ${cells.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]!) : cell.padStart(widths[k]!))).join('')}`
}

/** Nanoseconds for people. */
export function number(value: number): string {
  const digits = Math.abs(value) < 100 ? 1 : 0
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en-US') : value.toFixed(digits)
}
