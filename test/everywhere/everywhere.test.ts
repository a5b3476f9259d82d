import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bundle, bundleProgram } from './bundle.ts'
import { chromium, findProgram, firefox, inChromium, inFirefox, inNode } from './engines.ts'
import { type Outcome, outcomes, report } from './program.ts'

/**
 * Parts of V8 that make machine code of their own: each is switched off, or made the only one. WebAssembly is compiled
 * by Liftoff first and by TurboFan when it is hot; JavaScript goes through Ignition, Sparkplug, Maglev and TurboFan.
 */
const flags: readonly (readonly [what: string, ...flags: string[]])[] = [
  ['as it is'],
  ['JavaScript never optimized', '--no-opt'],
  ['JavaScript compiled by Sparkplug at once', '--always-sparkplug'],
  ['WebAssembly by Liftoff only', '--liftoff-only'],
  ['WebAssembly by TurboFan only', '--no-liftoff'],
  ['everything optimized as early as possible', '--interrupt-budget=500', '--wasm-tiering-budget=1'],
  ['functions compiled as late as possible', '--max-lazy'],
  ['a processor without AVX', '--no-enable-avx'],
]

/** Engines beside this one; .ci/run fetches or installs them. */
const others = [
  { name: 'Node 24', sought: { variable: 'EDDY_NODE_24', names: [] }, run: plainly() },
  { name: 'Deno', sought: { variable: 'EDDY_DENO', names: ['deno'] }, run: plainly('run') },
  { name: 'headless Chromium', sought: chromium, run: inChromium },
  { name: 'Bun: JavaScriptCore, as in Safari', sought: { variable: 'EDDY_BUN', names: ['bun'] }, run: plainly() },
  { name: 'headless Firefox: SpiderMonkey', sought: firefox, run: inFirefox },
]

function plainly(...flags: string[]): (program: string, bundle: Bundle) => Promise<string> {
  return (program, bundle) => inNode(program, flags, bundle)
}

let bundle: Bundle
let here: readonly Outcome[] = []

beforeAll(async () => {
  bundle = await bundleProgram()
  here = outcomes()
})

afterAll(() => bundle.remove())

describe('the same models on the same events', () => {
  it('have one digest each, fused or not, event by event or in bursts, and no two models have the same', () => {
    const byModel = new Map<string, Set<string>>()
    for (const { trial, dtype, digest } of here) {
      const model = `${trial.name}, ${dtype}`
      byModel.set(model, (byModel.get(model) ?? new Set()).add(digest))
    }
    expect([...byModel].filter(([, digests]) => digests.size !== 1)).toEqual([])
    expect(new Set(here.map(({ digest }) => digest)).size).toBe(byModel.size)
  })

  describe('give every bit alike in a new process of this Node', () => {
    it.each(flags.map(([what, ...given]) => ({ what, given })))('$what', async ({ given }) => {
      expect(await inNode(process.execPath, given, bundle)).toBe(report(here))
    })

    it('--jitless cannot be among them: V8 leaves WebAssembly out, whose code it may not generate', async () => {
      await expect(inNode(process.execPath, ['--jitless'], bundle)).rejects.toThrow(/WebAssembly is not defined/)
    })
  })

  describe('give every bit alike in other engines', () => {
    for (const { name, sought, run } of others) {
      const found = findProgram(sought)
      it(`${name}${found === null ? `: not tried, ${sought.variable} names none` : ''}`, async ({ skip }) => {
        if (found === null) return skip(`${sought.variable} names none, nor has the PATH one; .ci/run gets it`)
        expect(await run(found, bundle)).toBe(report(here))
      })
    }
  })
})
