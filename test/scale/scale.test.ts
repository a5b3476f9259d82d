import { Subject } from 'rxjs'
import {
  adagrad, adam, dense, digest, features, type Initializer, input, learner, minimize, numeric, relu, sgd, sparseLinear,
  squaredError,
} from 'eddy'
import { describe, expect, it } from 'vitest'

type Event = Readonly<Record<string, number>>

/** An event that brings the names from `first` on, and one that is known. */
function eventOf(first: number, count: number): Event {
  const names = Array.from({ length: count }, (_, k) => [`name ${first + k}`, 1 + (k % 3)] as const)
  return Object.fromEntries([['y', Math.sin(first)], ['x', Math.cos(first)], ...names])
}

/** An initial value that counts how often it is asked for. */
function counting(): { readonly initializer: Initializer; readonly drawn: () => number } {
  let drawn = 0
  const initializer: Initializer = {
    name: 'counting',
    sampler: () => (i) => {
      drawn++
      return ((i * 7919) % 1000) / 1e5
    },
  }
  return { initializer, drawn: () => drawn }
}

function modelOf(initializer: Initializer, fusion: 'on' | 'off' = 'on') {
  return learner({
    features: features({}, { unknown: numeric(), ignore: ['y'], pairsMax: 2 ** 14 }),
    target: (event: Event) => event['y']!, loss: squaredError(), optimizer: adagrad({ learningRate: 0.01 }), fusion,
    model: (m) => m.pipe(dense(32, { weight: initializer }), relu(), dense(1)),
  })
}

describe('a named axis that grows', () => {
  it('draws each row once, however far it grows', () => {
    const { initializer, drawn } = counting()
    const model = modelOf(initializer)
    model.learnOne(eventOf(0, 1))
    const before = drawn()
    for (let first = 1; first < 20_000; first += 100) model.learnOne(eventOf(first, 100))
    expect(model.counters.names).toBe(20_002)
    expect((drawn() - before) / 32).toBe(20_002 - 2)
  })

  it('draws nothing for names that are known, and one row for one that is not', () => {
    const { initializer, drawn } = counting()
    const model = modelOf(initializer)
    for (let first = 0; first < 30_000; first += 1000) model.learnOne(eventOf(first, 1000))
    const before = drawn()
    model.learnOne(eventOf(5000, 200))
    model.predictOne(eventOf(50_000, 10))
    expect(drawn()).toBe(before)
    model.learnOne(eventOf(30_000, 1))
    expect(drawn()).toBe(before + 32)
  })

  it('gives the same bits when it is restored on the way, fused or not, after its tables have stopped moving', () => {
    const [whole, apart] = [modelOf(counting().initializer), modelOf(counting().initializer, 'off')]
    let other = modelOf(counting().initializer)
    for (let first = 0; first < 40_000; first += 500) {
      const event = eventOf(first, 500)
      for (const model of [whole, apart, other]) model.learnOne(event)
      if (first % 10_000 !== 0) continue
      const state = other.snapshot()
      other = modelOf(counting().initializer)
      other.restore(state)
    }
    const [first, second, third] = [whole, apart, other].map((model) => digest(model.snapshot().training))
    expect(second).toBe(first)
    expect(third).toBe(first)
  })

  it('takes back the rows of a rejected event, also in a large table', () => {
    const [plain, disturbed] = [modelOf(counting().initializer), modelOf(counting().initializer)]
    for (let first = 0; first < 40_000; first += 1000) {
      const event = eventOf(first, 1000)
      plain.learnOne(event)
      expect(() => disturbed.learnOne({ ...eventOf(first + 1e6, 3000), y: 1e30 })).toThrow(/not finite/)
      disturbed.learnOne(event)
    }
    expect(digest(disturbed.snapshot().training)).toBe(digest(plain.snapshot().training))
  })
})

describe('the size of a table', () => {
  it.each([sgd({ learningRate: 0.1 }), adagrad({ learningRate: 0.1 }), adam({ learningRate: 0.1 })])(
    'changes no bit of what an event does: $name', (optimizer) => {
      const lossesOf = (rows: number): readonly number[] => {
        const source = new Subject<{ indices: number[]; values: number[] }>()
        const x = input(source, { shape: [rows], pairs: 30, select: (event) => event })
        const y = input(source, { shape: [1], select: () => 1 })
        const weight = counting().initializer
        const losses: number[] = []
        squaredError(x.pipe(sparseLinear(rows, 1, { weight, bias: false })), y).pipe(minimize(optimizer))
          .subscribe(({ loss }) => losses.push(loss))
        for (let k = 0; k < 100; k++) {
          const indices = Array.from({ length: 30 }, (_, j) => (k * 31 + j * 37) % 1024)
          source.next({ indices, values: indices.map((index) => 1 / (1 + index)) })
        }
        return losses
      }
      const small = lossesOf(2 ** 10)
      expect(small).toHaveLength(100)
      for (const bits of [16, 20]) expect(lossesOf(2 ** bits)).toEqual(small)
    },
  )
})
