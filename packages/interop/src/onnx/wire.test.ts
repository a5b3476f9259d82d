import { describe, expect, it } from 'vitest'
import { Message } from './wire.ts'

const hex = (message: Message): string => Buffer.from(message.finish()).toString('hex')

describe('Message', () => {
  // The examples of the encoding guide of Protocol Buffers.
  it('integer(1, 150) is 08 96 01', () => {
    expect(hex(new Message().integer(1, 150))).toBe('089601')
  })
  it('text(2, "testing") is 12 07 and the text', () => {
    expect(hex(new Message().text(2, 'testing'))).toBe('120774657374696e67')
  })
  it('message(3, ...) is 1a, its length, its content', () => {
    expect(hex(new Message().message(3, new Message().integer(1, 150)))).toBe('1a03089601')
  })
  it('integer(1, -2) takes ten bytes', () => {
    expect(hex(new Message().integer(1, -2))).toBe('08feffffffffffffffff01')
  })
  it('float(2, 1) is 15 and four bytes, lowest first', () => {
    expect(hex(new Message().float(2, 1))).toBe('150000803f')
  })
})
