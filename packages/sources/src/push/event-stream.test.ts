import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { readAll } from '../testing/read-all.ts'
import { type EventStreamOptions, eventStream } from './event-stream.ts'

type Answer = (request: IncomingMessage, response: ServerResponse, connection: number) => void

/** A server whose n-th connection is answered by `answer`, and what was asked of it. */
async function withServer(
  answer: Answer, use: (url: string, asked: (string | undefined)[]) => Promise<void>,
): Promise<void> {
  const asked: (string | undefined)[] = []
  const server = createServer((request, response) => {
    asked.push(request.headers['last-event-id'] as string | undefined)
    answer(request, response, asked.length)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

const open = (response: ServerResponse): ServerResponse =>
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
const event = (n: number): string => `id: ${n}\ndata: {"n":${n}}\n\n`
const quick: EventStreamOptions = { retryMs: 1 }

describe('eventStream(url)', () => {
  it('gives the data of events as records, several lines as one, and ends at status 204', async () => {
    await withServer((_, response, connection) => {
      if (connection > 1) response.writeHead(204).end()
      else {
        open(response).write(': hello\n\nevent: trade\ndata: {"n":1,\ndata: "s":"é"}\nid: a\n\n')
        response.end('data: {"n":2}\r\n\r\ndata: {"lost":1}\n')
      }
    }, async (url, asked) => {
      const { records, counters, error } = await readAll(eventStream(url, quick))
      expect(records).toEqual([{ n: 1, s: 'é' }, { n: 2 }])
      expect(counters).toMatchObject({ received: 2, parsed: 2, reconnects: 1 })
      expect([asked, error]).toEqual([[undefined, 'a'], null])
    })
  })

  it('connects anew with the last id, whatever cuts the connection, and loses and repeats nothing', async () => {
    const total = 200
    await withServer((request, response, connection) => {
      let n = Number(request.headers['last-event-id'] ?? 0)
      if (n >= total) return void response.writeHead(204).end()
      open(response)
      for (let k = 0; k < 23 && n < total; k++) response.write(event(++n))
      response.write(`id: ${n + 1}\ndata: {"n":`)
      if (connection % 3 === 0) response.destroy()
      else response.end()
    }, async (url, asked) => {
      const { records, counters } = await readAll(eventStream(url, quick))
      expect(records.map(({ n }) => n)).toEqual(Array.from({ length: total }, (_, k) => k + 1))
      expect(counters.reconnects).toBe(asked.length - 1)
    })
  })

  it('continues from a checkpoint with the id of the last record handed over, not of the last received', async () => {
    await withServer((request, response) => {
      let n = Number(request.headers['last-event-id'] ?? 0)
      if (n >= 9) return void response.writeHead(204).end()
      open(response)
      let all = ''
      while (n < 9) all += event(++n)
      response.end(all)
    }, async (url) => {
      const first = eventStream(url, quick)
      const seen: unknown[] = []
      for await (const { n } of first) {
        seen.push(n)
        if (seen.length === 4) break
      }
      expect(first.position).toEqual({ records: 4, bytes: 0, lines: 0, id: '4' })
      const rest = await readAll(eventStream(url, { ...quick, from: JSON.parse(JSON.stringify(first.checkpoint())) }))
      expect(rest.records.map(({ n }) => n)).toEqual([5, 6, 7, 8, 9])
      expect(rest.counters.received).toBe(9)
    })
  })

  it('counts data that is no record or too long, and goes on', async () => {
    await withServer((_, response, connection) => {
      if (connection > 1) response.writeHead(204).end()
      else {
        open(response)
        response.write(`data: {"n":1}\n\ndata: nope\n\ndata: [1]\n\ndata: "${'x'.repeat(300)}"\n\n`)
        response.write(`data: ${'y'.repeat(900)}`)
        setTimeout(() => response.write(`${'y'.repeat(900)}\n`), 20)
        setTimeout(() => response.end('data: more\n\ndata: {"n":2}\n\n'), 40)
      }
    }, async (url) => {
      const { records, counters } = await readAll(eventStream(url, { ...quick, recordBytesMax: 200 }))
      expect(records).toEqual([{ n: 1 }, { n: 2 }])
      expect(counters).toMatchObject({ received: 6, malformed: 4, reasons: { E_JSON: 1, E_TYPE: 1, E_SIZE: 2 } })
    })
  })

  it('takes only the types of events asked for', async () => {
    await withServer((_, response, connection) => {
      if (connection > 1) response.writeHead(204).end()
      else open(response).end('event: a\ndata: {"n":1}\n\nevent: b\ndata: {"n":2}\n\ndata: {"n":3}\n\n')
    }, async (url) => {
      const { records } = await readAll(eventStream(url, { ...quick, events: ['b', 'message'] }))
      expect(records).toEqual([{ n: 2 }, { n: 3 }])
    })
  })

  it.each<[string, (response: ServerResponse) => unknown, RegExp]>([
    ['404', (response) => response.writeHead(404).end(), /answered 404.*Check the address/],
    ['a page', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'), /text\/html, wanted/],
    ['500 for ever', (response) => response.writeHead(500).end(), /lost 3 times in a row \(the server answered 500\)/],
    ['cut for ever', (response) => response.destroy(), /lost 3 times in a row/],
  ])('fails on %s', async (_, answer, message) => {
    await withServer((__, response) => void answer(response), async (url) => {
      const { error } = await readAll(eventStream(url, { ...quick, retriesMax: 2 }))
      expect(error?.message).toMatch(message)
    })
  })

  it('gives up on a silent connection and makes it anew', async () => {
    await withServer((_, response, connection) => {
      if (connection > 1) response.writeHead(204).end()
      else open(response).write(event(1))
    }, async (url, asked) => {
      const { records } = await readAll(eventStream(url, { ...quick, idleMsMax: 30 }))
      expect([records, asked]).toEqual([[{ n: 1 }], [undefined, '1']])
    })
  })

  it('does not take silence for a failure, however often it is silent for too long', async () => {
    await withServer((_, response, connection) => {
      if (connection > 9) response.writeHead(204).end()
      else if (connection === 8) open(response).end(event(8))
      else open(response).write(': quiet\n\n')
    }, async (url, asked) => {
      const { records, error } = await readAll(eventStream(url, { ...quick, idleMsMax: 100, retriesMax: 2 }))
      expect([records, error, asked.length]).toEqual([[{ n: 8 }], null, 10])
    })
  })

  it('slows the server down while the reader is busy', async () => {
    let written = 0
    const block = event(1).replace('1}', `1,"pad":"${'x'.repeat(10_000)}"}`).repeat(10)
    await withServer((_, response) => {
      open(response)
      const push = (): void => {
        while (written < 100_000_000) {
          written += block.length
          if (!response.write(block)) return void response.once('drain', push)
        }
      }
      push()
    }, async (url) => {
      const iterator = eventStream(url)[Symbol.asyncIterator]()
      await iterator.next()
      await new Promise((resolve) => setTimeout(resolve, 150))
      const early = written
      await new Promise((resolve) => setTimeout(resolve, 150))
      expect(early).toBeLessThan(20_000_000)
      expect(written).toBe(early)
      await iterator.return!()
    })
  })

  it('ends at close(), also while it waits for the server', async () => {
    await withServer((_, response) => void open(response).write(event(1)), async (url) => {
      const source = eventStream(url)
      const iterator = source[Symbol.asyncIterator]()
      await iterator.next()
      const waiting = iterator.next()
      setTimeout(() => source.close(), 20)
      expect(await waiting).toEqual({ done: true, value: undefined })
    })
  })
})
