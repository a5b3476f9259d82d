/** The command line asks for something that cannot be: ends with code 2. The message is one line, with what to do. */
export class Misuse extends Error {
  override readonly name = 'Misuse'
}

/** Lines that an error may take: one. */
export function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ')
}
