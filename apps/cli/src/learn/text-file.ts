import { closeSync, constants, fdatasyncSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { Misuse, systemReason } from '../misuse.ts'

const chunkLength = 1 << 16
const { O_APPEND, O_CREAT, O_TRUNC, O_WRONLY } = constants

/** Writes lines to the end of a file, many at once. */
export class TextFile {
  readonly #path: string
  readonly #handle: number
  #text = ''
  #written: number
  /** Lines were lost: no state that counts on them may be kept. */
  #failure: Error | null = null

  /**
   * `from`: so many bytes of the file that is there stay; null: it begins empty.
   * @throws Misuse when the file cannot be made; Error when it has fewer bytes than shall stay.
   */
  constructor(path: string, option: string, from: number | null = null) {
    this.#path = path
    this.#written = from ?? 0
    try {
      this.#handle = openSync(path, O_WRONLY | O_CREAT | O_APPEND | (from === null ? O_TRUNC : 0), 0o666)
    } catch (error) {
      const what = `${option} ${path} cannot be written (${systemReason(error)})`
      throw new Misuse(`${what}. Name a file in a folder that exists.`, { cause: error })
    }
    if (from === null) return
    const { size } = fstatSync(this.#handle)
    if (size >= from) {
      ftruncateSync(this.#handle, from)
      return
    }
    closeSync(this.#handle)
    throw new Error(
      `${path} has ${size} bytes, and had ${from} when the checkpoint was written. Put it back, or name another file `
      + `with ${option}.`,
    )
  }

  /** Bytes of the file, those included that wait to be written. */
  get bytes(): number {
    return this.#written + Buffer.byteLength(this.#text)
  }

  write(text: string): void {
    this.#text += text
    if (this.#text.length >= chunkLength) this.flush()
  }

  flush(): void {
    const bytes = Buffer.from(this.#text)
    this.#text = ''
    this.#try(() => {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#handle, bytes, at)
    })
    this.#written += bytes.length
  }

  /** Everything so far survives the end of the machine; a pipe has no such promise. */
  sync(): void {
    this.flush()
    this.#try(() => {
      if (fstatSync(this.#handle).isFile()) fdatasyncSync(this.#handle)
    })
  }

  /** Takes back what stands behind so many bytes. */
  rewind(bytes: number): void {
    this.flush()
    if (this.#written === bytes) return
    this.#try(() => ftruncateSync(this.#handle, bytes))
    this.#written = bytes
  }

  close(): void {
    try {
      if (this.#failure === null) this.flush()
    } finally {
      closeSync(this.#handle)
    }
  }

  #try(action: () => void): void {
    if (this.#failure !== null) throw this.#failure
    try {
      action()
    } catch (error) {
      const message = `${this.#path} cannot be written any further (${systemReason(error)}). Is there room on the disk?`
      throw this.#failure = new Error(message, { cause: error })
    }
  }
}
