import { Argument, Command, Option } from 'commander'
import { type Demo, type DemoName, demos, type LearnedDemo } from '@eddy/demo'
import { openOutlet, type Outlet, type Report, stopOnInterrupt, type StopRequest, type Streams } from '@eddy/terminal'
import { wholeNumber } from '../arguments.ts'
import { learnFrom } from '../learn/learn.ts'
import { usualOptions } from '../learn/learn-options.ts'
import { openRecords } from '../learn/open-events.ts'

interface Given {
  readonly limit?: number
  readonly seed: number
  readonly report: 'text' | 'json'
  readonly quiet: boolean
}

const names = Object.keys(demos) as DemoName[]

/** `eddy demo`: streams to watch Eddy learn from. */
export function demoCommand(streams: Streams): Command {
  const limits = names.map((name) => `${name} ${demos[name].limit}`).join(', ')
  return new Command('demo')
    .description('Watch Eddy learn from a stream, one event at a time: predict first, then learn.')
    .addArgument(new Argument('[stream]', 'what to learn from').choices(names).default('flights'))
    .option('--limit <n>', `stop after so many events (${limits})`, wholeNumber(1))
    .option('--seed <n>', 'seed of initial weights and of every random choice', wholeNumber(0), 1)
    .addOption(new Option('--report <form>', 'form of the report at the end').choices(['text', 'json']).default('text'))
    .option('--quiet', 'show nothing but the report', false)
    .addHelpText('after', help())
    .action(async (stream: DemoName, given: Given) => {
      const demo: Demo = demos[stream]
      const { limit = demo.limit, seed } = given
      const outlet = openOutlet(given, streams)
      try {
        await stopOnInterrupt((stop) => (
          'run' in demo ? demo.run({ limit, seed }, outlet, stop) : learnDemo(demo, { ...given, limit }, outlet, stop)
        ))
      } finally {
        outlet.screen?.close()
      }
    })
}

/** Learns from the records of a demo just as `eddy learn` does from a file. */
async function learnDemo(
  { title, target, model, records, about }: LearnedDemo, given: Given & { readonly limit: number }, outlet: Outlet,
  stop: StopRequest,
): Promise<Report> {
  outlet.say(...about, '')
  const options = { ...usualOptions, ...given, file: title, target, model: { kind: model } }
  return await learnFrom(options, { optimizer: null, loss: null }, outlet, stop, openRecords(await records()))
}

function help(): string {
  const about = names.map((name) => demos[name].about.map((line, k) => `  ${(k === 0 ? name : '').padEnd(9)}${line}`))
  return [
    '', 'Streams:', ...about.flat(), '',
    'Examples:',
    '  eddy demo                                   learn from flights, live',
    '  eddy demo flights --limit 1000000           for longer',
    '  eddy demo spam --seed 7',
    '  eddy demo --report json | jq .metrics       one line of JSON on stdout, progress on stderr',
  ].join('\n')
}
