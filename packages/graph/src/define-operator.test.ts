import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { backward } from './backward.ts'
import { defineFunction, defineOperator } from './define-operator.ts'
import { input } from './input.ts'
import type { Node } from './node.ts'

const cube = defineOperator({
  name: 'cube',
  forward: ([x], y) => {
    for (let i = 0; i < y.length; i++) y[i] = x![i]! ** 3
  },
  backward: (dy, [x], _y, [dx]) => {
    if (dx != null) for (let i = 0; i < dx.length; i++) dx[i] = 3 * x![i]! ** 2 * dy[i]!
  },
})

const total = defineFunction<[]>({
  name: 'total',
  shape: () => [],
  forward: ([x], y) => {
    y[0] = x!.reduce((sum, value) => sum + value, 0)
  },
  backward: (dy, _inputs, _y, [dx]) => {
    dx?.fill(dy[0]!)
  },
})

function built(): { source: Subject<number[]>; x: Node<[2]>; loss: Node<[]> } {
  const source = new Subject<number[]>()
  const x = input(source, { shape: [2] })
  return { source, x, loss: total(x.pipe(cube())) }
}

describe('defineOperator', () => {
  it('computes values and gradients as the two functions say', () => {
    const { source, x, loss } = built()
    const gradients: number[][] = []
    const losses: number[] = []
    x.gradient$.subscribe((g) => gradients.push([...g.data]))
    loss.pipe(backward({ dtype: 'f64' })).subscribe((step) => losses.push(step.loss))
    source.next([2, -1])
    expect(losses).toEqual([7])
    expect(gradients).toEqual([[12, 3]])
  })

  it('a result that is not finite rejects the event and names the operator', () => {
    const { source, loss } = built()
    const training = loss.pipe(backward())
    const rejected: string[] = []
    training.rejected$.subscribe(({ node, phase, reason }) => rejected.push(`${node} ${phase}: ${reason}`))
    training.subscribe()
    source.next([1e20, 0])
    source.next([1, 0])
    expect(rejected).toEqual(['cube forward: the value is not finite (Infinity at element 0)'])
    expect(training.counters.committed).toBe(1)
  })

  it('without a function throws at construction', () => {
    expect(() => defineOperator({ name: 'half', forward: () => {} } as never)).toThrow(/needs a name and two functions/)
    expect(() => total()).not.toThrow()
    expect(() => defineFunction({ name: 'none', forward: () => {}, backward: () => {} })()).toThrow(/there is no input/)
  })
})
