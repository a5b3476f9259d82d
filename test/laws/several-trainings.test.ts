import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { input, minimize, type Node, type Optimizer, parameter, type Training } from '@eddy/graph'
import { mul, square, stopGradient, sub } from '@eddy/nodes'
import { adam, sgd } from '@eddy/optim'
import { scalar } from '@eddy/tensor'

type One = Node<[]>
const plain = sgd({ learningRate: 0.01 })

/** Minimizes (w x - target)^2 in f64; the gradient of w is 2 x (w x - target). */
function trained(product: One, target: number, optimizer: Optimizer, history = 0): Training {
  return (square(sub(product, target) as One) as One).pipe(minimize(optimizer, { dtype: 'f64', history }))
}

/** Two losses on one source: (2 x - 0)^2 and (3 x - 1)^2, each with a weight of its own. */
function pair(): { source: Subject<number>; a: Training; b: Training } {
  const source = new Subject<number>()
  const x = input(source, { shape: [] })
  const [u, v] = [2, 3].map((value) => mul(parameter(scalar(value, 'f64')), x) as One) as [One, One]
  return { source, a: trained(u, 0, plain), b: trained(v, 1, plain) }
}

function lossesOf(training: Training): number[] {
  const losses: number[] = []
  training.subscribe((step) => losses.push(step.loss))
  return losses
}

describe('trainings that come and go while a frame is in flight', () => {
  it('one that leaves takes no step of another with it, and what the frame has learned is counted', () => {
    const { source, a, b } = pair()
    const leaving = a.subscribe()
    const losses = lossesOf(b)
    a.loss.subscribe(() => leaving.unsubscribe())
    source.next(1)
    source.next(1)
    expect(losses).toEqual([4, (3 - 0.01 * 4 - 1) ** 2])
    expect([a.snapshot().step, b.snapshot().step, a.counters.committed]).toEqual([1, 2, 2])
  })

  it('the last one that leaves: the frame commits and is counted as committed', () => {
    const { source, a } = pair()
    const leaving = a.subscribe()
    const tap = a.loss.subscribe(() => leaving.unsubscribe())
    source.next(1)
    tap.unsubscribe()
    expect([a.snapshot().step, a.counters]).toEqual([1, expect.objectContaining({ committed: 1, observed: 0 })])
  })

  it('one that joins learns from the next event on', () => {
    const { source, a, b } = pair()
    const first = lossesOf(a)
    let second: number[] | null = null
    a.loss.subscribe(() => (second ??= lossesOf(b)))
    source.next(1)
    expect([first, second]).toEqual([[4], []])
    source.next(1)
    expect([first, second]).toEqual([[4, (2 - 0.01 * 4) ** 2], [4]])
  })
})

describe('trainings that share parameters', () => {
  /** A weight that `a` learns, and a head on its value that `b` learns. */
  function backboneAndHead(): { source: Subject<number>; a: Training; b: Training } {
    const source = new Subject<number>()
    const x = input(source, { shape: [] })
    const feature = mul(parameter(scalar(2, 'f64'), { name: 'backbone' }), x) as One
    const head = mul(parameter(scalar(3, 'f64'), { name: 'head' }), stopGradient(feature)) as One
    return { source, a: trained(feature, 0, adam({ learningRate: 0.1 })), b: trained(head, 1, plain) }
  }

  it('two optimizers share one whose gradient stopGradient() stops for all but one of them', () => {
    const { source, a, b } = backboneAndHead()
    const losses = [lossesOf(a), lossesOf(b)]
    source.next(1)
    source.next(1)
    // Adam's first step is the learning rate; the head's is 0.01 * 2 * feature * (head * feature - 1).
    const [backbone, head] = [2 - 0.1, 3 - 0.01 * 2 * 2 * 5]
    expect(losses[0]).toEqual([4, expect.closeTo(backbone ** 2, 7)])
    expect(losses[1]).toEqual([25, expect.closeTo((head * backbone - 1) ** 2, 7)])
  })

  it('two optimizers of which both would update one are refused', () => {
    const source = new Subject<number>()
    const product = mul(parameter(scalar(2)), input(source, { shape: [] })) as One
    const errors: unknown[] = []
    for (const optimizer of [plain, adam()]) {
      (square(product) as One).pipe(minimize(optimizer)).subscribe({ error: (error) => errors.push(error) })
    }
    source.next(1)
    expect(errors).toHaveLength(2)
    expect(String(errors[0])).toMatch(/updated by two optimizers, sgd and adam.*stopGradient/)
  })

  it('whoever looks at, or restores, one training leaves alone what the optimizer of the other remembers', () => {
    const run = (looks: boolean): unknown => {
      const { source, a, b } = backboneAndHead()
      const watcher = trained(b.loss as One, 0, sgd({ learningRate: 0.1, momentum: 0.9 }))
      a.subscribe()
      for (let i = 1; i < 5; i++) {
        source.next(i)
        if (looks) watcher.restore(watcher.snapshot())
      }
      return a.snapshot()
    }
    expect(run(true)).toEqual(run(false))
  })

  it('a state holds nothing of another optimizer; what was frozen starts anew from a state that had none', () => {
    const { source, a, b } = backboneAndHead()
    const momentum = sgd({ learningRate: 0.1, momentum: 0.9 })
    const alone = trained(b.loss as One, 0, momentum).snapshot()
    expect(alone.slots['backbone']!['momentumBuffer']!.item()).toBe(0)
    a.subscribe()
    source.next(1)
    expect(Object.keys(trained(b.loss as One, 0, momentum).snapshot().slots)).toEqual(['head'])
    expect(Object.keys(a.snapshot().slots['backbone']!)).toEqual(['expAvg', 'expAvgSq'])

    const again = backboneAndHead()
    const thawed = trained(mul(again.a.loss, again.b.loss) as One, 0, momentum)
    thawed.restore(alone)
    expect(thawed.snapshot()).toEqual(alone)
  })

  it('snapshot() is of now while state$ is watched, also when another training has moved a weight', () => {
    const source = new Subject<number>()
    const w = parameter(scalar(2, 'f64'), { name: 'w' })
    const product = mul(w, input(source, { shape: [] })) as One
    const [a, b] = [trained(product, 0, plain), trained(product, 1, plain)]
    a.state$.subscribe()
    b.subscribe()
    source.next(1)
    expect(a.snapshot().parameters['w']!.item()).toBe(2 - 0.01 * 2)
  })
})

describe('undo after restore', () => {
  it('takes back updates since then, and no others', () => {
    const source = new Subject<number>()
    const product = mul(parameter(scalar(2, 'f64')), input(source, { shape: [] })) as One
    const training = trained(product, 0, plain, 5)
    training.subscribe()
    const start = training.snapshot()
    for (let i = 0; i < 3; i++) source.next(1)
    training.restore(start)
    expect(() => training.undo()).toThrow(/cannot take back 1 updates, 0 are kept/)
    source.next(2)
    source.next(2)
    training.undo(2)
    expect(training.snapshot()).toEqual(start)
  })

  it.each([-1, 1.5, Number.NaN, 3])('undo(%s) is refused where no such state is kept', (count) => {
    const { source, a: { loss } } = pair()
    const training = (loss as One).pipe(minimize(plain, { history: 5 }))
    training.subscribe()
    source.next(1)
    source.next(1)
    expect(() => training.undo(count)).toThrow(/cannot take back .* updates, 2 are kept/)
  })
})
