import { formatValue } from '@eddy/tensor'
import { SourceError } from '../errors.ts'

/** Bytes from anywhere: a Node stream, an async iterable, the body of a fetch response, an array of chunks. */
export type ByteInput =
  AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string> | ReadableStream<Uint8Array>

/** Opens bytes at an offset; stops when the signal is aborted. */
export type ByteReader = (from: number, signal: AbortSignal) => AsyncIterable<Uint8Array>

/**
 * Chunks as bytes; what came before `from` is left out. Texts may be cut anywhere, also inside a character.
 * @throws SourceError (E_OPTION) for a chunk that is neither bytes nor text.
 */
export async function* bytesOf(input: ByteInput, from = 0, source = 'bytes'): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  let before = from
  /** The first half of a character, when the last text ended inside it. */
  let half = ''
  for await (const chunk of 'getReader' in input ? chunksOf(input) : input) {
    let bytes = chunk as Uint8Array
    if (typeof chunk === 'string') {
      const text = half + chunk
      half = /[\ud800-\udbff]$/.test(text) ? text.slice(-1) : ''
      bytes = encoder.encode(half === '' ? text : text.slice(0, -1))
    } else if (!isBytes(chunk)) throw noBytes(chunk, source)
    if (before >= bytes.length) before -= bytes.length
    else {
      yield before === 0 ? bytes : bytes.subarray(before)
      before = 0
    }
  }
  if (half !== '') yield encoder.encode(half)
}

/** A `Uint8Array`, also of another realm. */
function isBytes(chunk: unknown): boolean {
  return ArrayBuffer.isView(chunk) && 'BYTES_PER_ELEMENT' in chunk && chunk.BYTES_PER_ELEMENT === 1
}

function noBytes(chunk: unknown, source: string): SourceError {
  return new SourceError({
    code: 'E_OPTION', what: `got ${formatValue(chunk)} for a chunk, wanted bytes (Uint8Array) or text`, source,
    hint: 'Write new Uint8Array(buffer) of a buffer; records are for recordStream(..).',
  })
}

/** Not every browser can iterate over a web stream. */
export async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  try {
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) yield value!
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
