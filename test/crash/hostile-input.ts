/**
 * A process that learns from its standard input, as `eddy learn -` does, and says what became of every record:
 *
 *     node --import tsx hostile-input.ts < records.ndjson
 */
import { openSource } from '@eddy/sources'
import { Book } from './hostile-book.ts'
import { type Anything, numbers } from './hostile-models.ts'
import { Tally } from './trouble.ts'

const tally = new Tally('P10', 'standard input')
const book = new Book('standard input', tally, Number(process.argv[2]))
process.on('unhandledRejection', (error) => book.violated(`unhandled: ${String(error)}`))
const model = numbers()
model.rejected$.subscribe(({ reason, node }) => book.refuse(reason, node))
const source = await openSource('-')
source.malformed$.subscribe(({ reason, code }) => book.refuse(reason, code))
source.records$.pipe(model.train<Anything>()).subscribe({
  next: () => book.end('learned'),
  error: (error: unknown) => book.violated(`ended by ${String(error)}`),
  complete: () => {
    book.received = source.counters.received
    book.check(model.snapshot())
    process.stdout.write(`${JSON.stringify({ ends: book.ends, violations: tally.finding.violations })}\n`)
  },
})
