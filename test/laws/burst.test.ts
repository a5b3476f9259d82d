import { input, minimize, resident } from '@eddy/graph'
import { useSpecializer } from '@eddy/kernels/specialize'
import { binaryCrossEntropyWithLogits, sparseLinear } from '@eddy/nodes'
import { sgd } from '@eddy/optim'
import fc from 'fast-check'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { atOnce } from '../support/at-once.ts'
import { lawParameters } from '../support/law-parameters.ts'
import { bits, build, type Built, type Event, events, play, type Recipe, recipes } from '../support/random-graph.ts'

const places = fc.array(fc.nat(19), { maxLength: 3 })

/** Twenty events; those at the places `bad` have too few numbers, or one that is not finite. */
function streamOf(recipe: Recipe, bad: readonly number[]): readonly Event[] {
  return events(recipe.seed, 20).map((event, i): Event => (
    bad.includes(i) ? { ...event, x: i % 2 === 0 ? [1, 2] : [1, Number.NaN, 0, 0] } : event
  ))
}

/** What a training says while `feed` feeds it. */
function heard({ training }: Built, feed: () => void): {
  losses: number[]; steps: number[]; ids: number[]; rejected: number[]; state: string
} {
  const [losses, steps, ids, rejected]: [number[], number[], number[], number[]] = [[], [], [], []]
  training.rejected$.subscribe(({ id }) => rejected.push(id))
  training.subscribe((step) => {
    losses.push(step.loss)
    steps.push(step.step)
    ids.push(step.id)
  })
  feed()
  return { losses, steps, ids, rejected, state: bits(training.snapshot()) }
}

describe('bursts', () => {
  it('learn the same bits as one event at a time, specialised or not, with the same steps and rejections', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })
    fc.assert(fc.property(recipes, sizes, places, fc.nat(199), (recipe, lengths, bad, patience) => {
      const stream = streamOf(recipe, bad)
      useSpecializer(atOnce(), Infinity)
      const single = play(build(recipe, { native: true }), stream)
      useSpecializer(atOnce(), patience)
      const built = build(recipe, { native: true })
      const { losses, steps, ids, rejected, state } = heard(built, () => {
        for (let at = 0, i = 0; at < stream.length; i++) {
          const length = lengths[i % lengths.length]!
          built.training.burst(stream.slice(at, at + length))
          at += length
        }
      })
      expect(losses).toEqual(single.losses)
      expect(steps).toEqual(single.losses.map((_, i) => i + 1))
      expect([...ids, ...rejected].sort((a, b) => a - b)).toEqual(stream.map((_, i) => i + 1))
      expect(state).toBe(single.state)
    }), lawParameters)
  })

  it('of resident events, over and over and with a tap in between, are those of the events themselves', () => {
    fc.assert(fc.property(recipes, places, (recipe, bad) => {
      const stream = streamOf(recipe, bad)
      const [plain, kept] = [build(recipe, { native: true }), build(recipe, { native: true })]
      const list = resident(stream)
      useSpecializer(atOnce(), Infinity)
      const wanted = heard(plain, () => {
        for (let round = 0; round < 4; round++) plain.training.burst(stream)
      })
      // One in eight: making its functions takes longer than all the rest.
      useSpecializer(atOnce(), recipe.seed % 8 === 0 ? 30 : Infinity)
      const got = heard(kept, () => {
        for (let round = 0; round < 4; round++) {
          const tap = round === 2 ? kept.nodes.at(-1)!.subscribe() : null
          kept.training.burst(list)
          tap?.unsubscribe()
        }
      })
      expect(got).toEqual(wanted)
    }), lawParameters)
  })
})

describe('resident(events)', () => {
  interface Pairs {
    readonly indices: Int32Array
    readonly values: Float32Array
    readonly label: number
  }

  /** Six hundred events, so that several bursts are needed; pairs from none to three. */
  const stream = Array.from({ length: 600 }, (_, k): Pairs => {
    const indices = Int32Array.from({ length: k % 4 }, (_, i) => (k * 7 + i) % 50)
    return { indices, values: Float32Array.from(indices, (i) => Math.sin(i + k)), label: k % 2 }
  })

  function model(): { selected: () => number; training: Built['training'] } {
    const source = new Subject<Pairs>()
    let selected = 0
    const x = input(source, { shape: [50], pairs: 3, select: (event) => (selected++, event) })
    const y = input(source, { shape: [1], select: ({ label }) => label })
    const loss = binaryCrossEntropyWithLogits(x.pipe(sparseLinear(50, 1)), y)
    const training = loss.pipe(minimize(sgd({ learningRate: 0.1 })))
    return { selected: () => selected, training }
  }

  it('asks select once for each event, also of pairs, and gives the steps their events', () => {
    const [plain, kept] = [model(), model()]
    const list = resident(stream)
    const seen: unknown[] = []
    plain.training.subscribe()
    kept.training.subscribe(({ event }) => seen.push(event))
    for (let round = 0; round < 3; round++) {
      plain.training.burst(stream)
      kept.training.burst(list)
    }
    expect([plain.selected(), kept.selected()]).toEqual([1800, 600])
    expect(seen).toEqual([...stream, ...stream, ...stream])
    expect(bits(kept.training.snapshot())).toBe(bits(plain.training.snapshot()))
  })

  it('copies the list: what is done to the one that was given changes nothing; refuses what is none', () => {
    const given = stream.slice(0, 3)
    const list = resident(given)
    given.length = 1
    expect(list).toEqual(stream.slice(0, 3))
    expect(Object.isFrozen(list)).toBe(true)
    expect(() => resident(5 as never)).toThrow(/resident: got 5, wanted a list of events/)
  })
})
