import fc from 'fast-check'
import { config } from 'rxjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Observable } from 'rxjs'
import type { Tensor } from '@eddy/tensor'
import { lawParameters } from '../support/law-parameters.ts'
import { build, type Built, events, play, recipes } from '../support/random-graph.ts'

const taps = fc.array(fc.record({
  node: fc.nat(1000), gradient: fc.boolean(), from: fc.nat(5), to: fc.nat(8), manner: fc.nat(3),
}), { maxLength: 6 })

type Tap = typeof taps extends fc.Arbitrary<readonly (infer T)[]> ? T : never

/** Attaches a tap that watches quietly, writes into what it gets, throws, or leaves from inside. */
function attach(stream: Observable<Tensor>, manner: number): () => void {
  const subscription = stream.subscribe((value) => {
    if (manner === 1) value.data.fill(Number.NaN)
    if (manner === 2) throw new Error('a tap that throws')
    if (manner === 3) subscription?.unsubscribe()
  })
  return () => subscription.unsubscribe()
}

/** Attaches and detaches taps between events as scripted. */
function observe(built: Built, script: readonly Tap[]): (event: number) => void {
  const detach = new Map<Tap, () => void>()
  return (event) => {
    for (const tap of script) {
      const node = built.nodes[tap.node % built.nodes.length]!
      if (tap.from === event) detach.set(tap, attach(tap.gradient ? node.gradient$ : node, tap.manner))
      if (tap.to === event) detach.get(tap)?.()
    }
  }
}

describe('observer law', () => {
  let reported = 0
  beforeAll(() => {
    config.onUnhandledError = () => void reported++
  })
  afterAll(() => {
    config.onUnhandledError = null
  })

  it('learns the same bits with any taps, also ones that throw, write, come late or leave early', () => {
    fc.assert(fc.property(recipes, taps, (recipe, script) => {
      const stream = events(recipe.seed, 6)
      const alone = play(build(recipe), stream)
      const built = build(recipe)
      const between = observe(built, script)
      expect(play(built, stream, between)).toEqual(alone)
    }), lawParameters)
  })

  it('reports what a tap throws to RxJS and to nobody else', async () => {
    await new Promise((resolve) => setTimeout(resolve, 5))
    reported = 0
    const instructions = [{ kind: 3, a: 2, b: 0, c: 0 }]
    const recipe = { seed: 1, instructions, losses: 1, optimizer: 0, dtype: 'f32' } as const
    const built = build(recipe)
    built.nodes[2]!.subscribe(() => {
      throw new Error('a tap that throws')
    })
    const { losses, rejections } = play(built, events(1, 3))
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(losses).toHaveLength(3)
    expect(rejections).toEqual([])
    expect(reported).toBe(3)
  })
})
