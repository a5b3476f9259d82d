import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sought } from './find-program.ts'

/** A browser that can do without a screen. */
export interface Browser {
  readonly name: string
  readonly sought: Sought
  /** How it is started on a page, with a profile folder of its own. */
  readonly argv: (profile: string, address: string) => readonly string[]
}

export const browsers: readonly Browser[] = [
  {
    name: 'headless Chromium',
    sought: { variable: 'EDDY_CHROMIUM', names: ['chromium', 'chromium-browser', 'google-chrome'] },
    argv: (profile, address) => [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync',
      '--disable-background-networking', '--disable-component-update', `--user-data-dir=${profile}`,
      '--remote-debugging-port=0', address,
    ],
  },
  {
    name: 'headless Firefox: SpiderMonkey', sought: { variable: 'EDDY_FIREFOX', names: ['firefox-esr', 'firefox'] },
    argv: (profile, address) => ['--headless', '--no-remote', '--profile', profile, address],
  },
]

/** What a script posts to the page's own address, in a browser that has been given nothing else. */
export async function postedFrom({ argv }: Browser, program: string, script: Uint8Array): Promise<string> {
  const profile = mkdtempSync(join(tmpdir(), 'eddy-browser-'))
  let tell!: (posted: string) => void
  const posted = new Promise<string>((resolve) => {
    tell = resolve
  })
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      const pieces: Buffer[] = []
      request.on('data', (piece: Buffer) => void pieces.push(piece))
      request.on('end', () => {
        response.end()
        tell(Buffer.concat(pieces).toString('utf8'))
      })
    } else if (request.url === '/program.js') {
      response.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8' })
      response.end(script)
    } else {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      response.end('<!doctype html><meta charset="utf-8"><body><script src="/program.js"></script></body>')
    }
  })
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening)
  })
  const { port } = server.address() as AddressInfo
  const child = spawn(program, argv(profile, `http://127.0.0.1:${port}/`), {
    stdio: 'ignore', detached: true, env: { ...process.env, HOME: profile },
  })
  const ended = new Promise<void>((resolve) => {
    child.on('exit', () => resolve())
    child.on('error', () => resolve())
  })
  void ended.then(() => tell('the browser ended without a word'))
  try {
    return await posted
  } finally {
    // All its processes: one that is left would still write into the folder that is removed.
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      process.kill(-child.pid, 'SIGKILL')
    }
    await ended
    server.close()
    server.closeAllConnections()
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }
}
