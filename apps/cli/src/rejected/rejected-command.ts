import { Command, Option } from 'commander'
import { clipTo, grouped, type OutputStream, padEnd, type Streams } from '@eddy/terminal'
import { loadKept } from '../kept/open-kept.ts'
import { recordOf, type RejectedRow, rejectedRows } from '../kept/rejected-row.ts'

const help = `
With --report json, each line is { record, id, code, path, reason, node, phase, length, event }, or raw instead of event
when the record could not be read. Of what was larger than 4 KiB the event is null. Mend the events, and give the lines
back: eddy replay kept --rejected mended.ndjson --write

Examples:
  eddy rejected kept
  eddy rejected kept --report json > rejected.ndjson`

const lengthMax = 160

/** `eddy rejected`: the records that could not be learned. */
export function rejectedCommand({ stdout }: Streams): Command {
  return new Command('rejected')
    .description('List the records that were rejected, and why.')
    .argument('<folder>', 'what eddy learn --checkpoint has kept')
    .addOption(new Option('--report <form>', 'form of the list').choices(['text', 'json']).default('text'))
    .addHelpText('after', help)
    .action((folder: string, { report }: { report: 'text' | 'json' }) => {
      const { store, kept } = loadKept(folder)
      const rows = rejectedRows(store, kept.retried)
      if (report === 'json') for (const row of rows) stdout.write(`${lineOf(row)}\n`)
      else print(rows, stdout)
    })
}

/** A row as a line of JSON. */
export function lineOf(row: RejectedRow): string {
  const { number, name, code, path, reason, node, phase, bytes, isText, length } = row
  const what = isText ? { raw: Buffer.from(bytes).toString('utf8') } : { event: recordOf(row) }
  return JSON.stringify({ record: number, id: name, code, path, reason, node, phase, length, ...what })
}

function print(rows: readonly RejectedRow[], stdout: OutputStream): void {
  if (rows.length === 0) stdout.write('No record was rejected.\n')
  for (const { number, name, code, path, reason, node, phase } of rows) {
    const called = name === null || name === String(number) ? '' : ` (${name})`
    const start = padEnd(`record ${grouped(number)}${called}`, 20)
    stdout.write(`${clipTo(`${start} ${padEnd(code, 12)} ${path}: ${reason} [${node}, ${phase}]`, lengthMax)}\n`)
  }
}
