import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Writable } from 'node:stream'

/** A server on this machine, for as long as `use` takes. */
async function serving<T>(server: Server, use: (port: number) => Promise<T>): Promise<T> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await use((server.address() as AddressInfo).port)
  } finally {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
}

/** There is room again, or nobody who would read. */
function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off('drain', done).off('close', done)
      resolve()
    }
    stream.on('drain', done).on('close', done)
  })
}

/** Answers the first request with these bytes as an event stream, and all others with "no more". */
export function serveEvents<T>(
  parts: () => Iterable<Buffer> | AsyncIterable<Buffer>, use: (url: string) => Promise<T>,
  headers: Readonly<Record<string, string>> = {},
): Promise<T> {
  let requests = 0
  const server = createServer(async (_, response) => {
    if (requests++ > 0) return response.writeHead(204).end()
    response.writeHead(200, { 'content-type': 'text/event-stream', ...headers })
    for await (const part of parts()) {
      if (response.destroyed) return response
      if (!response.write(part)) await drained(response)
    }
    return response.end()
  })
  return serving(server, (port) => use(`http://127.0.0.1:${port}/`))
}

/** One frame of a server (RFC 6455): 1 text, 2 bytes, 0 the rest of a message, 8 the end. */
export function frameOf(operation: number, payload: Buffer, isLast = true): Buffer {
  const { length } = payload
  const head = length < 126 ? Buffer.alloc(2) : length < 65_536 ? Buffer.alloc(4) : Buffer.alloc(10)
  head[0] = (isLast ? 0x80 : 0) | operation
  if (length < 126) head[1] = length
  else if (length < 65_536) {
    head[1] = 126
    head.writeUInt16BE(length, 2)
  } else {
    head[1] = 127
    head.writeBigUInt64BE(BigInt(length), 2)
  }
  return Buffer.concat([head, payload])
}

/** The end of a connection, as agreed. */
const goodbye = frameOf(8, Buffer.from([0x03, 0xe8]))

/** Sends these frames, written by hand, to the first that connects; to all others it says goodbye at once. */
export function serveMessages<T>(
  frames: () => Iterable<Buffer> | AsyncIterable<Buffer>, use: (url: string) => Promise<T>,
): Promise<T> {
  let connections = 0
  const server = createServer()
  server.on('upgrade', async (request, socket) => {
    const key = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
    socket.on('error', () => undefined)
    socket.resume()
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
      + `Sec-WebSocket-Accept: ${key}\r\n\r\n`)
    if (connections++ === 0) {
      for await (const frame of frames()) {
        if (socket.destroyed) return
        if (!socket.write(frame)) await drained(socket)
      }
    }
    if (!socket.destroyed) socket.end(goodbye)
  })
  return serving(server, (port) => use(`ws://127.0.0.1:${port}/`))
}

/** Sends a header every now and then, and never comes to an end of them. */
export function serveSlowly<T>(use: (url: string) => Promise<T>): Promise<T> {
  const server = createServer()
  server.on('connection', (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n')
    const timer = setInterval(() => void socket.write('x-more: 1\r\n'), 20)
    socket.on('close', () => clearInterval(timer))
  })
  return serving(server, (port) => use(`http://127.0.0.1:${port}/`))
}
