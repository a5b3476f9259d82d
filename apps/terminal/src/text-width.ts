// eslint-disable-next-line no-control-regex -- the escape character is what is looked for
const marks = /\u001B\[[0-9;]*m/g

/** Columns that a text takes, without its colour marks. Every other character counts as one. */
export function widthOf(text: string): number {
  return [...text.replace(marks, '')].length
}

/** Cuts a text to `width` columns; colour marks behind the cut stay, so that no colour leaks into the next line. */
export function clipTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  let out = ''
  let used = 0
  let from = 0
  for (const mark of [...text.matchAll(marks), null]) {
    for (const character of text.slice(from, mark?.index)) {
      if (used++ < width) out += character
    }
    if (mark !== null) out += mark[0]
    from = (mark?.index ?? 0) + (mark?.[0].length ?? 0)
  }
  return out
}

/** Pads with spaces to `width` columns, on the right. */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** Pads with spaces to `width` columns, on the left. */
export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text
}
