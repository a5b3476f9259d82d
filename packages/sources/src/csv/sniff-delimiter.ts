import { ByteWindow } from '../bytes/byte-window.ts'
import { Framer } from '../bytes/framer.ts'
import { FieldSplitter } from './field-splitter.ts'

/** Comma, tab, semicolon, bar: in this order when they do equally well. */
export const candidates = [44, 9, 59, 124] as const
const rowsMax = 50

/**
 * The delimiter of a CSV: the one that gives the most fields in the header and the same number in most of the first
 * rows. A comma when there is only one column.
 */
export function sniffDelimiter(sample: Uint8Array, recordBytesMax: number): number {
  let best: number = candidates[0]
  let bestScore = 0
  for (const delimiter of candidates) {
    const score = scoreOf(sample, delimiter, recordBytesMax)
    if (score > bestScore) {
      best = delimiter
      bestScore = score
    }
  }
  return best
}

/** Fields of the header, beyond one, times the share of rows with as many. */
function scoreOf(sample: Uint8Array, delimiter: number, recordBytesMax: number): number {
  const window = new ByteWindow()
  window.append(sample)
  const framer = new Framer(window, recordBytesMax, delimiter)
  const splitter = new FieldSplitter(delimiter, 1)
  let wanted = 0
  let rows = 0
  let fitting = 0
  for (let row = 0; row < rowsMax; row++) {
    const frame = framer.next(true)
    if (frame === 'wait') break
    if (frame !== 'record') continue
    const count = splitter.split(window.bytes, framer.from, framer.to, framer.hasQuotes)
    if (wanted === 0) wanted = count
    else {
      rows++
      if (count === wanted) fitting++
    }
  }
  return (wanted - 1) * (rows === 0 ? 1 : (fitting + 0.01) / rows)
}
