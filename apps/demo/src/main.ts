import { demo } from './demo.ts'

// A reader that has seen enough (`demo | head`) closes the pipe: nothing went wrong.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

process.exitCode = await demo(process.argv.slice(2), process)
