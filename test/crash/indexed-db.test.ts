import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { type Browser, browsers, postedFrom } from '../support/browsers.ts'
import { findProgram, missing } from '../support/find-program.ts'
import type { Seen } from './in-browser.ts'
import { readings, truth } from './victim.ts'

/** What the program sends from a page of a headless browser. */
async function seenIn(browser: Browser, executable: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('in-browser.ts', import.meta.url))], write: false, bundle: true, format: 'iife',
    target: 'es2022', conditions: ['browser'], logLevel: 'error',
  })
  return postedFrom(browser, executable, outputFiles[0]!.contents)
}

describe('indexedDb(name)', () => {
  for (const browser of browsers) {
    const found = findProgram(browser.sought)
    const note = found === null ? ': not tried, none is installed' : ''

    it(`keeps a learner in ${browser.name}${note}`, async ({ skip }) => {
      if (found === null) return skip(missing(browser.sought))
      const text = await seenIn(browser, found)
      expect(text).toMatch(/^\{/)
      const { resumed, durable, digest, locked } = JSON.parse(text) as Seen
      expect(durable).toBe(170)
      expect(resumed).toBeGreaterThanOrEqual(170)
      expect(resumed).toBeLessThanOrEqual(190)
      // The same bits as in Node, without a store.
      expect(digest).toBe(truth(readings(300, 1)).at(-1))
      expect(locked).toBe('E_LOCKED')
    })
  }
})
