import { outcomes, report } from './program.ts'

/** Where the result goes: from a page to its server, else to standard output. A failure is told in the same place. */
const show = (text: string): void => {
  if ('document' in globalThis) void fetch('/', { method: 'POST', body: text })
  else console.log(text)
}

try {
  show(report(outcomes()))
} catch (error) {
  show(`failed: ${error instanceof Error ? error.stack : String(error)}`)
}
