import type { AddressInfo } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { readAll } from '../testing/read-all.ts'
import { webSocket as plainWebSocket } from '../push/web-socket.ts'
import { webSocket } from './web-socket.ts'

type Serve = (socket: WebSocket, connection: number) => void

async function withServer(serve: Serve, use: (url: string, server: WebSocketServer) => Promise<void>): Promise<void> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  let connections = 0
  server.on('connection', (socket) => serve(socket, ++connections))
  await new Promise((resolve) => server.once('listening', resolve))
  try {
    await use(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, server)
  } finally {
    for (const client of server.clients) client.terminate()
    await new Promise((resolve) => server.close(resolve))
  }
}

describe('webSocket(url)', () => {
  it('gives messages as records, text or bytes, counts what is none, and ends at a normal closure', async () => {
    await withServer((socket) => {
      socket.send('{"n":1}')
      socket.send(Buffer.from('{"n":2}'))
      socket.send('nope')
      socket.send(Buffer.from([0x7b, 0xff]))
      socket.send(`"${'x'.repeat(100)}"`)
      socket.send('{"n":3}')
      socket.close(1000)
    }, async (url) => {
      const { records, counters, error } = await readAll(webSocket(url, { recordBytesMax: 60 }))
      expect(records).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
      expect(counters).toMatchObject({ received: 6, malformed: 3, reasons: { E_JSON: 1, E_UTF8: 1, E_SIZE: 1 } })
      expect(error).toBeNull()
    })
  })

  it('connects anew after any other closure, greets each time, and counts it', async () => {
    const greetings: string[] = []
    await withServer((socket, connection) => {
      socket.on('message', (data) => {
        greetings.push(String(data))
        socket.send(`{"n":${connection}}`)
        if (connection === 1) socket.close(1012)
        else if (connection === 2) setTimeout(() => socket.terminate(), 20)
        else socket.close(1000)
      })
    }, async (url) => {
      const { records, counters } = await readAll(webSocket(url, { greeting: 'subscribe', retryMs: 1 }))
      expect(records.map(({ n }) => n)).toEqual([1, 2, 3])
      expect([greetings.length, counters.reconnects]).toEqual([3, 2])
    })
  })

  it('fails when nobody answers, after the allowed attempts', async () => {
    const { error } = await readAll(webSocket('ws://127.0.0.1:9', { retryMs: 1, retriesMax: 2 }))
    expect(error?.message).toMatch(/lost 3 times in a row \(.*ECONNREFUSED/)
  })

  it('does not take it for a failure when a connection ends that stood for long, though nothing came', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    try {
      const ended = async (stoodMs: number): Promise<readonly [number, string | undefined]> => {
        let connections = 0
        const { error } = await readAll(plainWebSocket('ws://quiet', {
          retryMs: 1, retriesMax: 2, overflow: 'error', connect: () => {
            const heard = new Map<string, (event: never) => void>()
            const tell = (type: string, code = 0): void => heard.get(type)!({ code } as never)
            const isLast = ++connections === 9
            setTimeout(() => {
              tell('open')
              vi.advanceTimersByTime(stoodMs)
              tell('close', isLast ? 1000 : 1006)
            }, 1)
            const addEventListener = (type: string, listen: (event: never) => void) => void heard.set(type, listen)
            return { binaryType: '', send() {}, close() {}, addEventListener }
          },
        }))
        return [connections, error?.message]
      }
      expect(await ended(30_000)).toEqual([9, undefined])
      expect(await ended(29_000)).toEqual([3, expect.stringMatching(/lost 3 times in a row \(code 1006\)/)])
    } finally {
      vi.useRealTimers()
    }
  })

  it('pauses the socket while the reader is busy, and loses nothing', async () => {
    const total = 20_000
    const padding = 'x'.repeat(2000)
    let sent = 0
    await withServer((socket) => {
      const push = (): void => {
        for (; sent < total; sent++) {
          if (socket.bufferedAmount > 1_000_000) return void setTimeout(push, 1)
          socket.send(`{"n":${sent},"padding":"${padding}"}`)
        }
        socket.close(1000)
      }
      push()
    }, async (url) => {
      const iterator = webSocket(url, { capacity: 16 })[Symbol.asyncIterator]()
      const seen = [(await iterator.next()).value!.n]
      await new Promise((resolve) => setTimeout(resolve, 200))
      expect(sent).toBeLessThan(total)
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) seen.push(next.value.n)
      expect(seen).toEqual(Array.from({ length: total }, (_, k) => k))
    })
  })

  it.each(['drop-oldest', 'drop-newest'] as const)('%s: bounded, and every message is counted', async (overflow) => {
    const total = 500
    await withServer((socket) => {
      for (let n = 0; n < total; n++) socket.send(`{"n":${n}}`)
      socket.close(1000)
    }, async (url) => {
      const source = webSocket(url, { capacity: 10, overflow })
      const iterator = source[Symbol.asyncIterator]()
      const seen = [(await iterator.next()).value!.n as number]
      await new Promise((resolve) => setTimeout(resolve, 150))
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
        seen.push(next.value.n as number)
      }
      const { received, parsed, dropped } = source.counters
      expect([received, parsed + dropped, parsed]).toEqual([total, total, seen.length])
      expect(dropped).toBeGreaterThan(0)
      expect(seen).toEqual([...seen].sort((a, b) => a - b))
      if (overflow === 'drop-oldest') expect(seen.at(-1)).toBe(total - 1)
    })
  })

  it('a socket that cannot be paused fails when the queue is full, unless told what to drop', async () => {
    await withServer((socket) => {
      for (let n = 0; n < 500; n++) socket.send('{"n":0}')
    }, async (url) => {
      const { WebSocket: Client } = await import('ws')
      const connect = (address: string) => {
        const socket = new Client(address)
        return Object.assign(socket, { pause: undefined, resume: undefined }) as never
      }
      const source = plainWebSocket(url, { capacity: 10, connect })
      const { error } = await readAll(source)
      expect(error).toMatchObject({ code: 'E_OVERFLOW', hint: expect.stringMatching(/drop-oldest/) })
      const paused = await readAll(plainWebSocket(url, { overflow: 'pause', connect }))
      expect(paused.error?.code).toBe('E_OPTION')
    })
  })

  it('ends at close() while it waits, and closes the socket', async () => {
    await withServer(() => undefined, async (url, server) => {
      const source = webSocket(url)
      const waiting = source[Symbol.asyncIterator]().next()
      await new Promise((resolve) => server.once('connection', resolve))
      source.close()
      expect(await waiting).toEqual({ done: true, value: undefined })
      await new Promise((resolve) => setTimeout(resolve, 50))
      expect(server.clients.size).toBe(0)
    })
  })
})
