import type { Node } from '@eddy/graph'
import { dense, squaredError } from '@eddy/nodes'
import { reduceOnPlateau, sgd } from '@eddy/optim'
import { ValueError } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import { adwin } from '../drift/adwin.ts'
import { boostedRate } from '../drift/boosted-rate.ts'
import { numeric } from '../encoders/numeric.ts'
import { features } from '../features.ts'
import { ensemble } from './make-ensemble.ts'

/** Two members in one program whose schedules remember different things. */
const make = () => ensemble<{ readonly x: number; readonly y: number }>({
  features: features({ x: numeric() }), target: 'y', model: (m: Node<[number]>) => m.pipe(dense(1)),
  loss: squaredError(),
  members: [
    { name: 'lower', optimizer: sgd({ learningRate: reduceOnPlateau({ learningRate: 0.1, every: 2 }) }) },
    { name: 'higher', optimizer: sgd({ learningRate: boostedRate({ learningRate: 0.1, detector: adwin() }) }) },
  ],
} as never)

const rows = Array.from({ length: 30 }, (_, k) => ({ x: Math.sin(k), y: k % 7 }))

describe('Ensemble.restore', () => {
  it('asks each member about its own schedule', () => {
    const [model, copy] = [make(), make()]
    for (const row of rows) model.learnOne(row as never)
    const state = model.snapshot()
    copy.restore(state)
    expect(copy.snapshot()).toEqual(state)
    const [first, second] = state.members
    const swapped = [first!, second!].map((member, k) => (
      { ...member, training: { ...member.training, schedule: [second!, first!][k]!.training.schedule } }
    ))
    for (const members of [[swapped[0]!, second!], [first!, swapped[1]!]]) {
      expect(() => copy.restore({ ...state, members })).toThrow('nothing that the schedule remembers')
      expect(copy.snapshot()).toEqual(state)
    }
  })

  it('names the member, and what it lacks', () => {
    const model = make()
    const state = model.snapshot()
    const { members: [first, second] } = state
    const broken: readonly (readonly [unknown, string])[] = [
      [3, 'the state is one of another ensemble, in Ensemble.restore: got 3, wanted 2 members'],
      [[first], 'the state is one of another ensemble, in Ensemble.restore: got 1, wanted 2 members'],
      [[first, null], 'it has no training, in Ensemble.restore, member 1'],
      [[first, { ...second, loss: NaN }], 'the loss is no number, in Ensemble.restore, member 1'],
      [[{ ...first, rejected: -1 }, second], 'rejected is no count, in Ensemble.restore, member 0'],
    ]
    for (const [members, message] of broken) {
      expect(() => model.restore({ ...state, members } as never)).toThrow(ValueError)
      expect(() => model.restore({ ...state, members } as never)).toThrow(message)
      expect(model.snapshot()).toEqual(state)
    }
  })
})
