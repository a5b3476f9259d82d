import { CommanderError } from 'commander'
import { runDigits } from './digits/digits-demo.ts'
import { runFlights } from './flights/flights-demo.ts'
import { type DemoOptions, readOptions } from './options.ts'
import type { Report } from './report/report.ts'
import { type StopRequest, stopOnInterrupt } from './stop-on-interrupt.ts'
import { openOutlet, type Outlet, type Streams } from './terminal/outlet.ts'
import { runXor } from './xor/xor-demo.ts'

/** Runs the command. Gives the exit code: 0 done, 1 failed, 2 misuse. */
export async function demo(argv: readonly string[], streams: Streams): Promise<number> {
  const { stdout, stderr } = streams
  let options: DemoOptions
  try {
    options = readOptions(argv, { out: (text) => void stdout.write(text), err: (text) => void stderr.write(text) })
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    throw error
  }
  const outlet = openOutlet(options, streams)
  try {
    await stopOnInterrupt((stop) => run(options, outlet, stop))
    return 0
  } catch (error) {
    outlet.screen?.close()
    stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}

async function run(options: DemoOptions, outlet: Outlet, stop: StopRequest): Promise<Report> {
  switch (options.stream) {
    case 'flights': return await runFlights(options, outlet, stop)
    case 'digits': return await runDigits(options, outlet, stop)
    case 'xor': return runXor(options, outlet)
  }
}
