import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { type Browser, browsers, postedFrom } from '../support/browsers.ts'
import type { Sought } from '../support/find-program.ts'
import type { Bundle } from './bundle.ts'

const run = promisify(execFile)

/** What a process of Node, Bun or Deno prints for the program. */
export async function inNode(node: string, flags: readonly string[], { path }: Bundle): Promise<string> {
  const { stdout } = await run(node, [...flags, path], { timeout: 120_000, maxBuffer: 2 ** 24, env: {} })
  return stdout.trim()
}

/** An engine beside this Node; `run` gives what the program shows there. */
export interface Engine {
  readonly name: string
  readonly sought: Sought
  readonly run: (executable: string, bundle: Bundle) => Promise<string>
}

export const engines: readonly Engine[] = [
  { name: 'Node 24', sought: { variable: 'EDDY_NODE_24', names: [] }, run: printing() },
  { name: 'Deno', sought: { variable: 'EDDY_DENO', names: ['deno'] }, run: printing('run') },
  { name: 'Bun: JavaScriptCore, as in Safari', sought: { variable: 'EDDY_BUN', names: ['bun'] }, run: printing() },
  ...browsers.map((browser) => ({ name: browser.name, sought: browser.sought, run: posting(browser) })),
]

function printing(...flags: string[]): Engine['run'] {
  return (executable, bundle) => inNode(executable, flags, bundle)
}

function posting(browser: Browser): Engine['run'] {
  return (executable, { path }) => postedFrom(browser, executable, readFileSync(path))
}
