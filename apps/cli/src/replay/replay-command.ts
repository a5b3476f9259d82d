import { Command, Option } from 'commander'
import { openOutlet, type Streams } from '@eddy/terminal'
import { nameList, wholeNumber } from '../arguments.ts'
import { replayKept, type ReplayOptions } from './replay.ts'

const help = `
The state that comes out equals, to the last bit, that of a run which saw just these events: the nearest checkpoint
before the first change is restored, and what the log has after it is learned again. It is reported as eddy learn does,
and the folder stays as it is, unless --write says to take the events back in it for good, or --out names a new folder.
Files of --predictions keep what was said at its time; records keep their numbers.

Events are called by the column of eddy learn --id, else by the number of their record, the first one being 1.
--set changes an option of the optimizer (learning-rate=0.01), or seed=2, model=linear, optimizer=adam, loss=huber.
A folder of --out begins with what came out: eddy learn --checkpoint goes on from it; its log reaches back no further.

Examples:
  eddy replay kept --without 4711                what would be without this record
  eddy replay kept --without 4711,4712 --write   take them back for good
  eddy replay kept --until 10000                 as it was after 10,000 records
  eddy replay kept --set learning-rate=0.01 --out bolder && eddy diff kept bolder
  eddy rejected kept --report json > rows.ndjson; (mend the events); eddy replay kept --rejected rows.ndjson --write`

/** `eddy replay`: learn again what the log has, without some events or otherwise. */
export function replayCommand(streams: Streams): Command {
  return new Command('replay')
    .description('Learn again what was logged: without some events, up to one, or otherwise. --write undoes for good.')
    .argument('<folder>', 'what eddy learn --checkpoint has kept')
    .option('--without <events>', 'leave these out: names or numbers, with commas', nameList)
    .option('--until <n>', 'stop after this record', wholeNumber(1))
    .option('--set <name=value>', 'learn otherwise; may be given again', (text, before: string[] = []) => (
      [...before, text]
    ))
    .option('--rejected [file]', 'learn rejected records after all, mended as in this file or as they were')
    .option('--write', 'change the folder itself, for good', false)
    .option('--out <folder>', 'write what comes out to a new folder')
    .addOption(new Option('--report <form>', 'form of the report at the end').choices(['text', 'json']).default('text'))
    .option('--quiet', 'show nothing but the report', false)
    .addHelpText('after', help)
    .action(async (folder: string, options: ReplayOptions & { readonly quiet: boolean }) => {
      await replayKept(folder, options, openOutlet(options, streams))
    })
}
