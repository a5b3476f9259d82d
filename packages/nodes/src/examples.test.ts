import { readdirSync, readFileSync } from 'node:fs'
import { constant } from '@eddy/graph'
import { tensor, zeros } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import * as nodes from './index.ts'
import { evaluate, pairsLeaf } from './testing/evaluate.ts'

/**
 * What an example may use besides the public names of this package: names that mean the same in package eddy, where
 * `constant` is a node.
 */
const helpers = { value: (data: number | number[]) => constant(tensor(data)), pairs: pairsLeaf, tensor, zeros }

const folder = new URL('.', import.meta.url)
const sources = readdirSync(folder).filter((name) => /^[a-z-]+\.ts$/.test(name))
const examples = sources.flatMap((name) =>
  [...readFileSync(new URL(name, folder), 'utf8').matchAll(/@example (.+?) \/\/ (-?[\d.e]+|\[.*?\])/g)]
    .map(([, code, result]) => [name, code!, result!] as const))

/** The node that an example makes. */
function run(code: string): Parameters<typeof evaluate>[0] {
  const scope: Record<string, unknown> = { ...nodes, ...helpers }
  const make = Reflect.construct(Function, [...Object.keys(scope), `return ${code}`]) as (...given: unknown[]) => never
  return make(...Object.values(scope))
}

/** What stands above each public function, on one line. */
const docstrings = new Map(sources.flatMap((name) =>
  [...readFileSync(new URL(name, folder), 'utf8')
    .matchAll(/\/\*\*((?:(?!\*\/)[^])*)\*\/\nexport (?:function|const) (\w+)/g)]
    .map(([, text, of]) => [of!, text!.replaceAll(/\n \* ?/g, ' ')] as const)))

describe('docstrings', () => {
  it('state the formula of the record that they are about', () => {
    const stating = nodes.records.filter(({ name }) => docstrings.get(name)?.includes('Formula: '))
    const other = stating.filter(({ name, docs }) => !docstrings.get(name)!.includes(docs.formula))
    expect(other.map(({ name }) => name)).toEqual([])
    expect(stating.length).toBeGreaterThan(85)
  })
})

describe('examples in the documentation', () => {
  it.each(examples)('%s: %s // %s', (_, code, result) => {
    const wanted = [JSON.parse(result) as number | number[]].flat()
    const got = evaluate(run(code)).value
    expect(got.length).toBe(wanted.length)
    wanted.forEach((x, i) => expect(Math.abs(got[i]! - x), `element ${i}: ${got[i]}`).toBeLessThan(1e-6))
  })

  it('stand beside nearly every public function', () => {
    const functions = Object.values(nodes).filter((value) => typeof value === 'function')
    expect(examples.length).toBeGreaterThan(0.75 * functions.length)
  })
})
