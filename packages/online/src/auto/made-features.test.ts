import { rng, standardNormal } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import { cross } from '../encoders/cross.ts'
import { lag } from '../encoders/lag.ts'
import { numeric } from '../encoders/numeric.ts'
import { targetMean } from '../encoders/target-mean.ts'
import { type Features, features } from '../features.ts'
import { autoModel } from './make-auto-model.ts'

interface Tick {
  readonly x: number
  readonly y: number
}

const random = rng(7, 'made')
/** The label is what x was one event before: nothing else in the event tells. */
const ticks = Array.from({ length: 400 }, (_, k): Tick => (
  { x: standardNormal(random, k + 1), y: standardNormal(random, k) }
))

function errorOf(spec: Features): number {
  const model = autoModel<Tick>({ target: 'y', features: spec })
  const errors = ticks.map((tick) => Math.abs(model.learnOne(tick).prediction as number - tick.y))
  return errors.slice(200).reduce((sum, error) => sum + error, 0) / 200
}

describe('autoModel: declared features that remember, or are made of others', () => {
  it('lag: it learns from what was before', () => {
    const without = errorOf(features({}, { unknown: 'auto' }))
    const lagged = errorOf(features({ before: lag({ of: 'x' }) }, { unknown: 'auto' }))
    expect(without).toBeGreaterThan(0.6)
    expect(lagged).toBeLessThan(0.25 * without)
  })

  it('numeric({ missing: "last" }) and cross: names are those of the encoders; an event may lack their fields', () => {
    const spec = features({ x: numeric({ missing: 'last' }), both: cross(['a', 'b'], { bits: null }) })
    const model = autoModel({ target: 'y', features: spec })
    model.learnOne({ x: 3, a: 'p', b: 'q', y: 1 })
    model.learnOne({ a: 'p', b: 'r', y: 2 })
    expect(model.snapshot().names.map(({ feature }) => feature)).toEqual(['both', 'x', 'both'])
    expect(Number.isFinite(model.predictOne({}))).toBe(true)
  })

  it('numbers far out are scaled by the encoder, not handed on', () => {
    const model = autoModel<Tick>({ target: 'y', features: features({ x: numeric({ scale: 'robust' }) }) })
    for (const tick of ticks.slice(0, 50)) model.learnOne(tick)
    for (const x of [1e30, -1e30, 1e20]) expect(model.learnOne({ x, y: 0.5 }).loss).toBeLessThan(3)
    expect(model.counters.rejected).toBe(0)
  })

  it('a label that comes later is learned with what memories said when it was asked', () => {
    const spec = features({ before: lag({ of: 'x' }) })
    const model = autoModel<Tick>({ target: 'y', task: 'regression', features: spec })
    model.learnOne({ x: 5, y: 0 })
    const request = model.request({ x: 6 })
    model.learnOne({ x: 100, y: 0 })
    expect(request.asked.recalled).toEqual([[['1', 5]]])
    model.learnOne({ x: 6, y: 1 }, request)
    expect(model.request({ x: 0 }).asked.recalled).toEqual([[['1', 6]]])
  })

  it('a rejected event is not remembered; a state without the memories is refused', () => {
    const make = () => autoModel<Tick>({
      target: 'y', features: features({ before: lag({ of: 'x' }), usual: targetMean('x') }),
    })
    const model = make()
    model.learnOne({ x: 5, y: 0 })
    const before = model.snapshot()
    expect(() => model.learnOne({ x: 7, y: NaN })).toThrow(/rejected/)
    expect(model.request({ x: 0 }).asked.recalled?.[0]).toEqual([['1', 5]])
    const { encoder, ...rest } = before.experts as { readonly encoder: { readonly memories?: unknown } }
    const { memories, ...others } = encoder
    expect(memories).toHaveLength(2)
    expect(() => make().restore({ ...before, experts: { ...rest, encoder: others } as never })).toThrow(/remembers/)
  })
})
