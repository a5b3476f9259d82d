import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  apply, constant, frozen, type Fusion, input, type Layer, minimize, type Node, parameter, type Training,
} from '@eddy/graph'
import {
  add, concat, embedding, linear, lstmCell, mul, neg, recurrent, rnnCell, softplus, square, squaredError,
  stopGradient, sum, tanh,
} from '@eddy/nodes'
import { adam, sgd } from '@eddy/optim'
import { scalar, type Shape, tensor } from '@eddy/tensor'

type Any = Node<Shape>
interface Event {
  readonly x: readonly number[]
  readonly y: number
}

const events: readonly Event[] = Array.from({ length: 40 }, (_, k) => (
  { x: [Math.sin(k), Math.cos(3 * k), 0.1 * k - 2], y: Math.sin(5 * k) }
))
const wide = { dtype: 'f64' } as const

interface Chain {
  readonly source: Subject<Event>
  readonly training: Training
  /** Losses, then gradients of what comes before the layer and behind it. */
  readonly seen: number[][]
}

/** x -> first -> middle -> head, and a loss; `wrap` is put around the layer in the middle. */
function chain(wrap: (layer: Layer<[4], [5]>) => Layer<[4], [5]>, fusion: Fusion = 'on'): Chain {
  const source = new Subject<Event>()
  const x = input(source, { shape: [3], select: (event) => event.x })
  const y = input(source, { shape: [1], select: (event) => event.y })
  const first = x.pipe(linear(3, 4, { name: 'first' }), tanh())
  const inner = first.pipe(wrap(linear(4, 5, { name: 'middle' })))
  const loss = squaredError(inner.pipe(tanh(), linear(5, 1, { name: 'head' })), y) as Node<[]>
  const training = loss.pipe(minimize(adam({ learningRate: 0.01 }), { ...wide, seed: 3, fusion }))
  const seen: number[][] = [[], [], []]
  training.subscribe((step) => seen[0]!.push(step.loss))
  first.gradient$.subscribe((gradient) => seen[1]!.push(...gradient.data))
  inner.gradient$.subscribe((gradient) => seen[2]!.push(...gradient.data))
  return { source, training, seen }
}

describe('a generator and a critic, two losses with an optimizer each', () => {
  it('learn like the formulas by hand', () => {
    const source = new Subject<{ real: number; noise: number }>()
    const real = input(source, { shape: [1], select: (event) => event.real })
    const noise = input(source, { shape: [1], select: (event) => event.noise })
    const start = (value: number) => ({ weight: tensor([[value]], [1, 1], 'f64'), bias: tensor([0.1], [1], 'f64') })
    const generator = linear(1, 1, start(0.5))
    const critic = linear(1, 1, start(-0.3))
    const fake = noise.pipe(generator)
    const rises = (score: Any): Node<[]> => sum(softplus()(score)) as Node<[]>
    const teach = add(rises(neg(critic(real))), rises(critic(stopGradient(fake)))) as Node<[]>
    const fool = rises(neg(frozen(critic)(fake)))
    const losses: number[][] = []
    const teaching = teach.pipe(minimize(sgd({ learningRate: 0.1 }), wide))
    const fooling = fool.pipe(minimize(sgd({ learningRate: 0.02 }), wide))
    teaching.subscribe(({ loss, step }) => (losses[step - 1] = [loss]))
    fooling.subscribe(({ loss, step }) => losses[step - 1]!.push(loss))

    let [w, c, a, b] = [0.5, 0.1, -0.3, 0.1]
    const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v))
    const wanted: number[][] = []
    for (let k = 0; k < 40; k++) {
      const event = { real: 2 + Math.sin(k), noise: Math.cos(2 * k) }
      source.next(event)
      const g = w * event.noise + c
      const [onReal, onFake] = [a * event.real + b, a * g + b]
      wanted.push([Math.log1p(Math.exp(-onReal)) + Math.log1p(Math.exp(onFake)), Math.log1p(Math.exp(-onFake))])
      const [up, down, back] = [-sigmoid(-onReal), sigmoid(onFake), -sigmoid(-onFake) * a]
      ;[w, c] = [w - 0.02 * back * event.noise, c - 0.02 * back]
      ;[a, b] = [a - 0.1 * (up * event.real + down * g), b - 0.1 * (up + down)]
    }
    expect(losses.flat()).toEqual(wanted.flat().map((value) => expect.closeTo(value, 12)))
    const { parameters, slots } = fooling.snapshot()
    const learned = Object.values(parameters).map((value) => value.item())
    expect(learned.sort()).toEqual([w, c, a, b].sort().map((value) => expect.closeTo(value, 12)))
    expect(slots).toEqual({})
  })

  it('each has its own step and schedule, and a state of both goes back exactly', () => {
    const build = (): { source: Subject<Event>; trainings: Training[] } => {
      const source = new Subject<Event>()
      const x = input(source, { shape: [3], select: (event) => event.x })
      const [generator, critic] = [linear(3, 3, { name: 'generator' }), linear(3, 1, { name: 'critic' })]
      const fake = x.pipe(generator)
      const teach = sum(add(softplus()(critic(x)), softplus()(neg(critic(stopGradient(fake))))))
      const trainings = [teach, sum(softplus()(frozen(critic)(fake)))].map((loss, k) => (
        (loss as Node<[]>).pipe(minimize(adam({ learningRate: k === 0 ? 0.01 : 0.001 }), wide))
      ))
      for (const training of trainings) training.subscribe()
      return { source, trainings }
    }
    const [one, two] = [build(), build()]
    for (const event of events.slice(0, 20)) one.source.next(event)
    two.trainings.forEach((training, k) => training.restore(one.trainings[k]!.snapshot()))
    for (const event of events.slice(20)) for (const { source } of [one, two]) source.next(event)
    expect(two.trainings.map((training) => training.snapshot())).toEqual(one.trainings.map((each) => each.snapshot()))
    expect(one.trainings.map((training) => training.snapshot().step)).toEqual([40, 40])
  })
})

