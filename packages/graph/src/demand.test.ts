import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { scalar } from '@eddy/tensor'
import { demandOf, type Wish } from './demand.ts'
import { defineFunction } from './define-operator.ts'
import { input } from './input.ts'
import type { AnyNode } from './node.ts'
import { parameter } from './parameter.ts'

const join = defineFunction({ name: 'join', forward: () => {}, backward: () => {} })
const x = input(new Subject<number>(), { shape: [] })
const w = parameter(scalar(1))
const a = join(x, w)
const b = join(a, a)
const dead = join(a, x)
const loss = join(b, x)
const wish = (more: Partial<Wish>): Wish => ({ losses: [loss], required: [], values: [], gradients: [], ...more })
const names = (nodes: Iterable<AnyNode>): number[] => [...nodes].map((node) => node.id)

describe('demandOf', () => {
  it('guards the ancestors of the loss, and needs gradients only on the way to a parameter', () => {
    const demand = demandOf(wish({}))
    expect(names(demand.guarded)).toEqual(names([x, w, a, b, loss]))
    expect(demand.observed).toEqual([])
    expect(new Set(demand.gradient)).toEqual(new Set([w, a, b, loss]))
  })

  it('computes dead branches only for taps, after everything else', () => {
    const demand = demandOf(wish({ values: [dead] }))
    expect(demand.observed).toEqual([dead])
    expect(demand.guarded).not.toContain(dead)
  })

  it('adds the gradient of an input only for a tap', () => {
    const demand = demandOf(wish({ gradients: [x] }))
    expect([...demand.observedGradient]).toEqual([x])
  })

  it('lists uses by descending consumer, then ascending port', () => {
    const uses = demandOf(wish({ gradients: [x] })).uses
    expect(uses.get(a)).toEqual([{ consumer: b, port: 0 }, { consumer: b, port: 1 }])
    expect(uses.get(x)!.map((use) => use.consumer.id)).toEqual([loss.id, a.id])
  })

  it('without a loss, what is required is guarded and no gradient is needed', () => {
    const demand = demandOf({ losses: [], required: [b], values: [], gradients: [] })
    expect(names(demand.guarded)).toEqual(names([x, w, a, b]))
    expect(demand.gradient.size).toBe(0)
  })
})
