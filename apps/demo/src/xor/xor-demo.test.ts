import { describe, expect, it } from 'vitest'
import { openOutlet } from '@eddy/terminal'
import { runXor } from './xor-demo.ts'

async function run(limit: number, seed = 1, stop = { isStopped: false }) {
  const written = { text: '' }
  const stdout = { write: (text: string) => { written.text += text } }
  const outlet = openOutlet({ report: 'text', quiet: false }, { stdout, stderr: stdout, env: {} })
  const report = await runXor({ limit, seed }, outlet, stop)
  return { report, text: written.text }
}

describe('runXor(options, outlet)', () => {
  it('learns all four rows, with a loss that falls', async () => {
    const { report, text } = await run(1000)
    expect(text.match(/right/g)).toHaveLength(4)
    const losses = [...text.matchAll(/loss ([\d.]+)/g)].map((match) => Number(match[1]))
    expect(losses).toHaveLength(10)
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 10)
    expect(report).toMatchObject({ events: 1000, learned: 1000, rejected: 0, expired: 0 })
  })

  it('prints the streams of the first examples, and gradients that fit the values', async () => {
    const { text } = await run(2)
    const first = text.slice(text.indexOf('example 1'), text.indexOf('example 2'))
    const numbers = (name: string): number[] =>
      first.split('\n').find((line) => line.includes(name))!.match(/-?\d+\.\d+/g)!.map(Number)
    const wanted = Number(/is (\d)/.exec(first)![1])
    const [logit] = numbers('↓ logit')
    const [delta] = numbers('dL/d logit  ')
    expect(delta).toBeCloseTo(1 / (1 + Math.exp(-logit!)) - wanted, 2)
    numbers('dL/d logit.weight').forEach((g, k) => expect(g).toBeCloseTo(delta! * numbers('↓ hidden')[k]!, 2))
    expect(numbers('dL/d hidden.weight')).toHaveLength(8)
  })

  it('gives the same digest twice, and another one for another seed', async () => {
    const [first, second, other] = [await run(50), await run(50), await run(50, 2)]
    expect(second.report.digest).toBe(first.report.digest)
    expect(other.report.digest).not.toBe(first.report.digest)
  })

  it('stops when it is asked to, and reports what there was', async () => {
    const stop = { isStopped: false }
    setTimeout(() => (stop.isStopped = true), 50)
    const { report } = await run(1e9, 1, stop)
    expect(report.events).toBeLessThan(1e9)
    expect(report).toMatchObject({ learned: report.events, rejected: 0 })
  })
})
