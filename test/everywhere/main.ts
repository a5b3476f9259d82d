import { outcomes, report } from './program.ts'

/** Where the result goes: the page when there is one, else standard output. A failure is told in the same place. */
const { document } = globalThis as { readonly document?: Document }
const show = (text: string): void => {
  if (document === undefined) console.log(text)
  else document.body.textContent = text
}

try {
  show(report(outcomes()))
} catch (error) {
  show(`failed: ${error instanceof Error ? error.stack : String(error)}`)
}
