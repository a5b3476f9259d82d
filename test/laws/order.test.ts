import { concatMap, delay, filter, from, identity, map, of, Subject, take, tap } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { type AnyNode, input, type Lens, lens, minimize, parameter, Run } from '@eddy/graph'
import { add, linear, mul, squaredError, sum } from '@eddy/nodes'
import { adam, sgd } from '@eddy/optim'
import { scalar, type Tensor, tensor } from '@eddy/tensor'

interface Pair { readonly x: number; readonly y: number }

function model(source: Subject<Pair>, options = {}) {
  const x = input(source, { shape: [1], select: (e: Pair) => e.x })
  const y = input(source, { shape: [1], select: (e: Pair) => e.y })
  const hidden = x.pipe(linear(1, 3))
  const output = hidden.pipe(linear(3, 1))
  const loss = squaredError(output, y)
  return { x, y, hidden, output, loss, training: loss.pipe(minimize(sgd({ learningRate: 0.01 }), options)) }
}

/** Learns 1, 2, 1 behind a lens. */
function lensing(forward: Lens<[1], [1]>['forward'], async: boolean) {
  const source = new Subject<number>()
  const x = input(source, { shape: [1] })
  const training = squaredError(x.pipe(lens<[1]>({ forward, backward: identity, async }), linear(1, 1)), x)
    .pipe(minimize(sgd({ learningRate: 0.1 })))
  const reasons: string[] = []
  training.rejected$.subscribe(({ node, phase, reason }) => reasons.push(`${node} ${phase} ${reason}`))
  const ended = new Promise<void>((resolve) => training.subscribe({ complete: resolve }))
  for (const event of [1, 2, 1]) source.next(event)
  source.complete()
  return { reasons, training, ended }
}

const stream = Array.from({ length: 20 }, (_, i): Pair => ({ x: Math.sin(i), y: Math.cos(i) }))

describe('order of events', () => {
  it('queues an event that a tap sends, and learns as a plain loop would', () => {
    const plain = new Subject<Pair>()
    const a = model(plain)
    const losses: number[] = []
    a.training.subscribe((step) => losses.push(step.loss))
    for (const event of stream) plain.next(event)

    const nested = new Subject<Pair>()
    const b = model(nested)
    const seen: number[] = []
    const ids: number[] = []
    b.training.subscribe((step) => {
      seen.push(step.loss)
      ids.push(step.id)
    })
    let next = 1
    b.hidden.subscribe(() => {
      if (next < stream.length) nested.next(stream[next++]!)
    })
    nested.next(stream[0]!)
    expect(seen).toEqual(losses)
    expect(ids).toEqual(stream.map((_, i) => i + 1))
  })

  it('emits values in topological order, gradients in reverse, then the step', () => {
    const source = new Subject<Pair>()
    const { x, hidden, output, loss, training } = model(source)
    const log: string[] = []
    for (const [name, node] of Object.entries<AnyNode>({ x, hidden, output, loss })) {
      node.gradient$.subscribe(() => log.push(`d${name}`))
      node.subscribe(() => log.push(name))
    }
    training.subscribe(() => log.push('step'))
    source.next(stream[0]!)
    expect(log).toEqual(['x', 'hidden', 'output', 'loss', 'dloss', 'doutput', 'dhidden', 'dx', 'step'])
  })

  it('every node computes once per event, from that event alone, also in a diamond', () => {
    const source = new Subject<number>()
    const x = input(source, { shape: [] })
    const joined = add(mul(x, 2), mul(x, 3))
    const seen: number[] = []
    joined.subscribe((value) => seen.push(value.item()))
    for (let i = 1; i <= 5; i++) source.next(i)
    expect(seen).toEqual([5, 10, 15, 20, 25])
  })

  it('bounds its queue: drops by policy and counts, and learns as if only the others had been sent', () => {
    const source = new Subject<Pair>()
    const { hidden, training } = model(source, { queue: { capacity: 2, overflow: 'drop-oldest' } })
    const events: Pair[] = []
    training.subscribe((step) => events.push(step.event as Pair))
    let burst = true
    hidden.subscribe(() => {
      if (burst) {
        burst = false
        for (const event of stream.slice(1, 6)) source.next(event)
      }
    })
    source.next(stream[0]!)
    expect(events).toEqual([stream[0], stream[4], stream[5]])
    expect(Run.of(source).dropped).toBe(3)
  })

  it("ends with an error when the queue overflows under the policy 'error'", () => {
    const source = new Subject<Pair>()
    const { hidden, training } = model(source, { queue: { capacity: 1 } })
    let failure: unknown
    training.subscribe({ error: (error) => void (failure = error) })
    hidden.subscribe({ next: () => stream.slice(1, 6).forEach((event) => source.next(event)), error: () => {} })
    source.next(stream[0]!)
    expect(String(failure)).toMatch(/1 events wait already/)
  })
})

