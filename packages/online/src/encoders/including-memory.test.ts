import fc from 'fast-check'
import { from } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { dense, squaredError } from '@eddy/nodes'
import { sgd } from '@eddy/optim'
import { features } from '../features.ts'
import { learner } from '../make-learner.ts'
import { bitsOf } from '../testing/streams.ts'
import { IncludingMemory } from './including-memory.ts'
import { numeric, type NumericOptions } from './numeric.ts'

interface Row {
  readonly x?: number | undefined
  readonly y: number
}

function model(options: NumericOptions) {
  return learner({
    features: features({ x: numeric(options) }), target: (row: Row) => row.y, model: (m) => m.pipe(dense(1)),
    loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }), dtype: 'f64',
  })
}

const rows: readonly Row[] = [
  { x: 3, y: 1 }, { x: 7, y: 2 }, { x: -1, y: 0 }, { y: 5 }, { x: 4, y: 3 }, { x: 90, y: 1 },
]

describe("numeric({ standardize: 'after' })", () => {
  it('is predicted from by the statistics of the events before, and learned with those that include it', () => {
    const xs = fc.array(fc.integer({ min: -50, max: 50 }).map((x) => x / 3), { minLength: 1, maxLength: 30 })
    fc.assert(fc.property(xs, (all) => {
      const memory = new IncludingMemory('skip')
      const told = (value: number, learns: boolean): number => {
        let number = NaN
        if (learns) memory.encodeToLearn(value, (_, y) => void (number = y))
        else memory.encode(value, (_, y) => void (number = y))
        return number
      }
      all.forEach((x, k) => {
        for (const learns of [false, true]) {
          const seen = all.slice(0, learns ? k + 1 : k)
          const mean = seen.reduce((sum, value) => sum + value, 0) / seen.length
          const spread = Math.sqrt(seen.reduce((sum, value) => sum + (value - mean) ** 2, 0) / seen.length)
          const wanted = spread > 1e-9 ? (x - mean) / spread : 0
          expect(Math.abs(told(x, learns) - wanted)).toBeLessThan(1e-9 * Math.max(1, Math.abs(wanted)))
        }
        memory.learn(x)
      })
    }))
  })

  it('scores the prediction made before: that of predict(), never that of the numbers it is learned with', () => {
    const one = model({ standardize: 'after' })
    for (const [k, row] of rows.entries()) {
      const asked = one.predictOne({ x: row.x })
      const learned = one.learnOne(row)
      expect(learned.prediction).toBe(asked)
      if (k === 0 || row.x === undefined) continue
      expect(Math.sqrt(learned.loss)).not.toBe(Math.abs(learned.prediction - row.y))
    }
    expect(one.counters).toMatchObject({ learned: 6, predicted: 6, rejected: 0 })
  })

  it('learns from labels that come later with the statistics of then, as a pipeline that is told late', () => {
    const [one, plain] = [model({ standardize: 'after' }), model({ standardize: 'after' })]
    for (const each of [one, plain]) each.learnOne({ x: 2, y: 2 })
    from(rows.map((row, id) => ({ ...row, id }))).pipe(one.predict({ key: 'id' })).subscribe()
    from([3, 1, 0, 2, 5, 4].map((id) => ({ id, y: rows[id]!.y })))
      .pipe(one.learn({ key: 'id', label: 'y' })).subscribe()
    for (const id of [3, 1, 0, 2, 5, 4]) plain.learnOne(rows[id]!)
    expect(one.snapshot().training).toEqual(plain.snapshot().training)
    expect(one.snapshot().memories).toEqual(plain.snapshot().memories)
  })

  it('is part of the state: restored elsewhere, it goes on bit for bit', () => {
    const one = model({ standardize: 'after' })
    one.learnOne({ x: 2, y: 2 })
    const snapshot = one.snapshot()
    expect(snapshot.memories).toEqual([['x', [1, 2, 0, 2]]])
    const other = model({ standardize: 'after' })
    other.restore(snapshot)
    for (const each of [one, other]) for (const row of rows) each.learnOne(row)
    expect(bitsOf(other.snapshot())).toBe(bitsOf(one.snapshot()))
  })

  it.each<readonly [NumericOptions['missing'], number | null]>([
    ['skip', null], ['indicator', 1], ['last', (9 - 5) / 4], ['mean', 0], [13, 2],
  ])('a missing number, %s, is %d', (missing, wanted) => {
    const memory = new IncludingMemory(missing!)
    for (const x of [1, 9]) memory.learn(x)
    const numbers: (number | null)[] = []
    memory.encode(undefined, (_, number) => numbers.push(number))
    memory.encodeToLearn(undefined, (_, number) => numbers.push(number))
    expect(numbers).toEqual(wanted === null ? [] : [wanted, wanted])
  })

  it('refuses what is no number, and states that are none; true and "before" are the usual', () => {
    const one = model({ standardize: 'after' })
    const bits = bitsOf(one.snapshot())
    for (const x of [NaN, Infinity, 'three', 1e31]) {
      expect(() => one.learnOne({ x: x as number, y: 1 })).toThrow(/feature "x"/)
    }
    expect(bitsOf(one.snapshot())).toBe(bits)
    const memory = new IncludingMemory('skip')
    for (const state of [[1, 2, 3], [1, 2, 3, NaN], 'x', null]) expect(memory.accepts(state)).toBe(false)
    const [a, b] = (['before', true] as const).map((standardize) => {
      const usual = model({ standardize })
      for (const row of rows) usual.learnOne(row)
      return bitsOf(usual.snapshot())
    })
    expect(a).toBe(b)
  })
})
