import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Ingress } from './ingress.ts'

const operation = fc.oneof(fc.record({ offer: fc.integer() }), fc.constant('take' as const))
const operations = fc.array(operation, { maxLength: 200 })

describe('Ingress', () => {
  it('gives events back in order of arrival and never holds more than its capacity, whatever the policy drops', () => {
    fc.assert(fc.property(operations, fc.integer({ min: 1, max: 5 }), fc.boolean(), (script, capacity, oldest) => {
      const queue = new Ingress<number>({ capacity, overflow: oldest ? 'drop-oldest' : 'drop-newest' })
      const model: number[] = []
      let dropped = 0
      for (const action of script) {
        if (action === 'take') {
          if (model.length > 0) expect(queue.take()).toBe(model.shift())
        } else {
          queue.offer(action.offer)
          if (model.length < capacity) model.push(action.offer)
          else {
            dropped++
            if (oldest) {
              model.shift()
              model.push(action.offer)
            }
          }
        }
        expect(queue.length).toBe(model.length)
        expect(queue.dropped).toBe(dropped)
      }
    }))
  })

  it('offer(event) on a full queue throws under the policy error, and keeps what waits', () => {
    const queue = new Ingress<number>({ capacity: 1 })
    queue.offer(1)
    expect(() => queue.offer(2)).toThrow(/1 events wait already.*raise queue\.capacity/)
    expect(queue.take()).toBe(1)
  })

  it.each([0, -1, 1.5, Number.NaN])('a capacity of %s is refused', (capacity) => {
    expect(() => new Ingress({ capacity })).toThrow(/capacity is out of range, in queue/)
  })

  it('take() stays fast and frees memory in a long run of arrivals', () => {
    const queue = new Ingress<number>({ capacity: 10_000 })
    for (let i = 0; i < 5_000; i++) queue.offer(i)
    for (let i = 0; i < 200_000; i++) {
      queue.offer(i + 5_000)
      if (queue.take() !== i) throw new Error(`event ${i} came out of order`)
    }
    expect(queue.length).toBe(5_000)
  })
})