describe('terminal events', () => {
  it('completes values in order, gradients in reverse, trainings last, each exactly once', () => {
    const source = new Subject<Pair>()
    const { x, hidden, training } = model(source)
    const log: string[] = []
    for (const [name, node] of Object.entries<AnyNode>({ x, hidden })) {
      node.subscribe({ complete: () => log.push(name) })
      node.gradient$.subscribe({ complete: () => log.push(`d${name}`) })
    }
    training.subscribe({ complete: () => log.push('training') })
    source.next(stream[0]!)
    source.complete()
    expect(log).toEqual(['x', 'hidden', 'dhidden', 'dx', 'training'])
    expect(Run.of(source).isConnected).toBe(false)
    expect(source.observed).toBe(false)
  })

  it('passes the error of the source on in the same order', () => {
    const source = new Subject<Pair>()
    const { x, training } = model(source)
    const log: unknown[] = []
    x.subscribe({ error: (error) => log.push(['x', error]) })
    training.subscribe({ error: (error) => log.push(['training', error]) })
    source.error('broken pipe')
    expect(log).toEqual([['x', 'broken pipe'], ['training', 'broken pipe']])
  })

  it("stops at the first bad event when told to: onReject 'stop'", () => {
    const source = new Subject<Pair>()
    const { training } = model(source, { onReject: 'stop' })
    let failure: unknown
    let steps = 0
    training.subscribe({ next: () => steps++, error: (error) => void (failure = error) })
    source.next(stream[0]!)
    source.next({ x: Number.NaN, y: 0 })
    source.next(stream[1]!)
    expect(steps).toBe(1)
    expect(String(failure)).toMatch(/input.*event 2 was rejected in phase input/)
  })

  it('leaves nothing behind when the last subscriber goes, and goes on learning when one comes back', () => {
    const source = new Subject<Pair>()
    const { hidden, training } = model(source)
    const first = training.subscribe()
    const tapped = hidden.subscribe()
    source.next(stream[0]!)
    first.unsubscribe()
    expect(source.observed).toBe(true)
    tapped.unsubscribe()
    expect(source.observed).toBe(false)
    source.next(stream[1]!)
    const steps: number[] = []
    training.subscribe((step) => steps.push(step.step))
    source.next(stream[2]!)
    expect(steps).toEqual([2])
  })

  it('says nothing more to a subscriber that leaves from inside a step', () => {
    const source = new Subject<Pair>()
    const { training } = model(source)
    const steps: number[] = []
    training.pipe(take(3)).subscribe((step) => steps.push(step.step))
    for (const event of stream) source.next(event)
    expect(steps).toEqual([1, 2, 3])
    expect(source.observed).toBe(false)
  })

  it('stops a synchronous source from inside the first step', () => {
    const source = from(stream)
    const x = input(source, { shape: [1], select: (e) => e.x })
    const loss = squaredError(x.pipe(linear(1, 1)), input(source, { shape: [1], select: (e) => e.y }))
    const steps: number[] = []
    loss.pipe(minimize(sgd({ learningRate: 0.1 })), take(1)).subscribe((step) => steps.push(step.step))
    expect(steps).toEqual([1])
  })

  it('conserves events: opened = committed + observed + rejected + skipped', () => {
    const source = new Subject<Pair>()
    const { training } = model(source)
    training.subscribe()
    for (const event of stream) source.next(event)
    source.next({ x: Number.NaN, y: 1 })
    source.next(null as never)
    const { opened, committed, observed, rejected, skipped } = training.counters
    expect({ opened, committed, observed, rejected, skipped }).toEqual({
      opened: 22, committed: 20, observed: 0, rejected: 2, skipped: 0,
    })
  })
})

