import { execFile } from 'node:child_process'
import { accessSync, constants, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import type { Bundle } from './bundle.ts'

const run = promisify(execFile)
const limits = { timeout: 120_000, maxBuffer: 2 ** 24 }

/** What a Node process prints for the program. */
export async function inNode(node: string, flags: readonly string[], { path }: Bundle): Promise<string> {
  const { stdout } = await run(node, [...flags, path], { ...limits, env: {} })
  return stdout.trim()
}

/** What the program writes into a page of a headless browser that has been given nothing else. */
export async function inBrowser(browser: string, { path, scratch }: Bundle): Promise<string> {
  const script = readFileSync(path)
  const page = '<!doctype html><meta charset="utf-8"><body>it did not run<script src="/program.js"></script></body>'
  const server = createServer((request, response) => {
    const isScript = request.url === '/program.js'
    response.writeHead(200, { 'content-type': `text/${isScript ? 'javascript' : 'html'}; charset=utf-8` })
    response.end(isScript ? script : page)
  })
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening)
  })
  try {
    const { port } = server.address() as AddressInfo
    const { stdout } = await run(browser, [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync',
      '--disable-background-networking', '--disable-component-update', `--user-data-dir=${scratch('profile')}`,
      '--dump-dom', `http://127.0.0.1:${port}/`,
    ], limits)
    const body = /<body>([^<]*)/.exec(stdout)
    if (body === null) throw new Error(`the browser printed no page: ${stdout.slice(0, 500)}`)
    return body[1]!.trim()
  } finally {
    server.close()
  }
}

/** A browser on this machine: what EDDY_CHROMIUM names, or the first that the PATH has; null when there is none. */
export function findBrowser(): string | null {
  const named = process.env['EDDY_CHROMIUM']
  if (named !== undefined) return named
  return ['chromium', 'chromium-browser', 'google-chrome'].map(onPath).find((path) => path !== null) ?? null
}

function onPath(program: string): string | null {
  const places = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, program))
  return places.find(isExecutable) ?? null
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
