/** The command line asks for something that cannot be: ends with code 2. The message is one line, with what to do. */
export class Misuse extends Error {
  override readonly name = 'Misuse'
}

/** Why the system refused, in a word: ENOENT, EACCES, ...; else the whole error. */
export function systemReason(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

/** Lines that an error may take: one. */
export function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ')
}
