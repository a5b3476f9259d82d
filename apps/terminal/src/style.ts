type Paint = (text: string) => string

/** How text is marked. Without colours every function gives its text back. */
export interface Style {
  readonly bold: Paint
  readonly dim: Paint
  readonly accent: Paint
  readonly good: Paint
  readonly warn: Paint
}

const escape = '\u001B['
const code = (on: number, off: number): Paint => (text) => `${escape}${on}m${text}${escape}${off}m`
const plain: Paint = (text) => text

export const plainStyle: Style = { bold: plain, dim: plain, accent: plain, good: plain, warn: plain }

export const colourStyle: Style = {
  bold: code(1, 22), dim: code(2, 22), accent: code(36, 39), good: code(32, 39), warn: code(33, 39),
}

/** Colours for a terminal that has any, unless NO_COLOR is set to anything but nothing (no-color.org). */
export function styleFor(isTerminal: boolean, env: NodeJS.ProcessEnv): Style {
  return isTerminal && env.TERM !== 'dumb' && (env.NO_COLOR ?? '') === '' ? colourStyle : plainStyle
}
