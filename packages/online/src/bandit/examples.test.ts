import { readdirSync, readFileSync } from 'node:fs'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { minutes } from '../delayed/durations.ts'
import { categorical } from '../encoders/categorical.ts'
import { numeric } from '../encoders/numeric.ts'
import { features } from '../features.ts'
import { epsilonGreedy } from './epsilon-greedy.ts'
import { linUcb } from './lin-ucb.ts'
import { bandit } from './make-bandit.ts'
import { offPolicy } from './off-policy.ts'
import { squareCb } from './square-cb.ts'

const folder = new URL('.', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8')
const sources = readdirSync(folder).filter((name) => /^[a-z-]+\.ts$/.test(name))
const scope = { bandit, categorical, epsilonGreedy, features, linUcb, minutes, numeric, offPolicy, squareCb }

function run(code: string, more: object = {}): unknown {
  const all = { ...scope, ...more }
  return (Reflect.construct(Function, [...Object.keys(all), code]) as (...given: unknown[]) => unknown)(
    ...Object.values(all),
  )
}

/** Lines `code // result` that end an example, after its other lines. */
const examples = sources.flatMap((name) => (
  [...read(name).matchAll(/@example\s(?: \*)?((?:(?!\*\/|@example)[^])*?)(.*) \/\/ (\[.*\])\n/g)]
    .map(([, before, code, result]) => [name, before!, code!.replace(/^[ *]+/, ''), result!] as const)
))

describe('examples in the documentation of bandits', () => {
  it.each(examples)('%s: %s%s // %s', (_, before, code, result) => {
    const got = run(`${before.replaceAll(/^ \*/gm, '')}\nreturn ${code}`) as readonly number[]
    const wanted = JSON.parse(result) as readonly number[]
    expect(got).toHaveLength(wanted.length)
    got.forEach((value, k) => expect(value).toBeCloseTo(wanted[k]!, 12))
  })

  it('stand beside every policy and the estimates', () => {
    expect(examples.map(([name]) => name)).toEqual(
      ['epsilon-greedy.ts', 'lin-ucb.ts', 'off-policy.ts', 'policy.ts', 'square-cb.ts'],
    )
  })

  it('make-bandit.ts: a shop that learns from clicks, and from silence', () => {
    const [, code] = /@example\n([^]*?)\n \*\//.exec(read('make-bandit.ts'))!
    const [visits$, clicks$] = [new Subject(), new Subject()]
    const shown: [number, string][] = []
    const show = (event: { id: number }, arm: string): void => void shown.push([event.id, arm])
    const body = `${code!.replaceAll(/^ \* ?/gm, '')}\nreturn shop`
    const shop = run(body, { visits$, clicks$, show }) as ReturnType<typeof bandit>
    for (let id = 0; id < 400; id++) {
      visits$.next({ id, at: minutes(id), hour: id % 24, country: 'PT' })
      if (shown.at(-1)![1] === 'video') clicks$.next({ visit: id, at: minutes(id + 5) })
    }
    const recent = shown.slice(200).filter(([, arm]) => arm === 'video').length
    expect(recent / 200).toBeGreaterThan(0.8)
    expect(shop.counters).toMatchObject({ decisions: 400, unknown: 0, late: 0 })
    expect(shop.counters.expired + shop.counters.learned).toBeGreaterThan(360)
  })
})
