import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { input, minimize, type Pairs, type Training } from '@eddy/graph'
import { sparseLinear, squaredError, standardize } from '@eddy/nodes'
import { sgd } from '@eddy/optim'

interface Event { readonly x: Pairs; readonly y: number }

const event = (indices: number[], values: number[], typed: boolean): Event => ({
  x: typed ? { indices: Int32Array.from(indices), values: Float32Array.from(values) } : { indices, values }, y: 1,
})

function built(standardized: boolean): { source: Subject<Event>; training: Training } {
  const source = new Subject<Event>()
  const x = input(source, { shape: [10], pairs: 5, select: (e) => e.x })
  const y = input(source, { shape: [1], select: (e) => e.y })
  const layer = sparseLinear(10, 1)
  const output = standardized ? x.pipe(standardize(), layer) : x.pipe(layer)
  return { source, training: squaredError(output, y).pipe(minimize(sgd({ learningRate: 0.1 }))) }
}

describe('sparse events', () => {
  it.each([
    [Number.NaN, true], [Number.NaN, false], [Number.POSITIVE_INFINITY, true], [1e39, false],
  ])('a rejected one with %s (typed arrays: %s) leaves nothing behind, one by one or in bursts', (bad, typed) => {
    const long = event([0, 1, 2, 3, 4], [1, 1, 1, bad, bad], typed)
    const short = event([0, 1], [1, 2], typed)
    for (const standardized of [false, true]) {
      const { source, training } = built(standardized)
      const reasons: string[] = []
      training.rejected$.subscribe(({ node, phase }) => reasons.push(`${node} ${phase}`))
      training.subscribe()
      for (const next of [short, long, short, short]) source.next(next)
      training.burst([short, short, long, short, short])
      training.burst([short, short, short, short])
      expect(reasons).toEqual(['input input', 'input input'])
      expect(training.counters).toMatchObject({ committed: 11, rejected: 2 })
    }
  })
})

describe('burst', () => {
  it('without a subscriber is refused: nobody would learn', () => {
    const { training } = built(false)
    expect(() => training.burst([event([0], [1], true)])).toThrow(/subscribe/)
  })

  it('a run that ends in the middle takes no further event', () => {
    const { training, source } = built(false)
    const stopping = training.loss.pipe(minimize(sgd({ learningRate: 0.1 }), { onReject: 'stop' }) as never) as Training
    let failure: unknown
    stopping.subscribe({ error: (error) => void (failure = error) })
    const good = event([0], [1], true)
    stopping.burst([good, event([0], [Number.NaN], true), good, good])
    expect(String(failure)).toMatch(/event 2 was rejected/)
    expect(stopping.counters).toMatchObject({ opened: 2, committed: 1, rejected: 1, observed: 0 })
    expect(source.observed).toBe(false)
  })
})
