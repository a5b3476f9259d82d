import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { refuse } from '../encoder.ts'
import { features } from '../features.ts'
import { emissions } from '../testing/emissions.ts'
import { memoryOf } from '../testing/memory-of.ts'
import { aggregate } from './aggregate.ts'
import { boolean } from './boolean.ts'
import { categorical } from './categorical.ts'
import { cross } from './cross.ts'
import { cycle } from './cycle.ts'
import { date } from './date.ts'
import { defineMemory } from './define-memory.ts'
import { finiteNumber } from './finite-number.ts'
import { hashed } from './hashed.ts'
import { lag } from './lag.ts'
import { numeric } from './numeric.ts'
import { targetMean } from './target-mean.ts'
import { text } from './text.ts'
import { vector } from './vector.ts'

/** What an example may use. */
const scope = {
  aggregate, boolean, categorical, cross, cycle, date, defineMemory, features, finiteNumber, hashed, lag, numeric,
  refuse, targetMean, text, vector, isNumber: (x: unknown) => typeof x === 'number',
}
function run(code: string): unknown {
  const make = Reflect.construct(Function, [...Object.keys(scope), code]) as (...given: unknown[]) => unknown
  return make(...Object.values(scope))
}

const folder = new URL('.', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, folder), 'utf8')
const files = [...readdirSync(folder).filter((name) => /^[a-z-]+\.ts$/.test(name)), '../features.ts']
const lines = files.flatMap((name) => (
  [...read(name).matchAll(/^ \*(?: @example)? (features\(\{.*)$/gm)].map(([, code]) => [name, code!] as const)
))

/** The code of the example in a file that defines a constant, without types. */
function definition(path: string, name: string): unknown {
  const [, body] = new RegExp(` \\* const ${name}(?::\\s\\w+)?(?:<.*>)? = ((?:.*\\n \\* .*)*)`).exec(read(path))!
  return run(`return ${body!.replaceAll('\n * ', '\n').replace(/<number \| null>/, '')}`)
}

describe('examples in the documentation of encoders', () => {
  it.each(lines)('%s: %s', (_, code) => {
    expect((run(`return ${code}`) as ReturnType<typeof features>).declared.length).toBeGreaterThan(0)
  })

  it('stand beside every encoder', () => {
    expect(lines.length).toBe(14)
  })

  it('encoder.ts: celsius', () => {
    const celsius = definition('../encoder.ts', 'celsius') as Parameters<typeof emissions>[0]
    expect(emissions(celsius, 300)[0]![1]).toBeCloseTo(26.85, 12)
    expect(() => emissions(celsius, 'warm')).toThrow(/got "warm", wanted a number. Send Kelvin/)
  })

  it('define-memory.ts: change', () => {
    const change = memoryOf(definition('define-memory.ts', 'change') as Parameters<typeof memoryOf>[0])
    expect(change.at(5)).toEqual([])
    change.learn(5)
    expect(change.at(7)).toEqual([[null, 2]])
    expect(() => change.at('7')).toThrow(/finite number/)
  })
})
