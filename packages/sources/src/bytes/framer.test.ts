import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteWindow } from './byte-window.ts'
import { Framer } from './framer.ts'

const comma = 44
const encoder = new TextEncoder()

/** All frames of a text given in chunks of `size` bytes. */
function frames(text: string, size: number, bytesMax = 1000, delimiter = comma): [string, string, number, number][] {
  const bytes = encoder.encode(text)
  const window = new ByteWindow()
  const framer = new Framer(window, bytesMax, delimiter)
  const found: [string, string, number, number][] = []
  const take = (isLast: boolean): void => {
    for (let frame = framer.next(isLast); frame !== 'wait'; frame = framer.next(isLast)) {
      const shown = frame === 'tooLong' ? framer.raw : window.bytes.slice(framer.from, framer.to)
      found.push([frame, new TextDecoder().decode(shown), framer.offset, framer.line])
    }
  }
  for (let at = 0; at < bytes.length; at += size) {
    window.append(bytes.subarray(at, at + size))
    take(false)
  }
  take(true)
  return found
}

/**
 * The same, the slow and obvious way: a pattern says what a record in quotes is, everything else is a line.
 * Only for texts of one byte per character.
 */
function slowFrames(text: string, bytesMax: number): [string, string, number, number][] {
  const whole = /^(?:(?:"(?:[^"]|"")*"|(?!")[^,\n]*)(?:,|(?=\r?(?:\n|$))|(?=\r?$)))*?\r?(?:\n|$)/
  const found: [string, string, number, number][] = []
  let at = 0
  const lineOf = (index: number): number => text.slice(0, index).split('\n').length - 1
  while (at < text.length) {
    const rest = text.slice(at)
    const line = /^[^\n]*/.exec(rest)![0]
    const record = whole.exec(rest)?.[0].replace(/\n$/, '')
    if (record !== undefined && record.length <= bytesMax) {
      found.push(['record', record, at, lineOf(at)])
      at += record.length + 1
    } else {
      const kind = line.length > bytesMax ? 'tooLong' : /(^|,)"/.test(line) ? 'openQuote' : 'record'
      found.push([kind, line.slice(0, bytesMax), at, lineOf(at)])
      at += line.length + 1
    }
  }
  return found
}

describe('Framer', () => {
  it.each([1, 2, 3, 1000])('cuts at line breaks outside quotes, in chunks of %d', (size) => {
    expect(frames('a,b\r\n"c\nd",e\n\n"f""\n",g', size)).toEqual([
      ['record', 'a,b\r', 0, 0], ['record', '"c\nd",e', 5, 1], ['record', '', 13, 3], ['record', '"f""\n",g', 14, 4],
    ])
  })

  it.each([1, 2, 3, 1000])('gives up a quote that is not closed after its first line, in chunks of %d', (size) => {
    expect(frames('1,"a\n2,b\n', size)).toEqual([['openQuote', '1,"a', 0, 0], ['record', '2,b', 5, 1]])
    expect(frames('1,"a\n2,"b\n', size)).toEqual([['openQuote', '1,"a', 0, 0], ['openQuote', '2,"b', 5, 1]])
    expect(frames('1,"a"b\n2,b\n', size)).toEqual([['openQuote', '1,"a"b', 0, 0], ['record', '2,b', 7, 1]])
    expect(frames('1,"a\nb"c\n2', size))
      .toEqual([['openQuote', '1,"a', 0, 0], ['record', 'b"c', 5, 1], ['record', '2', 9, 2]])
  })

  it.each([1, 2, 3, 1000])('allows exactly the stated number of bytes, in chunks of %d', (size) => {
    expect(frames('12345\n123456\n12345', size, 5).map(([frame]) => frame)).toEqual(['record', 'tooLong', 'record'])
    expect(frames('123456', size, 5)).toEqual([['tooLong', '12345', 0, 0]])
    expect(frames('"234"\n"2345"\n', size, 5).map(([frame]) => frame)).toEqual(['record', 'tooLong'])
    expect(frames('"2\n4567\n8', size, 5))
      .toEqual([['openQuote', '"2', 0, 0], ['record', '4567', 3, 1], ['record', '8', 8, 2]])
  })

  it('takes quotes for ordinary characters without a delimiter', () => {
    expect(frames('"a\nb', 1, 10, -1)).toEqual([['record', '"a', 0, 0], ['record', 'b', 3, 1]])
  })

  it('agrees with a pattern, for any text and any chunks', () => {
    const part = fc.constantFrom('"', '"', ',', '\n', '\r\n', 'a', 'bc', '""')
    const text = fc.array(part, { maxLength: 25 }).map((parts) => parts.join(''))
    fc.assert(fc.property(text, fc.integer({ min: 1, max: 30 }), (given, size) => {
      expect(frames(given, size)).toEqual(slowFrames(given, 1000))
    }), { numRuns: 3000, seed: 11 })
  })

  it('looks at each byte a bounded number of times, even when an open quote comes byte by byte', () => {
    const text = `"${'""\n'.repeat(60_000)}`
    expect(frames(text, 1, 200_000).length).toBe(60_000)
  })
})
