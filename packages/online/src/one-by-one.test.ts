import { RejectedError } from '@eddy/graph'
import { EMPTY, from, of, Subject, throwError } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { anomaly } from './anomaly/anomaly.ts'
import { bandit } from './bandit/make-bandit.ts'
import { squareCb } from './bandit/square-cb.ts'
import { numeric } from './encoders/numeric.ts'
import { features } from './features.ts'
import { oneByOne } from './one-by-one.ts'

function logOf(source: { subscribe(observer: object): unknown }, seen: (value: number) => void = () => {}): unknown[] {
  const log: unknown[] = []
  source.subscribe({
    next: (value: number) => {
      log.push(value)
      seen(value)
      log.push('.')
    },
    error: (error: unknown) => log.push(String(error)), complete: () => log.push('complete'),
  })
  return log
}
const refused = new RejectedError({ id: 0, event: 0, reason: 'no', node: 'here', phase: 'input', cause: null })
const work = (value: number): number | null => {
  if (value === 7) throw refused
  if (value === 8) throw new Error('broken')
  return value < 0 ? null : 10 * value
}

describe('oneByOne(work)', () => {
  it('emits what is made of each value, nothing for null and for what is rejected, and the end', () => {
    expect(logOf(of(1, -1, 7, 2).pipe(oneByOne(work)))).toEqual([10, '.', 20, '.', 'complete'])
    expect(logOf(EMPTY.pipe(oneByOne(work)))).toEqual(['complete'])
    expect(logOf(throwError(() => 'lost').pipe(oneByOne(work)))).toEqual(['lost'])
    expect(logOf(of(1, 8, 2).pipe(oneByOne(work)))).toEqual([10, '.', 'Error: broken'])
  })

  it('what a result gives rise to waits for that result, and the end for both; so does an error', () => {
    for (const [second, end] of [[2, [20, '.', 'complete']], [8, ['Error: broken']]] as const) {
      const source = new Subject<number>()
      const log = logOf(source.pipe(oneByOne(work)), (value) => {
        if (value !== 10) return
        source.next(second)
        source.complete()
      })
      source.next(1)
      expect(log).toEqual([10, '.', ...end])
    }
  })

  it('an error of the source is passed on at once; what waited is not taken', () => {
    const source = new Subject<number>()
    const log = logOf(source.pipe(oneByOne(work)), () => {
      source.next(2)
      source.error('lost')
    })
    source.next(1)
    expect(log).toEqual([10, 'lost', '.'])
  })
})

describe.each([
  ['Bandit#decide', bandit({ features: features({ x: numeric() }), arms: ['a', 'b'], policy: squareCb() }).decide()],
  ['AnomalyDetector#train', anomaly({ features: features({ x: numeric() }) }).train()],
] as const)('%s', (_, operator) => {
  it('may feed on its own results for as long as it likes', () => {
    const source = new Subject<{ readonly x: number }>()
    let count = 0
    source.pipe(operator as never).subscribe(() => {
      if (++count < 20_000) source.next({ x: count % 3 })
    })
    from([{ x: 0 }]).subscribe(source)
    expect(count).toBe(20_000)
  })
})
