import { Command, Option } from 'commander'
import { specialize, useSpecializer } from '@eddy/kernels/specialize'
import { openOutlet, stopOnInterrupt, type Streams } from '@eddy/terminal'
import { checkInput, formatOption, nameList, required, wholeNumber } from '../arguments.ts'
import { Misuse } from '../misuse.ts'
import { readTimeColumn } from './event-time.ts'
import { learnFrom } from './learn.ts'
import { type LearnOptions, usualOptions } from './learn-options.ts'
import { readDelay } from './read-delay.ts'
import { lossNames, readLoss } from './read-loss.ts'
import { readModel } from './read-model.ts'
import { optimizerNames, readOptimizer } from './read-optimizer.ts'

/**
 * Frames before a program is made a function of its own. Making it takes a tenth of the time that 50,000 records take,
 * and 600,000 of them, of which up to 64 are learned in one call, took as long with it as without (linear, mlp:8).
 */
const patience = 400_000

type Given = Partial<Omit<LearnOptions, 'file'>>

const help = `
FILE is a CSV, JSON lines or Parquet file, compressed by gzip or not; - is standard input. What its columns hold is seen
from the first 1,000 records (100 of standard input), said when it turns out otherwise, and never stops the run. Columns
may hold numbers, words, text, dates, true and false, nested JSON (user.city; --ignore user leaves out all inside). A
value may be missing. Whole numbers to predict are classes or amounts, as their column's name, their range and their
order suggest: the first line says which and why. Names have commas between them; "a, b" in double quotes is one.

Every record ends in one way: learned; rejected, with a code, when it cannot be used; or expired, when it has no label.
Every score is prequential: each prediction was made before its label was used. Beside it stand the scores of repeating
the last label (no change) and of the running mean or the majority.

Models:      auto (default)   many models at once, each trusted as far as it has been right; needs no tuning
             linear           one weight for each number and each word; the fastest
             mlp:32,16        a network with hidden layers of these widths
Optimizers:  ${optimizerNames.slice(0, 11).join(' ')}
             ${optimizerNames.slice(11).join(' ')}
             with options as in adam:learning-rate=0.01 (for linear and mlp)
Losses:      ${lossNames.join(' ')} (for linear and mlp)
             quantile:0.9 predicts what nine labels in ten stay below; with 0.05 and 0.95 two runs make an interval

Examples:
  eddy learn events.csv --target price
  eddy learn events.csv.gz --target bought --ignore id,session --report json | jq .metrics
  tail -f log.ndjson | eddy learn - --target status --task multiclass
  eddy learn rides.parquet --target minutes --time started --delay 30m       labels come half an hour later
  eddy learn rides.csv --target minutes --model mlp:32,16 --optimizer adam:learning-rate=0.01
  eddy learn mails.csv --target spam --predictions said.csv --rejected bad.ndjson
  eddy learn mails.csv --target spam --checkpoint kept              killed at any moment, it goes on with --resume
  eddy learn mails.csv --target spam --id mail --checkpoint kept    and later: eddy replay kept --without m17

With --checkpoint, the folder has checkpoints (after 1,000 records, taking 5 % of the time at most) and a log of every
record, about as large as the input as JSON. Whenever and however a run ends, --resume goes on behind the last record
that was logged: each record is learned once, and has one line in the files of --predictions and --rejected. Give the
same file, which may have grown, or on standard input all records again from the first. Without the log it goes on from
the last checkpoint; the records after it are read again. See eddy inspect and eddy replay.

Ends with 0 when done (also after Ctrl-C or SIGTERM, which finish the record in hand, save and report), 1 when it
failed, 2 for misuse. --report json ends with one line on standard output:
  { events, learned, rejected, expired, metrics, baselines, digest, eventsPerSecond, seconds }
with the metrics mae rmse r2, or accuracy rocAuc logLoss f1 macroF1 kappa; for --loss quantile pinball and
coverage, the share of labels that were not above what was predicted.`

