/**
 * `pnpm bench [--only W1,W2-adam] [--rounds N] [--json] [--check] [--peers]`: learning from one event at a time, as
 * ratios to what a program written for that one model takes, in the same run on the same machine. `--check` compares
 * with the budgets, `--peers` times other libraries beside. Exit code 1: variants disagree, or a budget is exceeded;
 * 2: misuse.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { tolerance } from './agreement.ts'
import { exceeded, readBudgets } from './budgets.ts'
import { type Options, parseOptions } from './options.ts'
import { installPeers } from './peers/install.ts'
import { jsonLine, type Result } from './result.ts'
import { table } from './table.ts'
import { Toolchain } from './toolchain.ts'
import type { Workload } from './workload.ts'
import { workloads } from './workloads/index.ts'

const runner = fileURLToPath(new URL('run-workload.ts', import.meta.url))

function note(text: string): void {
  process.stderr.write(`${text}\n`)
}

function explain(rounds: number): void {
  const toolchain = Toolchain.find()
  note(toolchain === null
    ? 'No C compiler (gcc, cc or clang) was found: the C variants are skipped, and ratios are to the plain loop.'
    : `C is ${toolchain.description}.`)
  toolchain?.close()
  note(`CPU time, ${rounds} interleaved rounds, each workload in a process of its own; ratios are to its first line. `
    + `Losses of the first 1,000 events agree within ${tolerance.each} (1 + loss) each and ${tolerance.mean} of their `
    + 'mean, or nothing is timed.')
}

/** In a process of its own, or what one leaves in heap and compiler would slow the next. Null: it failed. */
function measure({ id }: Workload, rounds: number, peers: boolean): readonly Result[] | null {
  const words = [...process.execArgv, runner, id, String(rounds), ...(peers ? ['peers'] : [])]
  const { status, stdout } = spawnSync(process.execPath, words, {
    stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8',
  })
  if (status !== 0) return null
  return stdout.trim().split('\n').map((line) => JSON.parse(line) as Result)
}

function main({ json, check, peers, rounds, workloads: chosen }: Options<Workload>): number {
  explain(rounds)
  if (peers) for (const line of installPeers()) note(line)
  const all: Result[] = []
  let failed = false
  for (const workload of chosen) {
    const results = measure(workload, rounds, peers)
    failed ||= results === null
    if (results === null) continue
    all.push(...results)
    if (json) for (const result of results) console.log(jsonLine(result))
    else console.log(`\n${table(`${workload.id}: ${workload.title}`, results, workload.remarks?.(results))}`)
  }
  const problems = check ? exceeded(readBudgets(), all) : []
  if (check && !failed && problems.length === 0) note('All budgets are kept.')
  for (const problem of problems) note(problem)
  return failed || problems.length > 0 ? 1 : 0
}

function optionsOrNull(): Options<Workload> | null {
  try {
    return parseOptions(process.argv.slice(2), workloads)
  } catch (error) {
    note(`bench: ${(error as Error).message.split('\n')[0]}`)
    return null
  }
}

const options = optionsOrNull()
process.exitCode = options === null ? 2 : main(options)
