import { execFile, spawn } from 'node:child_process'
import { accessSync, constants, mkdirSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import type { Bundle } from './bundle.ts'

const run = promisify(execFile)
const limits = { timeout: 120_000, maxBuffer: 2 ** 24 }

/** What a process of Node, Bun or Deno prints for the program. */
export async function inNode(node: string, flags: readonly string[], { path }: Bundle): Promise<string> {
  const { stdout } = await run(node, [...flags, path], { ...limits, env: {} })
  return stdout.trim()
}

/** What the program writes into a page of a headless Chromium that has been given nothing else. */
export async function inChromium(browser: string, bundle: Bundle): Promise<string> {
  const { address, close } = await serve(bundle, () => {})
  try {
    const { stdout } = await run(browser, [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync',
      '--disable-background-networking', '--disable-component-update', `--user-data-dir=${bundle.scratch('profile')}`,
      '--dump-dom', address,
    ], limits)
    const body = /<body>([^<]*)/.exec(stdout)
    if (body === null) throw new Error(`the browser printed no page: ${stdout.slice(0, 500)}`)
    return body[1]!.trim()
  } finally {
    close()
  }
}

/** The same of Firefox, which prints no page: the page sends what is in it. */
export async function inFirefox(browser: string, bundle: Bundle): Promise<string> {
  const profile = bundle.scratch('firefox')
  mkdirSync(profile)
  let told = (_: string): void => {}
  const answer = new Promise<string>((resolve, reject) => {
    told = resolve
    setTimeout(() => reject(new Error(`no page came back within ${limits.timeout} ms`)), limits.timeout).unref()
  })
  const { address, close } = await serve(bundle, (text) => told(text))
  const env = { PATH: process.env['PATH'], HOME: profile }
  const child = spawn(browser, ['--headless', '--no-remote', '--profile', profile, address], {
    env, stdio: 'ignore', detached: true,
  })
  try {
    const failed = new Promise<never>((_, reject) => {
      child.once('error', reject)
      child.once('exit', (code) => reject(new Error(`the browser ended with ${code} before its page came back`)))
    })
    return (await Promise.race([answer, failed])).trim()
  } finally {
    close()
    const gone = new Promise<void>((resolve) => {
      if (child.pid === undefined || child.exitCode !== null) return resolve()
      child.once('exit', () => resolve())
      process.kill(-child.pid, 'SIGKILL')
    })
    await gone
  }
}

/** A page with the program, which then sends back what is in it. */
async function serve(
  { path }: Bundle, received: (text: string) => void,
): Promise<{ readonly address: string; readonly close: () => void }> {
  const script = readFileSync(path)
  const send = 'fetch("/result", { method: "POST", body: document.body.firstChild.textContent })'
  const page = '<!doctype html><meta charset="utf-8"><body>it did not run<script src="/program.js"></script>'
    + `<script>${send}</script></body>`
  const server = createServer((request, response) => {
    if (request.method === 'POST') void textOf(request).then(received)
    const isScript = request.url === '/program.js'
    response.writeHead(200, { 'content-type': `text/${isScript ? 'javascript' : 'html'}; charset=utf-8` })
    response.end(isScript ? script : page)
  })
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening)
  })
  const { port } = server.address() as AddressInfo
  const close = (): void => {
    server.close()
    server.closeAllConnections()
  }
  return { address: `http://127.0.0.1:${port}/`, close }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  return Buffer.concat(pieces).toString('utf8')
}

/** How a program is found: what the variable names, or the first of these that the PATH has. */
export interface Sought {
  readonly variable: string
  readonly names: readonly string[]
}

export const chromium: Sought = {
  variable: 'EDDY_CHROMIUM', names: ['chromium', 'chromium-browser', 'google-chrome'],
}
export const firefox: Sought = { variable: 'EDDY_FIREFOX', names: ['firefox-esr', 'firefox'] }

/** null: there is none on this machine. */
export function findProgram({ variable, names }: Sought): string | null {
  return process.env[variable] ?? names.map(onPath).find((path) => path !== null) ?? null
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
