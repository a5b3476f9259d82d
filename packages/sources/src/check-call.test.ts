import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { csvFile, ndjsonFile } from './node/files.ts'
import { openSource, streamSource } from './node/open-source.ts'
import { parquetFile } from './node/parquet-file.ts'
import { webSocket as nodeWebSocket } from './node/web-socket.ts'
import { eventStream } from './push/event-stream.ts'
import { webSocket } from './push/web-socket.ts'
import { recordStream } from './record-stream.ts'
import { csvSource, ndjsonSource } from './text-source.ts'

type Make = (from: never, options?: never) => unknown

const sources: readonly (readonly [string, Make, unknown, RegExp])[] = [
  ['csvFile', csvFile, 'a.csv', /the path of a file/], ['ndjsonFile', ndjsonFile, 'a.ndjson', /the path of a file/],
  ['parquetFile', parquetFile, 'a.parquet', /the path of a file/],
  ['openSource', openSource, 'a.csv', /the path of a file/], ['csvSource', csvSource, ['a'], /bytes: a stream/],
  ['ndjsonSource', ndjsonSource, ['{}'], /bytes: a stream/], ['streamSource', streamSource, ['a'], /bytes: a stream/],
  ['recordStream', recordStream, [{}], /records: a list/], ['eventStream', eventStream, 'http://a', /an address/],
  ['webSocket', webSocket, 'ws://a', /an address/], ['webSocket', nodeWebSocket, 'ws://a', /an address/],
]

/** What it throws, at once or as a promise. */
async function errorOf(make: () => unknown): Promise<unknown> {
  try {
    await make()
  } catch (error) {
    return error
  }
  return null
}

describe.each(sources)('%s(from, options)', (name, make, from, words) => {
  it.each([[5], [undefined], [null], [{ path: 'a' }], [() => 'a']])('refuses %j', async (wrong) => {
    const error = await errorOf(() => make(wrong as never))
    expect(error).toMatchObject({ name: 'SourceError', code: 'E_OPTION', source: name })
    expect((error as Error).message).toMatch(words)
  })

  it('refuses a text or bytes for records or for a list of them, which would be none', async () => {
    const wrong = name.endsWith('Source') && name !== 'openSource' || name === 'recordStream'
      ? ['a,b\n1,2\n', Buffer.from('a,b\n1,2\n')] : [Buffer.from('a')]
    for (const given of wrong) {
      expect(await errorOf(() => make(given as never))).toMatchObject({ code: 'E_OPTION', source: name })
    }
  })

  it.each([[5], [null], ['name'], [[]]])('refuses %j as options', async (wrong) => {
    expect(await errorOf(() => make(from as never, wrong as never))).toMatchObject({ code: 'E_OPTION', source: name })
  })

  it('refuses an option that there is not, saying which there are', async () => {
    const error = await errorOf(() => make(from as never, { nmae: 'x' } as never))
    expect((error as Error).message).toMatch(/there is no option "nmae"\. There are name, from,/)
  })
})

describe('eventStream(url) and webSocket(url)', () => {
  it.each([
    ['eventStream', eventStream, ['example.org/events', 'events', 'ftp://a/b', 'ws://a/b', 'http://', '//a/b']],
    ['webSocket', webSocket, ['example.org', 'file:///a', 'wss://', '/quotes']],
    ['webSocket', nodeWebSocket, ['example.org', 'file:///a', 'wss://', '/quotes']],
  ] as const)('%s refuses at once what can never be connected to', (name, make: Make, urls) => {
    for (const url of urls) {
      expect(() => make(url as never)).toThrow(expect.objectContaining({
        code: 'E_OPTION', source: name, message: expect.stringMatching(/wanted an address.*Write it whole, as in \w+:/),
      }))
    }
  })

  it('take addresses as text and as URL; a connection of its own takes any name', () => {
    for (const url of ['http://a', 'https://a/b?c', 'data:text/event-stream,', new URL('http://a')]) {
      expect(() => eventStream(url)).not.toThrow()
    }
    for (const make of [webSocket, nodeWebSocket]) {
      for (const url of ['ws://a', 'wss://a/b', 'http://a']) expect(() => make(url)).not.toThrow()
      expect(() => make('queue 7', { connect: () => null as never })).not.toThrow()
    }
  })
})

describe('recordStream(records)', () => {
  it('takes what can be iterated over, or subscribed to', () => {
    const async = { [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }) }
    for (const records of [[], new Set([{}]), async, new Subject()]) {
      expect(() => recordStream(records as never)).not.toThrow()
    }
  })
})
