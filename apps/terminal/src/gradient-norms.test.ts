import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { GradientNorms } from './gradient-norms.ts'

describe('GradientNorms', () => {
  it('look() sees norms until lookAway(), and means are over the looks', () => {
    const gradient$ = new Subject<{ data: number[] }>()
    const norms = new GradientNorms([['hidden', { gradient$ }]])
    expect(norms.norms).toEqual([['hidden', NaN]])
    gradient$.next({ data: [100] })
    norms.look()
    norms.look()
    gradient$.next({ data: [3, -4] })
    gradient$.next({ data: [0, 7] })
    norms.lookAway()
    gradient$.next({ data: [100] })
    expect(norms.norms).toEqual([['hidden', 6]])
    expect(gradient$.observed).toBe(false)
  })

  it('forgets old looks: a change of level is seen within some dozens of them', () => {
    const gradient$ = new Subject<{ data: number[] }>()
    const norms = new GradientNorms([['hidden', { gradient$ }]])
    norms.look()
    for (let k = 0; k < 1000; k++) gradient$.next({ data: [1] })
    for (let k = 0; k < 150; k++) gradient$.next({ data: [9] })
    expect(norms.norms[0]![1]).toBeGreaterThan(8.9)
  })
})
