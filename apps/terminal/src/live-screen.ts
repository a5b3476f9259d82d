import { clipTo } from './text-width.ts'

/** The part of a terminal stream that is drawn on. */
export interface Terminal {
  readonly columns?: number
  readonly rows?: number
  write(text: string): unknown
}

const csi = '\u001B['

/**
 * A block of lines that is drawn again in place, below whatever stood there before. The last drawing stays.
 * Every line is cut to the terminal's width, and the block to its height: a line that wrapped, or scrolled away, could
 * not be drawn over.
 */
export class LiveScreen {
  readonly #terminal: Terminal
  #drawn = 0
  #columns = 0

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  /** 80 where a terminal does not say: one of 0 columns, as containers open them, was not measured. */
  get width(): number {
    return Math.max(20, this.#terminal.columns || 80)
  }

  get height(): number {
    return Math.max(5, this.#terminal.rows || 24)
  }

  draw(lines: readonly string[]): void {
    const shown = lines.slice(0, this.height - 1).map((line) => clipTo(line, this.width - 1))
    // After a change of width the old lines have wrapped anew, nobody knows where: start on a clean page.
    const resized = this.#drawn > 0 && this.#columns !== this.width
    const home = resized ? `${csi}2J${csi}H` : this.#drawn > 0 ? `${csi}${this.#drawn}A\r` : `${csi}?25l`
    this.#terminal.write(`${home}${shown.map((line) => `${line}${csi}K\n`).join('')}${csi}J`)
    this.#drawn = shown.length
    this.#columns = this.width
  }

  /** Gives the cursor back. The next thing written stands below the last drawing. */
  close(): void {
    if (this.#drawn > 0) this.#terminal.write(`${csi}?25h`)
    this.#drawn = 0
  }
}
