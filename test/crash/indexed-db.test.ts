import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { chromium, findProgram } from '../everywhere/engines.ts'
import type { Seen } from './in-browser.ts'
import { readings, truth } from './victim.ts'

/** What the program sends from a page of a headless browser. */
async function seenIn(browser: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('in-browser.ts', import.meta.url))], write: false, bundle: true, format: 'iife',
    target: 'es2022', conditions: ['browser'], logLevel: 'error',
  })
  const script = outputFiles[0]!.contents
  const profile = mkdtempSync(join(tmpdir(), 'eddy-browser-'))
  let tell!: (seen: string) => void
  const seen = new Promise<string>((resolve) => {
    tell = resolve
  })
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      let body = ''
      request.on('data', (text: Buffer) => void (body += text.toString()))
      request.on('end', () => {
        response.end()
        tell(body)
      })
    } else if (request.url === '/program.js') response.end(script)
    else {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      response.end('<!doctype html><meta charset="utf-8"><script src="/program.js"></script>')
    }
  })
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening)
  })
  const { port } = server.address() as AddressInfo
  const child = spawn(browser, [
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync',
    '--disable-background-networking', '--disable-component-update', `--user-data-dir=${profile}`,
    '--remote-debugging-port=0', `http://127.0.0.1:${port}/`,
  ], { stdio: 'ignore', detached: true })
  const ended = new Promise<void>((resolve) => void child.on('exit', () => resolve()))
  void ended.then(() => tell('the browser ended without a word'))
  try {
    return await seen
  } finally {
    // All its processes: one that is left would still write into the folder that is removed.
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGKILL')
    await ended
    server.close()
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }
}

describe('indexedDb(name)', () => {
  const browser = findProgram(chromium)

  const note = browser === null ? ': not tried, none is installed' : ''

  it(`keeps a learner in headless Chromium${note}`, async ({ skip }) => {
    if (browser === null) return skip('no chromium on the PATH, and EDDY_CHROMIUM names none; .ci/run installs it')
    const text = await seenIn(browser)
    expect(text).toMatch(/^\{/)
    const { resumed, durable, digest, locked } = JSON.parse(text) as Seen
    expect(durable).toBe(170)
    expect(resumed).toBeGreaterThanOrEqual(170)
    expect(resumed).toBeLessThanOrEqual(190)
    // The same bits as in Node, without a store.
    expect(digest).toBe(truth(readings(300, 1)).at(-1))
    expect(locked).toBe('E_LOCKED')
  })
})