describe('sources', () => {
  it('lets taps attached in one go all see the first event of a cold source', async () => {
    const source = from([1, 2, 3])
    const x = input(source, { shape: [] })
    const doubled = mul(x, 2)
    const log: string[] = []
    x.subscribe((value) => log.push(`x ${value.item()}`))
    doubled.subscribe((value) => log.push(`2x ${value.item()}`))
    await Promise.resolve()
    expect(log).toEqual(['x 1', '2x 2', 'x 2', '2x 4', 'x 3', '2x 6'])
  })

  it('pulls an async iterable one event at a time, the next one after the last was committed', async () => {
    const pulled: number[] = []
    const committed: number[] = []
    async function* numbers(): AsyncGenerator<Pair> {
      for (const event of stream.slice(0, 5)) {
        pulled.push(committed.length)
        yield event
      }
    }
    const source = numbers()
    const x = input(source, { shape: [1], select: (e) => e.x })
    const slow = x.pipe(lens({ forward: delay(1), backward: identity, async: true }))
    const loss = squaredError(slow.pipe(linear(1, 1)), input(source, { shape: [1], select: (e) => e.y }))
    await new Promise<void>((resolve) => {
      loss.pipe(minimize(sgd({ learningRate: 0.1 }))).subscribe({
        next: (step) => committed.push(step.step), complete: resolve,
      })
    })
    expect(committed).toEqual([1, 2, 3, 4, 5])
    expect(pulled).toEqual([0, 1, 2, 3, 4])
  })
})

