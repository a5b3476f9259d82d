import { describe, expect, it } from 'vitest'
import { dense, dropout, squaredError } from '@eddy/nodes'
import { adagrad, digest } from '@eddy/optim'
import { numeric } from '../encoders/numeric.ts'
import { features } from '../features.ts'
import { keyedLearner } from './make-keyed-learner.ts'

interface Visit {
  readonly user: string
  readonly x: number
  readonly y: number
}

const make = (seed: number) => keyedLearner<Visit>({
  features: features({ x: numeric() }), target: 'y', key: 'user', seed, capacity: 2, loss: squaredError(),
  model: (m) => m.pipe(dense(3), dropout(0.5), dense(1)), optimizer: adagrad({ learningRate: 0.1 }),
})
const visits = Array.from({ length: 30 }, (_, k): Visit => (
  { user: 'abc'[k % 3]!, x: k % 7, y: 2 * (k % 7) + (k % 3) }
))

describe('KeyedLearner#restore, into one of another seed', () => {
  it('models of keys that come later start as they would have where the state is from', () => {
    const [first, other] = [make(1), make(2)]
    for (const visit of visits.slice(0, 10)) first.learnOne(visit)
    // It has models of its own, which are forgotten.
    for (const visit of visits.slice(3, 9)) other.learnOne(visit)
    other.restore(first.snapshot())
    expect(digest(other.snapshot())).toBe(digest(first.snapshot()))
    for (const visit of visits.slice(10)) {
      expect(other.learnOne(visit).prediction).toBe(first.learnOne(visit).prediction)
    }
    expect(digest(other.snapshot())).toBe(digest(first.snapshot()))
  })

  it('a state without the seed, as older ones are, keeps its own', () => {
    const { seed, ...older } = make(1).snapshot()
    const [fresh, restored] = [make(2), make(2)]
    restored.restore(older)
    expect([seed, restored.learnOne(visits[0]!).loss]).toEqual([1, fresh.learnOne(visits[0]!).loss])
    expect(() => make(1).restore({ ...older, seed: -1 })).toThrow('there is no seed')
  })
})
