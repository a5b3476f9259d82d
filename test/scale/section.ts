/** One table of the report. */
export interface Section {
  readonly name: string
  readonly title: string
  readonly columns: readonly string[]
  /** Measures; the rows in the order of `columns`. */
  readonly rows: () => AsyncIterable<readonly (string | number)[]> | Iterable<readonly (string | number)[]>
}

const width = 14

export function printLine(cells: readonly (string | number)[]): void {
  const texts = cells.map((cell) => (typeof cell === 'string' ? cell : numberOf(cell)))
  process.stdout.write(`${texts.map((text, k) => (k === 0 ? text.padEnd(24) : text.padStart(width))).join('')}\n`)
}

function numberOf(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en-US') : value.toFixed(value < 10 ? 2 : 1)
}
