import { WebSocket } from 'ws'
import { checkAddress, checkCall } from '../check-call.ts'
import { webSocket as anyWebSocket, type WebSocketLike, type WebSocketOptions } from '../push/web-socket.ts'
import { recordBytesDefault } from '../record-parser.ts'
import type { RecordSource } from '../record-source.ts'

/**
 * `webSocket` over the package ws, which can be paused, so that a slow reader slows the server down by TCP.
 * A message of more than four times `recordBytesMax` ends its connection; it is never held in memory.
 */
export function webSocket(url: string | URL, options: WebSocketOptions = {}): RecordSource {
  checkCall('webSocket', url, 'url', options, 'socket')
  if (options.connect === undefined) checkAddress('webSocket', url, 'socket')
  const maxPayload = 4 * (options.recordBytesMax ?? recordBytesDefault)
  const connect = (address: string): WebSocketLike =>
    new WebSocket(address, { maxPayload, perMessageDeflate: false }) as unknown as WebSocketLike
  return anyWebSocket(url, { connect, ...options })
}
