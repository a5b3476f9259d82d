import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bundle, bundleProgram } from './bundle.ts'
import { findProgram, missing } from '../support/find-program.ts'
import { engines, inNode } from './engines.ts'
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
    for (const { name, sought, run } of engines) {
      const found = findProgram(sought)
      it(`${name}${found === null ? `: not tried, ${sought.variable} names none` : ''}`, async ({ skip }) => {
        if (found === null) return skip(missing(sought))
        expect(await run(found, bundle)).toBe(report(here))
      })
    }
  })
})
