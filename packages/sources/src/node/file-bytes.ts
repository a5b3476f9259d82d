import { open } from 'node:fs/promises'
import type { ByteReader } from '../bytes/byte-input.ts'
import { gunzipIfNeeded, type GunzipOptions } from '../bytes/gunzip.ts'

const chunkBytes = 1 << 18

/**
 * Reads a file from an offset, which counts after decompression when it is gzip. A plain file is entered there at once.
 */
export function fileReader(path: string, options: GunzipOptions): ByteReader {
  return async function* read(from, signal) {
    const file = await open(path)
    try {
      const head = new Uint8Array(2)
      const { bytesRead } = await file.read(head, 0, 2, 0)
      const isGzip = bytesRead === 2 && head[0] === 0x1f && head[1] === 0x8b
      const chunks = readChunks(file, isGzip ? 0 : from, signal)
      yield* isGzip ? gunzipIfNeeded(chunks, path, options, from) : chunks
    } finally {
      await file.close()
    }
  }
}

async function* readChunks(
  file: Awaited<ReturnType<typeof open>>, from: number, signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let at = from
  while (!signal.aborted) {
    const chunk = new Uint8Array(chunkBytes)
    const { bytesRead } = await file.read(chunk, 0, chunkBytes, at)
    if (bytesRead === 0) return
    at += bytesRead
    yield chunk.subarray(0, bytesRead)
  }
}