describe('lens', () => {
  it('changes gradients on their way back, and values on their way forward', () => {
    const source = new Subject<number>()
    const x = input(source, { shape: [2], select: (v) => [v, 2 * v] })
    const seen: number[][] = []
    const passed = x.pipe(lens({
      forward: map((v) => tensor([v.data[0]! + 1, v.data[1]! + 1])),
      backward: map((g) => tensor([g.data[0]! * 10, g.data[1]! * 10])),
    }))
    const loss = sum(mul(passed, tensor([1, 2])))
    x.gradient$.subscribe((g) => seen.push([...g.data]))
    passed.subscribe((v) => seen.push([...v.data]))
    loss.pipe(minimize(sgd({ learningRate: 1 }))).subscribe((step) => seen.push([step.loss]))
    source.next(1)
    expect(seen).toEqual([[2, 3], [10, 20], [8]])
  })

  it('with identity on both sides learns the same bits as without, fused and unfused', () => {
    const learn = (cut: boolean, fusion: 'on' | 'off'): unknown => {
      const source = new Subject<Pair>()
      const x = input(source, { shape: [1], select: (e: Pair) => e.x })
      const y = input(source, { shape: [1], select: (e: Pair) => e.y })
      const hidden = x.pipe(linear(1, 3))
      const middle = cut ? hidden.pipe(lens({ forward: identity, backward: identity })) : hidden
      const training = squaredError(middle.pipe(linear(3, 1)), y).pipe(minimize(adam(), { fusion }))
      training.subscribe()
      for (const event of stream) source.next(event)
      return training.snapshot().parameters
    }
    const plain = learn(false, 'on')
    expect(learn(true, 'on')).toEqual(plain)
    expect(learn(true, 'off')).toEqual(plain)
  })

  it('skips the frame when no value comes, counts a gradient that does not come as zero', () => {
    const source = new Subject<Pair>()
    const x = input(source, { shape: [1], select: (e: Pair) => e.x })
    const y = input(source, { shape: [1], select: (e: Pair) => e.y })
    const hidden = x.pipe(linear(1, 1, { name: 'first' }))
    const gate = hidden.pipe(lens({ forward: filter(() => open.forward), backward: filter(() => open.backward) }))
    const open = { forward: true, backward: true }
    const training = squaredError(gate.pipe(linear(1, 1)), y).pipe(minimize(sgd({ learningRate: 0.1 })))
    training.subscribe()
    source.next({ x: 1, y: 1 })
    const before = training.snapshot()
    open.forward = false
    source.next({ x: 2, y: 1 })
    expect(training.snapshot()).toEqual(before)
    expect(training.counters.skipped).toBe(1)
    open.forward = true
    open.backward = false
    source.next({ x: 3, y: 1 })
    const after = training.snapshot()
    expect(after.parameters['first.weight']).toBe(before.parameters['first.weight'])
    expect(after.parameters['linear.weight']).not.toEqual(before.parameters['linear.weight'])
  })

  it('aborts the frame when an operator throws, then goes on', () => {
    const source = new Subject<Pair>()
    const x = input(source, { shape: [1], select: (e: Pair) => e.x })
    const y = input(source, { shape: [1], select: (e: Pair) => e.y })
    const fragile = x.pipe(linear(1, 1), lens({
      forward: tap(() => {
        if (boom) throw new Error('boom')
      }),
      backward: identity,
    }))
    let boom = false
    const training = squaredError(fragile, y).pipe(minimize(sgd({ learningRate: 0.1 })))
    const reasons: string[] = []
    training.rejected$.subscribe(({ node, phase, reason }) => reasons.push(`${node} ${phase} ${reason}`))
    training.subscribe()
    source.next({ x: 1, y: 1 })
    boom = true
    source.next({ x: 1, y: 1 })
    boom = false
    source.next({ x: 1, y: 1 })
    expect(reasons).toEqual(['lens forward threw: boom'])
    expect(training.counters).toMatchObject({ committed: 2, rejected: 1 })
  })

  it.each([
    [undefined, 'undefined'], [null, 'undefined'], [5, 'undefined'], [[[1]], 'undefined'], [tensor([1, 2]), '2'],
  ])('that emits %s rejects the event, and says what it wanted', (bad, shape) => {
    const { reasons, training } = lensing(map((v) => (v.data[0]! > 1 ? bad as never : v)), false)
    expect(reasons).toEqual([
      `lens forward threw: lens: emitted shape [${shape}], wanted [1]. `
      + 'Emit tensors of the shape stated: lens({ forward, backward, shape })',
    ])
    expect(training.counters).toMatchObject({ committed: 2, rejected: 1 })
  })

  it('asynchronous: one that fails later rejects the event under its own name', async () => {
    const late = concatMap((v: Tensor<[1]>) => of(v).pipe(delay(1), map(() => {
      if (v.data[0]! > 1) throw new Error('late')
      return v
    })))
    const { reasons, training, ended } = lensing(late, true)
    await ended
    expect(reasons).toEqual(['lens forward threw: late'])
    expect(training.counters).toMatchObject({ committed: 2, rejected: 1 })
  })

  it('asynchronous: parks the frame, queues events, and learns the same bits as a synchronous one', async () => {
    const learn = async (async: boolean): Promise<unknown> => {
      const source = new Subject<Pair>()
      const x = input(source, { shape: [1], select: (e: Pair) => e.x })
      const y = input(source, { shape: [1], select: (e: Pair) => e.y })
      const wait = async
        ? lens<[3]>({ forward: concatMap((v) => of(v).pipe(delay(1))), backward: delay(1), async })
        : lens<[3]>({ forward: identity, backward: identity })
      const training = squaredError(x.pipe(linear(1, 3), wait, linear(3, 1)), y).pipe(minimize(adam()))
      await new Promise<void>((resolve) => {
        training.subscribe({ complete: resolve })
        for (const event of stream) source.next(event)
        source.complete()
      })
      expect(training.counters.committed).toBe(stream.length)
      return training.snapshot()
    }
    expect(await learn(true)).toEqual(await learn(false))
  })
})

describe('depth', () => {
  it.each(['on', 'off'] as const)('runs 20,000 nodes in a row without recursion, fusion %s', (fusion) => {
    const source = new Subject<number>()
    const x = input(source, { shape: [] })
    let node = mul(x, 1)
    for (let i = 0; i < 20_000; i++) node = add(node, 1)
    const gradients: number[] = []
    const losses: number[] = []
    const loss = add(node, mul(parameter(scalar(0)), x))
    x.gradient$.subscribe((g) => gradients.push(g.item()))
    loss.pipe(minimize(sgd({ learningRate: 0 }), { fusion })).subscribe((step) => losses.push(step.loss))
    source.next(1)
    expect(losses[0]).toBeCloseTo(20_001, 0)
    expect(gradients).toHaveLength(1)
    expect(gradients[0]).toBe(1)
  })
})
