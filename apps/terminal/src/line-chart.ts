import { padStart } from './text-width.ts'

/** One line of a chart. */
export interface Line {
  readonly values: readonly number[]
  readonly paint: (text: string) => string
  /** Leaves every other dot out, so that lines can be told apart without colours. */
  readonly dotted?: boolean
}

export interface ChartSize {
  /** Columns of the whole chart, its scale included. */
  readonly width: number
  /** Rows of text. */
  readonly height: number
}

/** Bit of a Braille character for the dot at [row][column] of its 4 x 2 grid. */
const dots = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]] as const

/**
 * Draws lines over one common scale with Braille dots: 2 x 4 of them in each character. All lines span the whole width.
 * The first line is drawn over the others.
 * Edge: values that are not finite leave a gap; no values at all give empty rows.
 */
export function lineChart(lines: readonly Line[], { width, height }: ChartSize): string[] {
  const finite = lines.flatMap((line) => line.values.filter(Number.isFinite))
  const low = Math.min(...finite)
  const high = Math.max(...finite)
  if (finite.length === 0) return Array.from({ length: height }, () => '')
  const scale = { low, high: high > low ? high : low + 1 }
  const scaleWidth = Math.max(label(scale.low).length, label(scale.high).length)
  const columns = Math.max(1, width - scaleWidth - 2)
  const canvases = lines.map((line) => plot(line, columns, height, scale))
  return Array.from({ length: height }, (_, row) => {
    const text = row === 0 ? label(scale.high) : row === height - 1 ? label(scale.low) : ''
    return `${padStart(text, scaleWidth)} ${text === '' ? '│' : '┤'}${rowOf(lines, canvases, row, columns)}`
  })
}

function rowOf(lines: readonly Line[], canvases: readonly Uint8Array[], row: number, columns: number): string {
  let text = ''
  for (let column = 0; column < columns; column++) {
    const at = row * columns + column
    const owner = canvases.findIndex((canvas) => canvas[at] !== 0)
    text += owner < 0 ? ' ' : lines[owner]!.paint(String.fromCodePoint(0x2800 + canvases[owner]![at]!))
  }
  return text.trimEnd()
}

/** The dots of one line, a byte for each character. */
function plot(
  { values, dotted = false }: Line, columns: number, rows: number,
  scale: { readonly low: number; readonly high: number },
): Uint8Array {
  const canvas = new Uint8Array(columns * rows)
  const across = columns * 2
  const down = rows * 4
  let previous = -1
  for (let x = 0; x < across; x++) {
    const value = values[Math.min(values.length - 1, Math.floor((x * values.length) / across))] ?? NaN
    if (!Number.isFinite(value) || (dotted && x % 2 === 1)) {
      previous = -1
      continue
    }
    const y = Math.round(((scale.high - value) / (scale.high - scale.low)) * (down - 1))
    const from = previous < 0 || dotted ? y : previous + Math.sign(y - previous)
    for (let dot = Math.min(from, y); dot <= Math.max(from, y); dot++) {
      canvas[(dot >> 2) * columns + (x >> 1)]! |= dots[dot & 3]![x & 1]!
    }
    previous = y
  }
  return canvas
}

function label(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2)
}
