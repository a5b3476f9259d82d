import { Command, CommanderError } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import type { Streams } from '@eddy/terminal'
import { demoCommand } from './demo/demo-command.ts'
import { diffCommand } from './diff/diff-command.ts'
import { digestCommand } from './digest/digest-command.ts'
import { exportCommand } from './export/export-command.ts'
import { inspectCommand } from './inspect/inspect-command.ts'
import { learnCommand } from './learn/learn-command.ts'
import { Misuse, oneLine } from './misuse.ts'
import { predictCommand } from './predict/predict-command.ts'
import { rejectedCommand } from './rejected/rejected-command.ts'
import { replayCommand } from './replay/replay-command.ts'

const help = `
Examples:
  eddy learn events.csv --target price           predict each price, then learn it; report how good that was
  zcat log.ndjson.gz | eddy learn - --target status --report json
  eddy learn mails.csv --target spam --checkpoint kept && eddy predict new.csv --checkpoint kept
  eddy inspect kept                              what was learned, how good it is, what is kept
  eddy replay kept --without 4711 --write        take a record back, as if it had never been
  eddy demo                                      watch it learn from real flights

Each command says more with --help, with examples.`

/** Runs the command. Gives the exit code: 0 done, 1 failed, 2 misuse. */
export async function eddy(argv: readonly string[], streams: Streams): Promise<number> {
  const { stdout, stderr } = streams
  const running = { name: 'eddy' }
  const program = new Command('eddy')
    .description('Learn from a stream of records, one at a time: each is predicted first and learned from next.')
    .addHelpText('after', help)
    .addCommand(learnCommand(streams))
    .addCommand(predictCommand(streams))
    .addCommand(inspectCommand(streams))
    .addCommand(digestCommand(streams))
    .addCommand(rejectedCommand(streams))
    .addCommand(replayCommand(streams))
    .addCommand(diffCommand(streams))
    .addCommand(exportCommand(streams))
    .addCommand(demoCommand(streams))
    .helpCommand(false)
    .version(manifest.version, '-v, --version', 'show which one this is')
    .hook('preAction', (_, command) => void (running.name = `eddy ${command.name()}`))
  for (const command of [program, ...program.commands]) {
    const name = command === program ? 'eddy' : `eddy ${command.name()}`
    command.exitOverride().helpOption('-h, --help', 'show this').configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: () => {},
      outputError: (text) => void stderr.write(misuseLine(name, text)),
      getOutHelpWidth: () => 110,
    })
  }
  try {
    const names = program.commands.map((command) => command.name()).join(', ')
    const words = asHelp(withoutDashes(argv))
    if (words.length === 0) throw new Misuse(`name a command: ${names}.`)
    await program.parseAsync(words, { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    const isMisuse = error instanceof Misuse
    const message = error instanceof Error ? error.message : String(error)
    stderr.write(isMisuse ? misuseLine(running.name, message) : `${running.name}: ${oneLine(message)}\n`)
    return isMisuse ? 2 : 1
  }
}

function misuseLine(name: string, text: string): string {
  const message = oneLine(text).replace(/^error: /, '')
    .replace(/\.? \((Did you mean .*\?)\)$/, '. $1')
    .replace(/^command-argument value ('.*') is invalid for argument '(.*)'\./, 'there is no $2 $1.')
  return `${name}: ${message}${/[.?]$/.test(message) ? '' : '.'} See ${name} --help.\n`
}

/** `eddy help learn` is `eddy learn --help`. */
function asHelp(words: readonly string[]): readonly string[] {
  return words[0] === 'help' ? [...words.slice(1), '--help'] : words
}

/** `pnpm eddy -- learn` passes the dashes on. */
function withoutDashes(argv: readonly string[]): string[] {
  return argv.filter((word, k) => word !== '--' || k > 1)
}
