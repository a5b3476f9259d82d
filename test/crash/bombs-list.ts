import { closeSync, createWriteStream, existsSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip, gzipSync } from 'node:zlib'
import { dense, squaredError } from '@eddy/nodes'
import { features, learner } from '@eddy/online'
import { sgd } from '@eddy/optim'
import {
  csvFile, csvSource, eventStream, ndjsonFile, ndjsonSource, type RecordSource, SourceError, streamSource, webSocket,
} from '@eddy/sources'
import { frameOf, serveEvents, serveMessages, serveSlowly } from './hostile-servers.ts'

type Ignite = () => Promise<string>

/** A way to ask for too much. */
export interface Bomb {
  /** What must come of it. */
  readonly wanted: string
  /** Milliseconds that a turn may take, where the engine itself takes long. */
  readonly stall?: number
  /** Makes the bomb, the whole one at `scale` 1; what it gives sets it off. */
  readonly make: (folder: string, scale: number) => Ignite | Promise<Ignite>
}

/** What came of a source: good records, codes of bad ones, why it ended. */
async function outcome(source: RecordSource): Promise<string> {
  let good = 0
  let failure = ''
  try {
    for await (const { length } of source.batches()) good += length
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    failure = `, then ${error.code}`
  }
  const { reasons, reconnects } = source.counters
  const codes = Object.entries(reasons).map(([code, count]) => `, ${count} ${code}`).join('')
  return `${good} good${codes}${failure}${reconnects > 0 ? ', connected anew' : ''}`
}

const mebibyte = 2 ** 20
const block = Buffer.alloc(mebibyte / 16, 'x')
const wide = (scale: number): number => Math.max(1, Math.round(640 * scale)) * mebibyte

/** A file with one line of 640 MB between these. */
function longLine(folder: string, scale: number, before: string, after: string): string {
  const path = join(folder, 'line')
  const bytes = wide(scale)
  const file = openSync(path, 'w')
  writeSync(file, before)
  for (let at = 0; at < bytes; at += block.length) writeSync(file, block)
  writeSync(file, after)
  closeSync(file)
  return path
}

async function* repeated(before: string, part: Buffer, scale: number, after: string): AsyncGenerator<Buffer> {
  yield Buffer.from(before)
  for (let at = 0; at < wide(scale); at += part.length) {
    yield part
    await new Promise((resolve) => setImmediate(resolve))
  }
  yield Buffer.from(after)
}

/** A gigabyte of these, compressed. */
async function gzipped(path: string, unit: string, bytes: number): Promise<string> {
  const part = Buffer.alloc(mebibyte - mebibyte % unit.length, unit)
  const parts = Readable.from((function* () {
    for (let at = 0; at < bytes; at += mebibyte) yield part
  })())
  if (!existsSync(path)) await pipeline(parts, createGzip({ level: 1 }), createWriteStream(path))
  return path
}

const deep = (depth: number): string => `{"a":${'['.repeat(depth)}1${']'.repeat(depth)}}`
const keys = (count: number): string => `{${Array.from({ length: count }, (_, k) => `"k${k}":${k % 10}`).join()}}`
const million = (scale: number): number => (scale < 1 ? 20_000 : 1e6)
const good = '{"ok":1}'
/** As large as a record may be, unless told otherwise. */
const largest = 250_000
const quick = { retryMs: 1, retriesMax: 1 }

/** Bytes one at a time, with a pause now and then so that each is a chunk of its own. */
async function* single(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at++) {
    yield bytes.subarray(at, at + 1)
    if (at % 64 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
}

const ofEvents = (parts: () => Iterable<Buffer> | AsyncIterable<Buffer>, headers = {}): Promise<string> => (
  serveEvents(parts, (url) => outcome(eventStream(url, quick)), headers)
)
const ofMessages = (frames: () => Iterable<Buffer> | AsyncIterable<Buffer>): Promise<string> => (
  serveMessages(frames, (url) => outcome(webSocket(url, quick)))
)
/** As chunks of a file. */
function* chunked(text: string): Generator<Buffer> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
}

function ofLines(line: string, recordBytesMax = 262_144): Ignite {
  const chunks = [...chunked(`${line}\n${good}\n`)]
  return () => outcome(ndjsonSource(paused(chunks), { recordBytesMax }))
}

