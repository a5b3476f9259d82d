import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { rng, standardNormal } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import { autoModel } from './make-auto-model.ts'

type Row = Readonly<Record<string, unknown>>

/** A gzipped CSV of numbers in `test/fixtures`, row by row. */
function fixture(name: string): Row[] {
  const path = new URL(`../../../../test/fixtures/${name}.csv.gz`, import.meta.url)
  const [head, ...lines] = gunzipSync(readFileSync(path)).toString('utf8').trim().split('\n')
  const names = head!.trim().split(',')
  return lines.map((line) => Object.fromEntries(line.trim().split(',').map((text, k) => [names[k]!, Number(text)])))
}

describe('the default model, untuned, each prediction made before its label', () => {
  it('phishing: as good as the forests of 2019, and surer', () => {
    const model = autoModel<object, 'binary'>({ target: 'is_phishing', task: 'binary' })
    for (const row of fixture('phishing')) model.learnOne(row)
    const { accuracy, logLoss } = model.metrics
    expect(accuracy).toBeGreaterThanOrEqual(0.91)
    expect(logLoss).toBeLessThanOrEqual(0.255)
  })

  it('trump_approval: better than the last value, which most models are not', () => {
    const model = autoModel<object, 'regression'>({ target: 'five_thirty_eight', task: 'regression' })
    for (const row of fixture('trump_approval')) model.learnOne(row)
    const { mae, baselines } = model.metrics
    expect(mae).toBeLessThanOrEqual(0.19)
    expect(baselines.noChange!.mae).toBeGreaterThan(0.194)
  })
})

describe('labels of any size', () => {
  it.each([1e-30, 1e-15, 1e-9, 1e9, 1e29])('in units of %d: learned as well as in any other', (unit) => {
    const model = autoModel<object, 'regression'>({ target: 'y', task: 'regression' })
    const random = rng(9)
    for (let i = 0; i < 1000; i++) {
      const a = standardNormal(random, 2 * i)
      model.learnOne({ a, y: unit * (3 * a + 0.1 * standardNormal(random, 2 * i + 1)) })
    }
    expect(model.metrics.mae / unit).toBeLessThan(0.2)
    expect(model.metrics.r2).toBeGreaterThan(0.95)
  })
})

describe('classes that are rare', () => {
  it('one event in 1,000: as sure as the best of its experts, nearly', () => {
    const model = autoModel<object, 'binary'>({ target: 'isFraud', task: 'binary' })
    const random = rng(5)
    for (let i = 0; i < 30_000; i++) {
      const isFraud = random.uniform(3 * i) < 0.001
      const [a, b] = [1, 2].map((k) => standardNormal(random, 3 * i + k) + (isFraud ? 1 + k / 2 : 0))
      model.learnOne({ a, b, isFraud })
    }
    const best = Math.min(...model.experts.map(({ loss }) => loss))
    expect(model.metrics.logLoss / best).toBeLessThan(1.03) // 1.10 where all weights were forgotten in between
  })
})

describe('streams that models break on', () => {
  const random = rng(11)
  const walk = (i: number): number => standardNormal(random, 3 * i)
  const regression = (make: (i: number) => Row, count = 3000): { mae: number; best: number; carriers: string[] } => {
    const model = autoModel<object, 'regression'>({ target: 'y', task: 'regression' })
    for (let i = 0; i < count; i++) model.learnOne(make(i))
    const { mae, baselines } = model.metrics
    const carriers = [...model.experts].sort((a, b) => b.weight - a.weight).slice(0, 3).map(({ name }) => name)
    return { mae, best: Math.min(...Object.values(baselines).map((own) => own.mae)), carriers }
  }

  it('a random walk: nothing beats the last value, and the model follows it', () => {
    let y = 0
    const { mae, best } = regression((i) => ({ noise: standardNormal(random, 3 * i + 1), y: (y += walk(i)) }))
    expect(mae).toBeLessThan(1.02 * best)
  })

  it('a season with a trend: far below any baseline', () => {
    const { mae, best } = regression((i) => ({ y: 0.01 * i + [0, 5, 9, 5, 0, -7, -8][i % 7]! + 0.3 * walk(i) }))
    expect(mae).toBeLessThan(0.2 * best)
  })

  it('tails without a mean, in features and labels', () => {
    const cauchy = (k: number): number => Math.tan(Math.PI * (random.uniform(k) - 0.5))
    const { mae, best } = regression((i) => {
      const a = walk(i)
      return { a, wild: cauchy(7 * i), y: 3 * a + 0.3 * cauchy(7 * i + 1) }
    })
    expect(mae).toBeLessThan(best)
  })

  it('a column that is zero for a long time and then huge', () => {
    const { mae, best } = regression((i) => {
      const [a, late] = [walk(i), i < 2000 ? 0 : 1e5 * Math.abs(standardNormal(random, 3 * i + 2))]
      return { a, late, y: 2 * a + 1e-5 * late + 0.1 * standardNormal(random, 3 * i + 1) }
    })
    expect(mae).toBeLessThan(0.25 * best)
  })

  it('a relation that turns over: learned anew each time', () => {
    const { mae, best } = regression((i) => {
      const a = walk(i)
      return { a, y: (i % 2000 < 1000 ? 1 : -1) * 2 * a + 0.2 * standardNormal(random, 3 * i + 1) }
    }, 4000)
    expect(mae).toBeLessThan(0.3 * best)
  })

  it('many series in one stream: each follows its own last label', () => {
    const levels = Array.from({ length: 20 }, (_, k) => 10 * standardNormal(random, k))
    const { mae, best, carriers } = regression((i) => {
      const k = random.integer(5 * i, 20)
      levels[k]! += 0.3 * standardNormal(random, 5 * i + 1)
      return { shop: `s${k}`, y: levels[k]! }
    })
    expect(mae).toBeLessThan(0.15 * best)
    expect(carriers).toContain('lastOfKey')
  })

  it('labels that stay for long: no worse than repeating the last one', () => {
    const model = autoModel<object, 'multiclass'>({ target: 'k', task: 'multiclass' })
    for (let i = 0; i < 3000; i++) {
      model.learnOne({ x: standardNormal(random, i), k: `k${mixed(Math.floor(i / 60)) % 6}` })
    }
    const { accuracy, baselines } = model.metrics
    expect(accuracy).toBeGreaterThan(baselines.noChange!.accuracy - 0.01)
  })
})

function mixed(i: number): number {
  return Math.imul(i + 1, 0x9e3779b1) >>> 8
}
