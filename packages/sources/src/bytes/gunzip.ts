import { SourceError } from '../errors.ts'
import { type ByteInput, bytesOf, chunksOf } from './byte-input.ts'

/** A small file may be as dense as it likes: a bomb is judged from here on. */
const bombBytesMin = 64 << 20
/** Text is seldom denser than 50. */
const ratioDefault = 100

export interface GunzipOptions {
  /** Most bytes after decompression per byte before; default 100. It counts beyond the first 64 MiB only. */
  readonly gzipRatioMax?: number
}

/**
 * The bytes, decompressed when their first two say that they are gzip; what they are called does not matter.
 * Memory stays bounded whatever comes out.
 * @throws SourceError when they end too early, are damaged (E_SOURCE), or grow beyond the allowed ratio (E_BOMB).
 */
export async function* gunzipIfNeeded(
  input: ByteInput, source: string, { gzipRatioMax = ratioDefault }: GunzipOptions = {}, from = 0,
): AsyncGenerator<Uint8Array> {
  const chunks = bytesOf(input, 0, source)
  const head = await takeTwo(chunks)
  const all = prepend(head, chunks)
  if (head.length < 2 || head[0] !== 0x1f || head[1] !== 0x8b) yield* bytesOf(all, from)
  else yield* bytesOf(gunzip(all, source, gzipRatioMax), from)
}

async function* gunzip(
  chunks: AsyncGenerator<Uint8Array>, source: string, ratioMax: number,
): AsyncGenerator<Uint8Array> {
  let before = 0
  let after = 0
  let failure: unknown = null
  const compressed = new ReadableStream<BufferSource>({
    pull: async (controller) => {
      try {
        const { done, value } = await chunks.next()
        if (done === true) return controller.close()
        before += value.length
        controller.enqueue(value as Uint8Array<ArrayBuffer>)
      } catch (error) {
        failure = error
        controller.error(error)
      }
    },
    cancel: async () => {
      await chunks.return(undefined)
    },
  }, { highWaterMark: 0 })
  try {
    for await (const chunk of chunksOf(compressed.pipeThrough(new DecompressionStream('gzip')))) {
      after += chunk.length
      if (after > bombBytesMin && after > before * ratioMax) {
        throw new SourceError({
          code: 'E_BOMB', source,
          what: `${before} compressed bytes became ${after}, more than ${ratioMax} times as many`,
          hint: 'If this is what you expect, raise gzipRatioMax.',
        })
      }
      yield chunk
    }
  } catch (error) {
    if (failure !== null) throw failure
    if (error instanceof SourceError) throw error
    throw new SourceError({
      what: `the gzip data ends too early or is damaged (after ${after} good bytes)`, source,
      hint: 'Copy or download it again; what came before was handed over.',
    }, { cause: error })
  }
}

async function takeTwo(chunks: AsyncGenerator<Uint8Array>): Promise<Uint8Array> {
  let head = new Uint8Array(0)
  while (head.length < 2) {
    const { done, value } = await chunks.next()
    if (done === true) break
    const joined = new Uint8Array(head.length + value.length)
    joined.set(head)
    joined.set(value, head.length)
    head = joined
  }
  return head
}

async function* prepend(head: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head
    yield* rest
  } finally {
    await rest.return(undefined)
  }
}