/** A turn of the event loop for each chunk, as when they are read from a file. */
async function* paused(chunks: Iterable<Buffer>): AsyncGenerator<Buffer> {
  for (const chunk of chunks) {
    await new Promise((resolve) => setImmediate(resolve))
    yield chunk
  }
}
const sizeOf = (scale: number, whole: number): number => (scale < 1 ? Math.ceil(whole / 40) : whole)

const model = () => learner({
  features: features({}, { unknown: 'auto', ignore: ['y'] }), target: 'y', model: (m) => m.pipe(dense(1)),
  loss: squaredError(), optimizer: sgd({ learningRate: 0.01 }),
})

function taught(event: object): Ignite {
  return async () => {
    const one = model()
    try {
      one.learnOne(event)
      return 'learned'
    } catch (error) {
      return (error as { code?: string }).code ?? String(error)
    }
  }
}

/** All bombs, and what must come of each. */
export const bombs: Readonly<Record<string, Bomb>> = {
  '640 MB line, NDJSON file': {
    wanted: '1 good, 1 E_SIZE',
    make(folder, scale) {
      const path = longLine(folder, scale, '{"a":"', `"}\n${good}\n`)
      return () => outcome(ndjsonFile(path))
    },
  },
  '640 MB line, CSV file': {
    wanted: '2 good, 1 E_SIZE',
    make(folder, scale) {
      const path = longLine(folder, scale, 'a,b\n1,2\n', '\n3,4\n')
      return () => outcome(csvFile(path))
    },
  },
  '640 MB in quotes, CSV file': {
    wanted: '2 good, 1 E_SIZE',
    make(folder, scale) {
      const path = longLine(folder, scale, 'a,b\n1,2\n"', '"\n3,4\n')
      return () => outcome(csvFile(path))
    },
  },
  '640 MB header, CSV file': {
    wanted: '0 good, then E_FORMAT',
    make(folder, scale) {
      const path = longLine(folder, scale, 'a,', '\n3,4\n')
      return () => outcome(csvFile(path))
    },
  },
  '640 MB line, Node stream': {
    wanted: '1 good, 1 E_SIZE',
    make: (_, scale) => async () => outcome(
      await streamSource(Readable.from(repeated('{"a":"', block, scale, `"}\n${good}\n`))),
    ),
  },
  '640 MB event, server-sent events': {
    wanted: '1 good, 1 E_SIZE, connected anew',
    make: (_, scale) => () => ofEvents(() => repeated('data: ', block, scale, `\n\ndata: ${good}\n\n`)),
  },
  '640 MB of lines of one event, server-sent events': {
    wanted: '1 good, 1 E_SIZE, connected anew',
    make(_, scale) {
      const part = Buffer.alloc(block.length, 'data: x\n')
      return () => ofEvents(() => repeated('', part, scale, `\n\ndata: ${good}\n\n`))
    },
  },
  '1 GB gzip bomb of zeros': {
    wanted: '0 good, then E_BOMB',
    async make(folder, scale) {
      const path = await gzipped(join(folder, `zeros-${scale}.gz`), '\0', sizeOf(scale, 1024) * mebibyte)
      return () => outcome(ndjsonFile(path))
    },
  },
  '1 GB gzip bomb of records': {
    wanted: 'records, then E_BOMB',
    async make(folder, scale) {
      const path = await gzipped(join(folder, `records-${scale}.gz`), `${good}\n`, sizeOf(scale, 1024) * mebibyte)
      return async () => (await outcome(ndjsonFile(path))).replace(/^\d{6,} good, then/, 'records, then')
    },
  },
  '1 GB gzip bomb, server-sent events': {
    wanted: '1 good, 1 E_SIZE, connected anew',
    async make(folder, scale) {
      const path = await gzipped(join(folder, `sent-${scale}.gz`), 'x', sizeOf(scale, 1024) * mebibyte)
      // Members of gzip one after the other are one stream.
      const parts = [gzipSync('data: '), readFileSync(path), gzipSync(`\n\ndata: ${good}\n\n`)]
      return () => ofEvents(() => parts, { 'content-encoding': 'gzip' })
    },
  },
  'depth 10^6, NDJSON': { wanted: '1 good, 1 E_SIZE', make: (_, scale) => ofLines(deep(million(scale) + 200_000)) },
  'depth 10^6, NDJSON whose records may be long': {
    wanted: '1 good, 1 E_SHAPE', make: (_, scale) => ofLines(deep(million(scale)), 4 * mebibyte),
  },
  'deepest record there may be, server-sent events': {
    wanted: '1 good, 1 E_SHAPE, connected anew',
    make() {
      const parts = [Buffer.from(`data: ${deep(largest / 2)}\n\ndata: ${good}\n\n`)]
      return () => ofEvents(() => parts)
    },
  },
  'depth 10^6, WebSocket': {
    wanted: '0 good, connected anew',
    make(_, scale) {
      const frames = [frameOf(1, Buffer.from(deep(million(scale) + 600_000))), frameOf(1, Buffer.from(good))]
      return () => ofMessages(() => frames)
    },
  },
  '10^6 keys, NDJSON': { wanted: '1 good, 1 E_SIZE', make: (_, scale) => ofLines(keys(million(scale) + 30_000)) },
  '10^6 keys, NDJSON whose records may be long': {
    wanted: '1 good, 1 E_SHAPE', make: (_, scale) => ofLines(keys(million(scale)), 16 * mebibyte),
  },
  'most keys there may be, NDJSON': { wanted: '1 good, 1 E_SHAPE', make: () => ofLines(keys(22_000)) },
  '10^6 columns, CSV': {
    wanted: '0 good, then E_FORMAT',
    make(_, scale) {
      const names = Array.from({ length: million(scale) + 40_000 }, (__, k) => `k${k}`).join()
      const chunks = [...chunked(`${names}\n1,2\n`)]
      return () => outcome(csvSource(paused(chunks)))
    },
  },
  // The engine lists the names of a record all at once.
  '10^6 keys, learner': {
    wanted: 'E_REJECTED', stall: 2000,
    make: (_, scale) => taught(JSON.parse(`{"y":1,${keys(million(scale)).slice(1)}`) as object),
  },
  'depth 10^6, learner': {
    wanted: 'E_REJECTED', make: (_, scale) => taught({ y: 1, ...(JSON.parse(deep(million(scale))) as object) }),
  },
  'text of 256 MB, learner': {
    wanted: 'E_REJECTED',
    make: (_, scale) => taught({ y: 1, note: Buffer.alloc(sizeOf(scale, 256) * mebibyte, 'x').toString('latin1') }),
  },
  'one message in fragments of a byte, WebSocket': {
    wanted: '2 good',
    make(_, scale) {
      const text = Buffer.from(`{"a":"${'x'.repeat(sizeOf(scale, 10_000))}"}`)
      const frames = Array.from(text, (byte, k) => (
        frameOf(k === 0 ? 2 : 0, Buffer.from([byte]), k === text.length - 1)
      ))
      return () => ofMessages(() => [Buffer.concat(frames), frameOf(1, Buffer.from(good))])
    },
  },
  '10^6 fragments of a byte, WebSocket': {
    wanted: '0 good, connected anew',
    make(_, scale) {
      const rest = Buffer.concat(Array.from({ length: 20_000 }, () => frameOf(0, Buffer.from('x'), false)))
      const parts = Array.from({ length: Math.ceil(million(scale) / 20_000) }, () => rest)
      return () => ofMessages(() => paused([frameOf(2, Buffer.from('x'), false), ...parts]))
    },
  },
  'bytes one at a time, server-sent events': {
    wanted: '2 good, connected anew',
    make(_, scale) {
      const bytes = Buffer.from(`data: {"a":"${'x'.repeat(sizeOf(scale, 200_000))}"}\n\ndata: ${good}\n\n`)
      return () => ofEvents(() => single(bytes))
    },
  },
  '2,000 headers, server-sent events': {
    wanted: '0 good, connected anew',
    make() {
      const headers = Object.fromEntries(Array.from({ length: 2000 }, (_, k) => [`x-header-${k}`, 'x'.repeat(50)]))
      return () => ofEvents(() => [Buffer.from(`data: ${good}\n\n`)], headers)
    },
  },
  'headers that never end, server-sent events': {
    wanted: '0 good, then E_SOURCE, connected anew',
    make: () => () => serveSlowly((url) => outcome(eventStream(url, { ...quick, idleMsMax: 300 }))),
  },
}
