import { type Report, reportLine } from './report.ts'
import { LiveScreen } from './live-screen.ts'
import { type Style, styleFor } from './style.ts'

/** A stream of a process, as far as it is used. */
export interface OutputStream {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
  write(text: string): unknown
}

export interface OutletOptions {
  readonly report: 'text' | 'json'
  readonly quiet: boolean
}

/** Where a demo shows itself. */
export interface Outlet {
  readonly style: Style
  /** For drawing in place, when a person is watching. */
  readonly screen: LiveScreen | null
  /** Shows lines that a quiet run leaves out. */
  readonly say: (...lines: string[]) => void
  /** Ends the run: the report as JSON, or these lines. */
  readonly conclude: (report: Report, ...lines: string[]) => void
}

/** The streams and the environment of a process. */
export interface Streams {
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  readonly env: NodeJS.ProcessEnv
}

/** With a JSON report, stdout carries that one line and everything for people goes to stderr. */
export function openOutlet({ report, quiet }: OutletOptions, { stdout, stderr, env }: Streams): Outlet {
  const people = report === 'json' ? stderr : stdout
  const isTerminal = people.isTTY === true
  const screen = isTerminal && !quiet && env.TERM !== 'dumb' ? new LiveScreen(people) : null
  const print = (lines: readonly string[]): void => void people.write(lines.map((line) => `${line}\n`).join(''))
  return {
    style: styleFor(isTerminal, env),
    screen,
    say: (...lines) => {
      if (!quiet) print(lines)
    },
    conclude: (result, ...lines) => {
      screen?.close()
      if (report === 'json') stdout.write(`${reportLine(result)}\n`)
      else print(lines)
    },
  }
}
