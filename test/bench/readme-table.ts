/** Prints the table of the README from the lines of `pnpm bench --json`: `tsx test/bench/readme-table.ts < lines`. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Result } from './result.ts'

type Line = Pick<Result, 'workload' | 'variant' | 'ratio' | 'baseline'>

/** Title of a row, its workload, and the variants of its columns. */
const rows: readonly (readonly [title: string, workload: string, burst: boolean])[] = [
  ['MLP 2-8-1, SGD', 'W1', true],
  ['MLP 784-128-10, SGD', 'W2-sgd', true],
  ['the same, four inputs of five zero', 'W2-sgd-zeros', true],
  ['MLP 784-128-10, Adam', 'W2-adam', true],
  ['MLP 32-64-32-1, Adam', 'W3', true],
  ['logistic, 2^18 hashed weights, 30 non-zeros, SGD', 'W4-sgd', true],
  ['the same, Adagrad', 'W4-adagrad', true],
  ['MLP 784-128-10, predict only', 'W5', false],
]

/**
 * The table, from lines of JSON; rows of workloads that were not measured are left out.
 * @throws Error when ratios are not to C.
 */
export function readmeTable(lines: readonly string[]): string {
  const results = lines.map((line) => JSON.parse(line) as Line)
  const body = rows.flatMap(([title, workload, burst]) => {
    const mine = results.filter((result) => result.workload === workload)
    if (mine.length === 0) return []
    if (mine[0]!.baseline !== 'C') {
      throw new Error(`${workload}: the baseline is ${mine[0]!.baseline}, wanted C: measure where a compiler is`)
    }
    const ratio = (variant: string): string => short(mine.find((result) => result.variant === variant)?.ratio)
    const bursts = burst ? `${ratio('eddy burst')} | ${ratio('eddy resident')}` : ' | '
    return [`| ${title} | 1 | ${ratio('C, 128 bits')} | ${ratio('eddy')} | ${bursts} | ${ratio('plain')} |`]
  })
  const head = '| | C | C, 128 bits | Eddy | in bursts | replays | plain loop |'
  return [head, '|---|---|---|---|---|---|---|', ...body].join('\n')
}

/** Two significant digits: more would be noise. */
function short(ratio: number | undefined): string {
  return ratio === undefined ? '' : Number(ratio.toPrecision(2)).toString().replace(/^(\d)$/, '$1.0')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(readmeTable(readFileSync(0, 'utf8').trim().split('\n')))
}
