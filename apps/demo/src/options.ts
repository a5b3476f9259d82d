import { Argument, Command, InvalidArgumentError, Option } from 'commander'

export const streams = ['flights', 'digits', 'xor'] as const
export type StreamName = (typeof streams)[number]

/** What the command line asks for. */
export interface DemoOptions {
  readonly stream: StreamName
  readonly limit: number
  readonly seed: number
  readonly report: 'text' | 'json'
  readonly quiet: boolean
}

/** Takes what there is to say: help to `out`, misuse to `err`. */
export interface Print {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

const defaultLimits: Readonly<Record<StreamName, number>> = { flights: 300_000, digits: 10_000, xor: 1000 }

const streamsHelp = `
Streams:
  flights  3,000,000 real US flights of 2001, in time order. At each take-off: how late will this flight arrive, and
           by more than 15 minutes? The answer is learned from when the flight has landed, not before. There is no
           timetable in the data: that a flight took off late shows in the time of day only.
  digits   10,000 handwritten digits, each seen once: guess, be told, learn.
  xor      Four examples over and over, with every value and every gradient of the first ones printed.

Examples:
  demo                                   learn from flights, live
  demo flights --limit 1000000           for longer
  demo digits --seed 7
  demo --report json | jq .metrics       one line of JSON on stdout, progress on stderr`

/**
 * Reads the command line.
 * @throws CommanderError for help (exit code 0) and for misuse; what it has to say was handed to `print` by then.
 */
export function readOptions(argv: readonly string[], print: Print): DemoOptions {
  const command = new Command('demo')
    .description('Watch Eddy learn from a stream, one event at a time: predict first, then learn.')
    .addArgument(new Argument('[stream]', 'what to learn from').choices(streams).default('flights'))
    .option('--limit <n>', 'stop after so many events (flights 300000, digits 10000, xor 1000)', wholeNumber(1))
    .option('--seed <n>', 'seed of initial weights and of every random choice', wholeNumber(0), 1)
    .addOption(new Option('--report <form>', 'form of the report at the end').choices(['text', 'json']).default('text'))
    .option('--quiet', 'show nothing but the report', false)
    .addHelpText('after', streamsHelp)
    .exitOverride()
    .configureOutput({
      writeOut: print.out,
      writeErr: print.err,
      outputError: (text) => print.err(`${oneLine(text).replace(/^error: /, 'demo: ')} See demo --help.\n`),
      getOutHelpWidth: () => 100,
    })
    .parse(argv[0] === '--' ? argv.slice(1) : [...argv], { from: 'user' })
  const stream = command.processedArgs[0] as StreamName
  const { limit = defaultLimits[stream], ...others } = command.opts<Omit<DemoOptions, 'stream'> & { limit?: number }>()
  return { stream, limit, ...others }
}

function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value
    throw new InvalidArgumentError(`Give a whole number, at least ${least}.`)
  }
}

const oneLine = (text: string): string => text.trim().replaceAll('\n', ' ')
