import { describe, expect, it } from 'vitest'
import { dense, squaredError } from '@eddy/nodes'
import { categorical, features, type Learner, learner, numeric } from '@eddy/online'
import { adagrad, digest } from '@eddy/optim'
import { from } from 'rxjs'
import { openStore } from '../journal/store.ts'
import { memoryMedium } from '../medium/memory-medium.ts'
import { type Sale, sales } from '../testing/models.ts'
import { type DurableLearner } from './durable-learner.ts'
import { keeping, persist } from './persist.ts'

const events = sales(90).filter(({ sold }) => !Number.isNaN(sold))
const parts = () => ({
  features: features({ shop: categorical(), price: numeric({ missing: 'mean' }) }, {
    ignore: ['id', 'sold', 'kind', 'large', 'at', 'note', 'promoted', 'place'],
  }),
  target: (sale: Sale) => sale.sold, optimizer: adagrad({ learningRate: 0.1 }), loss: squaredError(), seed: 3,
})
const plain = () => learner({ ...parts(), model: (m) => m.pipe(dense(1)) })
const digestOf = (model: { snapshot(): object }): string => digest(model.snapshot())

describe('learner({ store })', () => {
  it('goes on where it was, with the same bits', async () => {
    const whole = plain()
    from(events).pipe(whole.train()).subscribe()
    const medium = memoryMedium()
    const first = learner({ ...parts(), model: (m) => m.pipe(dense(1)), store: openStore(medium) })
    // The types are those of persist.
    const typed: DurableLearner<Learner<Sale, number, 'mae' | 'rmse' | 'r2'>> = first
    from(events.slice(0, 40)).pipe(typed.train()).subscribe(({ prediction }) => expect(prediction).toBeTypeOf('number'))
    await first.close()
    const second = learner({ ...parts(), model: (m) => m.pipe(dense(1)), store: openStore(memoryMedium(medium.files)) })
    expect(second.sequence).toBe(40)
    from(events.slice(40)).pipe(second.train()).subscribe()
    expect(digestOf(second.learner)).toBe(digestOf(whole))
  })

  it('predicts like any other learner, and keeps nothing of it', () => {
    const kept = learner({ ...parts(), model: (m) => m.pipe(dense(1)), store: openStore(memoryMedium()) })
    from(events.slice(0, 40)).pipe(kept.train()).subscribe()
    const answers: number[] = []
    from(events.slice(40, 50)).pipe(kept.predict()).subscribe(({ prediction }) => void answers.push(prediction))
    expect(answers).toEqual(events.slice(40, 50).map((sale) => kept.predictOne(sale)))
    expect(kept.sequence).toBe(40)
  })

  it('takes the options of persist through keeping', () => {
    const store = keeping(openStore(memoryMedium()), { every: 7, dedup: 50, id: (sale: Sale) => sale.id })
    const kept = learner({ ...parts(), model: (m) => m.pipe(dense(1)), store })
    const numbers: number[] = []
    kept.history$.subscribe(({ sequence }) => void numbers.push(sequence))
    from([...events.slice(0, 15), ...events.slice(3, 15)]).pipe(kept.train()).subscribe()
    expect(numbers).toEqual([0, 7, 14])
    expect(kept.counters.duplicates).toBe(12)
  })

  it('refuses what keeps nothing, and the state of another model', async () => {
    const wrong = { ...parts(), model: (m: never) => m, store: 'trips.store' }
    expect(() => learner(wrong as never)).toThrow(/this keeps no learners, in learner\(\{ store \}\).*trips\.store/)
    const medium = memoryMedium()
    const first = learner({ ...parts(), model: (m) => m.pipe(dense(1)), store: openStore(medium) })
    from(events.slice(0, 5)).pipe(first.train()).subscribe()
    await first.close()
    expect(() => learner({
      ...parts(), model: (m) => m.pipe(dense(3), dense(1)), store: openStore(memoryMedium(medium.files)),
    })).toThrow(/another model/)
  })
})

describe('persist(learner, store) and keeping(store)', () => {
  it.each([[5], [undefined], [null], ['trips.store'], [{}], [openStore]])('refuse %j, which is none', (wrong) => {
    expect(() => persist(wrong as never, openStore(memoryMedium()))).toThrow(/^this is no learner, in persist: got /)
    expect(() => persist(plain(), wrong as never)).toThrow(/^this is no store, in persist: .*openStore\(nodeFiles/)
    expect(() => keeping(wrong as never)).toThrow(/^this is no store, in keeping: /)
  })
})
