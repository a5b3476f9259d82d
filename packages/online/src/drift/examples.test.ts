import { readdirSync, readFileSync } from 'node:fs'
import { filter, from, isObservable, map, type Observable } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { adwin } from './adwin.ts'
import { ddm } from './ddm.ts'
import { detectDrift } from './detect-drift.ts'
import { earlyWarning } from './early-warning.ts'
import { eddm } from './eddm.ts'
import { fhddm } from './fhddm.ts'
import { hddmA } from './hddm-a.ts'
import { hddmW } from './hddm-w.ts'
import { kswin } from './kswin.ts'
import { pageHinkley } from './page-hinkley.ts'
import { errorBits } from './testing/change.ts'

/** What an example may use. */
const scope = {
  adwin, ddm, detectDrift, earlyWarning, eddm, fhddm, hddmA, hddmW, kswin, pageHinkley, filter, from, map,
  errors: errorBits(0.1, 0.4),
}

const folder = new URL('.', import.meta.url)
const sources = readdirSync(folder).filter((name) => /^[a-z-]+\.ts$/.test(name))
/** Lines `code // result`, after any lines `const ...` just before them. */
const examples = sources.flatMap((name) => (
  [...readFileSync(new URL(name, folder), 'utf8').matchAll(/((?: \* const .+\n)*) \* (.+) \/\/ (-?[\d.]+|\[.*\])\n/g)]
    .map(([, before, code, result]) => [name, before!.replaceAll(' * ', ''), code!, result!] as const)
))

function run(before: string, code: string): unknown {
  const body = `${before}\nreturn ${code}`
  const make = Reflect.construct(Function, [...Object.keys(scope), body]) as (...given: unknown[]) => unknown
  const result = make(...Object.values(scope))
  if (!isObservable(result)) return result
  const values: unknown[] = []
  ;(result as Observable<unknown>).subscribe((value) => values.push(value))
  return values
}

describe('examples in the documentation of drift', () => {
  it.each(examples)('%s: %s%s // %s', (_, before, code, result) => {
    expect(run(before, code)).toEqual(JSON.parse(result))
  })

  it('stand beside every detector and the operator', () => {
    expect(examples.length).toBe(11)
  })
})