/** `eddy learn`: predict each record, then learn it. */
export function learnCommand(streams: Streams): Command {
  const texts: { optimizer: string | null; loss: string | null } = { optimizer: null, loss: null }
  return new Command('learn')
    .description('Predict a column of each record, then learn from it, one after the other; report how good that was.')
    .argument('[file]', 'CSV, JSON lines or Parquet, also .gz; - is standard input', '-')
    .option('--target <column>', 'what to predict (required)')
    .addOption(new Option('--task <task>', 'what kind of thing the target is')
      .choices(['auto', 'regression', 'binary', 'multiclass']).default('auto'))
    .addOption(formatOption())
    .option('--model <model>', 'auto, linear, or mlp with the widths of its hidden layers', readModel)
    .option('--optimizer <name:options>', 'how weights move', (text) => {
      texts.optimizer = text
      return readOptimizer(text)
    })
    .option('--loss <name:options>', 'what counts as bad', (text) => {
      texts.loss = text
      return readLoss(text)
    })
    .option('--ignore <columns>', 'columns that say nothing, or too much: ids, the future', nameList)
    .option('--time <column>', 'when a record happened; with a unit for bare numbers, as in day:d', readTimeColumn)
    .option('--delay <count or duration>', 'labels come later: by records (100) or by event time (30m)', readDelay)
    .option('--seed <n>', 'of initial weights and of every random choice', wholeNumber(0))
    .option('--limit <n>', 'stop after so many records', wholeNumber(1))
    .option('--predictions <file>', 'write every prediction there: CSV, or JSON lines for .ndjson')
    .option('--rejected <file>', 'write every rejected record there, as JSON lines with the reason')
    .option('--checkpoint <folder>', 'keep there what is learned, all the time')
    .option('--every <n>', 'write a checkpoint after just so many records', wholeNumber(1))
    .option('--resume', 'go on from the checkpoint, as if never stopped')
    .option('--no-log', 'keep no records beside the checkpoints: less disk, but nothing can be taken back')
    .option('--id <column>', 'what a record is called, for eddy replay --without; it is no feature')
    .option('--warm-start <file>', 'begin with the weights of a safetensors file (for linear and mlp)')
    .addOption(new Option('--report <form>', 'form of the report at the end').choices(['text', 'json']).default('text'))
    .option('--quiet', 'show nothing but the report', false)
    .addHelpText('after', help)
    .action(async (file: string, given: Given) => {
      const options = complete(file, given)
      const outlet = openOutlet(options, streams)
      useSpecializer(specialize, patience)
      await stopOnInterrupt((stop) => learnFrom(options, texts, outlet, stop))
    })
}

/** @throws Misuse for options that contradict each other. */
function complete(file: string, given: Given): LearnOptions {
  const target = required(given.target, '--target <column>', 'Name the column to predict')
  const options: LearnOptions = { ...usualOptions, ...given, ...withoutId(given), target, file }
  checkInput(file)
  if (options.warmStart !== null && options.model.kind === 'auto') {
    throw new Misuse('--warm-start has no effect on --model auto. Add --model linear, or the mlp that the file is of.')
  }
  if (options.model.kind === 'auto') {
    const stray = options.optimizer !== null ? 'optimizer' : options.loss !== null ? 'loss' : null
    if (stray !== null) {
      throw new Misuse(`--${stray} has no effect on --model auto, which chooses for itself. Add --model linear.`)
    }
  }
  if (options.delay?.unit === 'milliseconds' && options.time === null) {
    throw new Misuse('--delay is a duration, so records need a time: name its column with --time, or give a number.')
  }
  const needy = options.resume ? '--resume' : options.every !== null ? '--every' : options.log ? null : '--no-log'
  if (options.checkpoint === null && needy !== null) throw new Misuse(`${needy} needs --checkpoint with a folder.`)
  if (options.id === options.target) {
    throw new Misuse(`--id ${options.id} is the target. Name the column that says what a record is called.`)
  }
  return options
}

/** What a record is called says nothing about it. */
function withoutId({ id, ignore = [] }: Given): Partial<LearnOptions> {
  return id === undefined || id === null || ignore.includes(id) ? {} : { ignore: [...ignore, id] }
}
