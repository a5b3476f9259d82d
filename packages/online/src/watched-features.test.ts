import { describe, expect, it } from 'vitest'
import { dense, squaredError } from '@eddy/nodes'
import { sgd } from '@eddy/optim'
import { categorical } from './encoders/categorical.ts'
import { numeric } from './encoders/numeric.ts'
import { text } from './encoders/text.ts'
import { features } from './features.ts'
import { learner } from './make-learner.ts'

interface Row {
  readonly a?: number
  readonly c: string
  readonly t?: string
  readonly y: number
}

describe.each(['f32', 'f64'] as const)('learner.nodes.features, %s', (dtype) => {
  it('emits the numbers of each event by slot, as many as there are names by then', () => {
    const model = learner({
      features: features({ a: numeric({ scale: 'none' }), c: categorical() }), target: (row: Row) => row.y,
      model: (m) => m.pipe(dense(1)), loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }), dtype,
    })
    const seen: number[][] = []
    model.nodes.features.subscribe(({ data }) => seen.push([...data]))
    const rows: Row[] = [{ a: 7, c: 'x', y: 1 }, { a: 5, c: 'z', y: 2 }, { c: 'x', y: 3 }, { a: -2.5, c: 'w', y: 1 }]
    for (const row of rows) model.learnOne(row)
    expect(seen).toEqual([[7, 1], [5, 0, 1], [0, 1, 0], [-2.5, 0, 0, 1]])
  })

  it('has a hash table first, in which terms add up', () => {
    const model = learner({
      features: features({ t: text({ bits: 3, weights: 'count' }) }), target: (row: Row) => row.y,
      model: (m) => m.pipe(dense(1)), loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }), dtype,
    })
    const sums: number[] = []
    model.nodes.features.subscribe(({ data }) => sums.push([...data].reduce((a, b) => a + b, 0)))
    for (const t of ['a b a c', '', 'one two three four five six seven eight nine ten']) {
      model.learnOne({ c: '', t, y: 1 })
    }
    expect(sums).toEqual([4, 0, 10])
  })
})
