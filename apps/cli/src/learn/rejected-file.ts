import { createHash } from 'node:crypto'
import type { Malformed, SourceRecord } from '@eddy/sources'
import { TextFile } from './text-file.ts'

const rowsMax = 100_000
const bytesMax = 64 << 20
const rawBytesMax = 4096

/** A record that was read but cannot be learned from. */
export interface Refused {
  readonly code: string
  /** The field that is to blame, as a JSON path; '$' when it is not one field. */
  readonly path: string
  readonly reason: string
  readonly record: number
  /** Where in the model it failed, when it got so far, and in which phase of its frame. */
  readonly node?: string
  readonly phase?: string
}

/** How much there is: to go on from. */
export interface RejectedFileState {
  readonly bytes: number
  readonly rows: number
}

/**
 * Where rejected records go, as JSON lines: code, path, reason, source, record, line, byte, length, sha256 and the
 * first 4 KiB, as text where they are UTF-8, else in base64. Bounded by rows and bytes; counts are kept elsewhere and
 * never bounded.
 */
export class RejectedFile {
  readonly #file: TextFile
  readonly #source: string
  #rows: number

  /** `from`: what stays of the file that is there; null: it begins empty. */
  constructor(path: string, source: string, from: RejectedFileState | null = null) {
    this.#file = new TextFile(path, '--rejected', from?.bytes ?? null)
    this.#source = source
    this.#rows = from?.rows ?? 0
  }

  /** Whether further rows find no room. */
  get isFull(): boolean {
    return this.#rows >= rowsMax || this.#file.bytes >= bytesMax
  }

  flush(): void {
    this.#file.flush()
  }

  get state(): RejectedFileState {
    return { bytes: this.#file.bytes, rows: this.#rows }
  }

  malformed({ code, reason, record, line, byte, length, raw }: Malformed): void {
    this.#add({ code, path: '$', reason, source: this.#source, record, line, byte, length }, raw)
  }

  refused({ code, path, reason, record }: Refused, event: SourceRecord): void {
    const raw = Buffer.from(JSON.stringify(event))
    this.#add({ code, path, reason, source: this.#source, record, length: raw.length }, raw)
  }

  #add(row: object, raw: Uint8Array): void {
    if (this.isFull) return
    const bytes = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.byteLength, rawBytesMax))
    const text = bytes.toString('utf8')
    const kept = Buffer.from(text).equals(bytes) ? { raw: text } : { rawBase64: bytes.toString('base64') }
    const sha256 = createHash('sha256').update(raw).digest('hex')
    this.#rows++
    this.#file.write(`${JSON.stringify({ ...row, sha256, ...kept })}\n`)
  }

  sync(): void {
    this.#file.sync()
  }

  /** Takes back what came after. */
  rewind({ bytes, rows }: RejectedFileState): void {
    this.#file.rewind(bytes)
    this.#rows = rows
  }

  close(): void {
    this.#file.close()
  }
}
