import { input, minimize } from '@eddy/graph'
import { standardize } from '@eddy/nodes'
import { adam } from '@eddy/optim'
import { readFileSync } from 'node:fs'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { categorical } from '../encoders/categorical.ts'
import { numeric } from '../encoders/numeric.ts'
import { features } from '../features.ts'
import { anomaly } from './anomaly.ts'
import { autoencoder } from './autoencoder.ts'

const scope = { adam, anomaly, autoencoder, categorical, features, input, minimize, numeric, standardize }

function run(name: string, more: object): void {
  const [, code] = /@example\n([^]*?)\n \*\//.exec(readFileSync(new URL(name, import.meta.url), 'utf8'))!
  const all = { ...scope, ...more }
  const body = code!.replaceAll(/^ \* ?/gm, '')
  ;(Reflect.construct(Function, [...Object.keys(all), body]) as (...given: unknown[]) => void)(...Object.values(all))
}

describe('examples in the documentation of anomalies', () => {
  it('anomaly.ts: a machine whose pressure is wrong for its heat', () => {
    const readings$ = new Subject()
    const scores: number[] = []
    run('anomaly.ts', { readings$, report: (_: unknown, score: number) => scores.push(score) })
    for (let k = 0; k < 2000; k++) {
      const heat = (k * 37) % 100
      readings$.next({ heat, pressure: k === 1999 ? 100 : 100 - heat, mode: 'on' })
    }
    expect(scores).toHaveLength(2000)
    expect(scores.at(-1)).toBeGreaterThan(0.99)
  })

  it('autoencoder.ts: errors are shown, and become smaller', () => {
    const events$ = new Subject()
    const errors: number[] = []
    run('autoencoder.ts', { events$, console: { log: (error: number) => errors.push(error) } })
    for (let k = 0; k < 2000; k++) {
      events$.next({ readings: Array.from({ length: 8 }, (_, i) => ((k * 37) % 100) * (i - 3) + ((k * 11) % 7)) })
    }
    const mean = (list: readonly number[]): number => list.reduce((sum, error) => sum + error, 0) / list.length
    expect(errors).toHaveLength(2000)
    expect(mean(errors.slice(-200))).toBeLessThan(0.1 * mean(errors.slice(10, 210)))
  })
})
