/** Bytes from anywhere: a Node stream, an async iterable, the body of a fetch response, an array of chunks. */
export type ByteInput =
  AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string> | ReadableStream<Uint8Array>

/** Opens bytes at an offset; stops when the signal is aborted. */
export type ByteReader = (from: number, signal: AbortSignal) => AsyncIterable<Uint8Array>

/** Chunks as bytes; what came before `from` is left out. */
export async function* bytesOf(input: ByteInput, from = 0): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  let before = from
  for await (const chunk of 'getReader' in input ? chunksOf(input) : input) {
    const bytes = typeof chunk === 'string' ? encoder.encode(chunk) : chunk
    if (before >= bytes.length) before -= bytes.length
    else {
      yield before === 0 ? bytes : bytes.subarray(before)
      before = 0
    }
  }
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
