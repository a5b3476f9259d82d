import { eddy } from './eddy.ts'
import { systemReason } from './misuse.ts'

// A reader that has seen enough (`eddy learn … | head`) closes the pipe: nothing went wrong.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  const reason = systemReason(error)
  process.stderr.write(`eddy: standard output cannot be written (${reason}). Make room, or write elsewhere.\n`)
  process.exit(1)
})
// What is said to people there is no loss to the work: a report or predictions may still go to standard output.
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') process.exit(1)
})

process.exitCode = await eddy(process.argv.slice(2), process)
// An open standard input that nobody reads any more would keep the process alive.
process.stdin.destroy()
