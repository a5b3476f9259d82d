import { Command, Option } from 'commander'
import { openOutlet, stopOnInterrupt, type Streams } from '@eddy/terminal'
import { checkInput, formatOption, required, wholeNumber } from '../arguments.ts'
import { predictFrom, type PredictOptions } from './predict.ts'

const help = `
Predictions are lines of CSV on standard output, or in the file of --predictions (JSON lines for .ndjson): the number of
the record, the prediction, and for classes its probability (of two, that of the positive one). Nothing is learned. The
label may be missing; of columns that were learned from and are missing it warns, and without any of them it refuses.

Examples:
  eddy learn mails.csv --target spam --checkpoint kept
  eddy predict new.csv --checkpoint kept > said.csv
  zcat new.ndjson.gz | eddy predict - --checkpoint kept --predictions said.ndjson`

type Given = Omit<PredictOptions, 'file' | 'checkpoint'> & { readonly checkpoint?: string }

/** `eddy predict`: answers with what was learned. */
export function predictCommand(streams: Streams): Command {
  return new Command('predict')
    .description('Predict for each record, with what eddy learn --checkpoint has kept.')
    .argument('[file]', 'CSV, JSON lines or Parquet, also .gz; - is standard input', '-')
    .option('--checkpoint <folder>', 'what eddy learn has kept (required)')
    .addOption(formatOption())
    .option('--limit <n>', 'stop after so many records', wholeNumber(1))
    .option('--predictions <file>', 'write predictions there instead of to standard output')
    .option('--rejected <file>', 'write every rejected record there, as JSON lines with the reason')
    .addOption(new Option('--report <form>', 'form of the report at the end').choices(['text', 'json']).default('text'))
    .option('--quiet', 'show nothing but predictions, or the report', false)
    .addHelpText('after', help)
    .action(async (file: string, given: Given) => {
      const hint = 'Name the folder of eddy learn --checkpoint'
      const checkpoint = required(given.checkpoint, '--checkpoint <folder>', hint)
      checkInput(file)
      // Predictions own standard output; only a JSON report may stand at their end.
      const owned = given.predictions === undefined && given.report === 'text'
      const outlet = openOutlet(given, owned ? { ...streams, stdout: streams.stderr } : streams)
      await stopOnInterrupt((stop) => predictFrom({ ...given, checkpoint, file }, outlet, streams, stop))
    })
}
