/**
 * `pnpm bench [--only W1,W2-adam] [--rounds N] [--json]`: learning from one event at a time, as ratios to what a
 * program written for that one model takes, in the same run on the same machine. Exit code 1: variants disagree;
 * 2: misuse.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { tolerance } from './agreement.ts'
import { type Options, parseOptions } from './options.ts'
import { Toolchain } from './toolchain.ts'
import { workloads } from './workloads/index.ts'

const runner = fileURLToPath(new URL('run-workload.ts', import.meta.url))

function note(text: string): void {
  process.stderr.write(`${text}\n`)
}

function explain({ rounds }: Options): void {
  const toolchain = Toolchain.find()
  note(toolchain === null
    ? 'No C compiler (gcc, cc or clang) was found: the C variants are skipped, and ratios are to the plain loop.'
    : `Ratios are to C: ${toolchain.description}.`)
  toolchain?.close()
  note(`CPU time, ${rounds} interleaved rounds, each workload in a process of its own. Losses of the first 1,000 `
    + `events agree within ${tolerance.each} (1 + loss) each and ${tolerance.mean} of their mean, or nothing is timed.`)
}

/** Each workload in a process of its own: what one leaves behind in the heap and the compiler would slow the next. */
function main(options: Options): number {
  explain(options)
  const format = options.json ? 'json' : 'table'
  const codes = options.workloads.map(({ id }) => (
    spawnSync(process.execPath, [...process.execArgv, runner, id, String(options.rounds), format], {
      stdio: 'inherit',
    }).status
  ))
  return codes.every((code) => code === 0) ? 0 : 1
}

function optionsOrNull(): Options | null {
  try {
    return parseOptions(process.argv.slice(2), workloads)
  } catch (error) {
    note(`bench: ${(error as Error).message.split('\n')[0]}`)
    return null
  }
}

const options = optionsOrNull()
process.exitCode = options === null ? 2 : main(options)
