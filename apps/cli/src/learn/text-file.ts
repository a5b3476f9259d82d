import { closeSync, openSync, writeSync } from 'node:fs'
import { Misuse } from '../misuse.ts'

const chunkLength = 1 << 16

/** Writes lines to a file, many at once. */
export class TextFile {
  readonly #path: string
  readonly #handle: number
  #text = ''

  /** @throws Misuse when the file cannot be made. */
  constructor(path: string, option: string) {
    this.#path = path
    try {
      this.#handle = openSync(path, 'w')
    } catch (error) {
      const what = `${option} ${path} cannot be written (${messageOf(error)})`
      throw new Misuse(`${what}. Name a file in a folder that exists.`, { cause: error })
    }
  }

  write(text: string): void {
    this.#text += text
    if (this.#text.length >= chunkLength) this.flush()
  }

  flush(): void {
    const bytes = Buffer.from(this.#text)
    this.#text = ''
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#handle, bytes, at)
    } catch (error) {
      const message = `${this.#path} cannot be written any further (${messageOf(error)}). Is there room on the disk?`
      throw new Error(message, { cause: error })
    }
  }

  close(): void {
    this.flush()
    closeSync(this.#handle)
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