describe('frozen(layer)', () => {
  it.each(['on', 'off'] as const)('keeps every bit, and all else learns as around constants: fusion %s', (fusion) => {
    const tuned = chain(frozen, fusion)
    const before = tuned.training.snapshot()
    const { parameters } = before
    const reference = chain((layer) => (h) => {
      const values = ['weight', 'bias'].map((role) => constant(parameters[`middle.${role}`]!))
      return apply(layer(h).rule as never, [h as Node<[4]>, ...values], null)
    })
    for (const event of events) for (const { source } of [tuned, reference]) source.next(event)
    expect(tuned.seen).toEqual(reference.seen)
    const after = tuned.training.snapshot()
    for (const name of ['middle.weight', 'middle.bias']) {
      expect(after.parameters[name]).toBe(parameters[name])
      expect(after.slots[name]).toEqual(before.slots[name])
    }
    expect(after.parameters).toMatchObject(reference.training.snapshot().parameters)
    expect(after.parameters['first.weight']).not.toEqual(parameters['first.weight'])
  })

  it('learned before and thawed later: what its optimizer remembers waits for it', () => {
    const source = new Subject<Event>()
    const x = input(source, { shape: [3], select: (event) => event.x })
    const y = input(source, { shape: [1], select: (event) => event.y })
    const [encoder, head] = [linear(3, 4, { name: 'encoder' }), linear(4, 1, { name: 'head' })]
    const [whole, tuned] = [encoder, frozen(encoder)].map((layer) => (
      (squaredError(x.pipe(layer, tanh(), head), y) as Node<[]>).pipe(minimize(adam(), wide))
    )) as [Training, Training]
    const states = [whole, tuned, whole].map((training, k) => {
      const subscription = training.subscribe()
      for (const event of events.slice(10 * k, 10 * k + 10)) source.next(event)
      subscription.unsubscribe()
      return whole.snapshot()
    })
    const of = (what: 'parameters' | 'slots', name: string): unknown[] => states.map((state) => state[what][name])
    for (const name of ['encoder.weight', 'encoder.bias']) {
      for (const what of ['parameters', 'slots'] as const) {
        const [early, meanwhile, late] = of(what, name)
        expect(meanwhile).toEqual(early)
        expect(late).not.toEqual(early)
      }
    }
    const [early, meanwhile] = of('parameters', 'head.weight')
    expect(meanwhile).not.toEqual(early)
  })

  it('a watched parameter of its own has a gradient of zeros; what it is applied to may be a parameter', () => {
    const source = new Subject<number>()
    const [prompt, own] = [parameter(scalar(2, 'f64')), parameter(scalar(3, 'f64'))]
    const doubled = mul(own, 2) as Node<[]>
    // Twice in a row, so that the second gets a node that depends on parameters alone.
    const layer = frozen((h: Node<[]>) => mul(mul(h, own), doubled) as Node<[]>)
    const loss = mul(layer(layer(prompt)), input(source, { shape: [] })) as Node<[]>
    const gradients: [string, number][] = []
    for (const [name, node] of Object.entries({ prompt, own, doubled })) {
      node.gradient$.subscribe((gradient) => gradients.push([name, gradient.item()]))
    }
    loss.pipe(minimize(sgd({ learningRate: 0.001 }), wide)).subscribe()
    source.next(5)
    expect(Object.fromEntries(gradients)).toEqual({ prompt: 5 * 18 ** 2, own: 0, doubled: 0 })
    expect([prompt.value!.item(), own.value!.item()]).toEqual([2 - 0.001 * 5 * 18 ** 2, 3])
  })

  it('functions of several nodes: parameters in lists and in states of cells are what it is applied to', () => {
    const source = new Subject<number>()
    const x = input(source, { shape: [1] })
    const [h, c] = [parameter(tensor([0.1]), { name: 'h' }), parameter(tensor([0.2]), { name: 'c' })]
    const cell = lstmCell(1, 1, { name: 'cell' })
    const both = frozen((nodes: readonly Any[]) => concat(nodes.map((node) => mul(node, parameter(tensor([2]))))))
    const training = (sum(both([frozen(cell)(x, { h, c }).h, h])) as Node<[]>).pipe(minimize(sgd({ learningRate: 1 })))
    const before = training.snapshot().parameters
    training.subscribe()
    source.next(1)
    const after = training.snapshot().parameters
    const moved = Object.keys(after).filter((name) => after[name] !== before[name])
    expect(moved.sort()).toEqual(['c', 'h'])
  })

  it('what goes on in it goes on: the state of a recurrent layer', () => {
    const source = new Subject<number>()
    const layer = recurrent(rnnCell(1, 2), { truncate: 3 })
    const loss = (node: Any): Node<[]> => sum(square(node)) as Node<[]>
    const hidden = input(source, { shape: [1] }).pipe(frozen(layer))
    const training = loss(mul(hidden, parameter(scalar(1)))).pipe(minimize(sgd({ learningRate: 0.01 })))
    const states: string[] = []
    training.subscribe(() => states.push(Object.values(training.snapshot().buffers).join()))
    for (const value of [1, 2, 3, 4]) source.next(value)
    expect(new Set(states).size).toBe(4)
  })

  it('an index outside a frozen table is told as ever, and only what is frozen is', () => {
    const source = new Subject<number>()
    const index = input(source, { shape: [] })
    const rejections: string[] = []
    const [table, learned] = [embedding(3, 2, { name: 'table' }), embedding(9, 2, { name: 'learned' })]
    const training = (sum(mul(frozen(table)(index), learned(index))) as Node<[]>)
      .pipe(minimize(sgd({ learningRate: 0.1 }), { onReject: 'continue' }))
    training.rejected$.subscribe(({ reason }) => rejections.push(reason))
    training.subscribe()
    const before = training.snapshot().parameters
    for (const event of [0, 7, 2]) source.next(event)
    const after = training.snapshot().parameters
    expect(rejections).toEqual([expect.stringMatching(/^index 7 is outside the table/)])
    expect([after['table.weight'] === before['table.weight'], after['learned.weight'] === before['learned.weight']])
      .toEqual([true, false])
  })

  it('inside another one, all of the outer one is frozen; a layer that throws leaves nothing frozen behind', () => {
    const source = new Subject<number>()
    const x = input(source, { shape: [1] })
    const [inner, outer, after] = ['inner', 'outer', 'after'].map((name) => linear(1, 1, { name })) as
      [Layer<[1], [1]>, Layer<[1], [1]>, Layer<[1], [1]>]
    expect(() => frozen(() => {
      throw new Error('no layer')
    })()).toThrow('no layer')
    const training = (sum(x.pipe(frozen((h: Node<[1]>) => h.pipe(frozen(inner), outer)), after)) as Node<[]>)
      .pipe(minimize(sgd({ learningRate: 0.1 })))
    const before = training.snapshot().parameters
    training.subscribe()
    source.next(1)
    const now = training.snapshot().parameters
    expect(Object.keys(now).filter((name) => now[name] !== before[name])).toEqual(['after.weight', 'after.bias'])
  })

  it.each([undefined, null, 'encoder', {}])('frozen(%s) says what it wants', (layer) => {
    expect(() => frozen(layer as never)).toThrow(/^frozen: got \w+, wanted a layer\. For example/)
  })
})
