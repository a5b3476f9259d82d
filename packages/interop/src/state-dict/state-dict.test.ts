import { readFileSync } from 'node:fs'
import { type AnyNode, input, minimize, type Node, predictor, type Training } from '@eddy/graph'
import {
  concat, conv2d, crossEntropy, dense, embedding, gruCell, layerNorm, linear, lstmCell, relu, reshape, squaredError,
  standardize, sum, tanh,
} from '@eddy/nodes'
import { boolean, categorical, features, type Learner, learner, numeric } from '@eddy/online'
import { adagrad, adam, digest, sgd } from '@eddy/optim'
import { rng, type Shape, Tensor } from '@eddy/tensor'
import fc from 'fast-check'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { FormatError, StateDictError } from '../errors.ts'
import { readSafetensors } from '../safetensors/read-safetensors.ts'
import { writeSafetensors } from '../safetensors/write-safetensors.ts'
import type { LoadOptions } from './from-state-dict.ts'
import { toStateDict } from './to-state-dict.ts'
import { warmStart } from './warm-start.ts'

const fixtures = new URL('../../../../test/fixtures/interop/', import.meta.url)
const torch = readSafetensors(Uint8Array.from(readFileSync(new URL('torch-state-dict.safetensors', fixtures))))
const answers = JSON.parse(readFileSync(new URL('torch-answers.json', fixtures), 'utf8')) as Readonly<
  Record<string, { readonly x: number[]; readonly h: number[]; readonly c: number[]; readonly y: number[] }>
>

/** The state dict of one module of PyTorch, with or without its name in front. */
function torchFile(module: string, keepsName: boolean): Uint8Array {
  return writeSafetensors([...torch.tensors].filter(([name]) => name.startsWith(`${module}.`)).map(([name, tensor]) => (
    [keepsName ? name : name.slice(module.length + 1), tensor] as const
  )))
}

interface Event {
  readonly x: readonly number[]
  readonly h: readonly number[]
  readonly c: readonly number[]
}

interface Model {
  readonly training: Training
  readonly node: AnyNode
}

const any = (node: unknown): AnyNode => node as AnyNode

/** A training of whatever is built from x, h and c. */
function modelOf(
  shapes: readonly Shape[], build: (...inputs: never[]) => unknown, dtype: 'f32' | 'f64' = 'f32',
): Model {
  const events$ = new Subject<Event>()
  const keys = ['x', 'h', 'c'] as const
  const inputs = shapes.map((shape, k) => input(events$, {
    shape: shape as number[], name: keys[k]!, select: (e) => e[keys[k]!] as number[],
  }))
  const node = any(build(...inputs as never[]))
  const target = input(events$, { shape: node.shape as number[], name: 'y', select: () => new Float64Array(1) })
  const loss = squaredError()(node as never, target as never)
  return { node, training: loss.pipe(minimize(adam({ learningRate: 0.01 }), { dtype, seed: 3 })) }
}

const pipe = (x: unknown, ...layers: readonly unknown[]): AnyNode => (
  layers.reduce<AnyNode>((node, layer) => (layer as (x: AnyNode) => AnyNode)(node), any(x))
)

const modules: readonly (readonly [
  name: string, shapes: readonly Shape[], build: (...inputs: never[]) => unknown, keepsName: boolean,
  map: NonNullable<LoadOptions['map']>,
])[] = [
  ['mlp', [[4]], (x) => pipe(x, linear(4, 5), relu(), layerNorm(5), linear(5, 3), tanh()), false, 'sequential'],
  ['conv', [[1, 4, 4]], (x) => pipe(x, conv2d(1, 2, 3, { padding: 1, stride: 2 }), relu(), reshape([8]), linear(8, 2)),
    false, 'sequential'],
  ['gru', [[3], [4]], (x, h) => gruCell(3, 4)(x, h), true, { linear: 'gru', linear_1: 'gru' }],
  ['gru', [[3], [4]], (x, h) => gruCell(3, 4, { name: 'cell' })(x, h), true, { cell: 'gru' }],
  ['lstm', [[3], [2], [2]], (x, h, c) => {
    const next = lstmCell(3, 2)(x, { h, c })
    return concat([next.h, next.c] as never)
  }, true, { linear: 'lstm', linear_1: 'lstm' }],
  ['table', [[3]], (x) => pipe(x, embedding(6, 3), reshape([9])), true, { embedding: 'table' }],
  ['norm', [[4]], (x) => pipe(x, standardize()), true, { standardize: 'norm' }],
]

describe('warmStart(training, a state dict of PyTorch, { map })', () => {
  it.each(modules)('answers as PyTorch does: %s', (name, shapes, build, keepsName, map) => {
    const { training, node } = modelOf(shapes, build)
    const { x, h, c, y } = answers[name]!
    const before = digest(training.snapshot())
    const { kept, unused, loaded } = warmStart(training, torchFile(name, keepsName), { map })
    expect(digest(training.snapshot())).not.toBe(before)
    expect([kept, unused]).toEqual([[], []])
    expect(loaded.length).toBe([...torch.tensors.keys()].filter((key) => key.startsWith(`${name}.`)).length)
    const got = predictor(node)({ x, h: h ?? [], c: c ?? [] })
    expect(got.size).toBe(y.length)
    got.data.forEach((value, k) => {
      expect(Math.abs(value - y[k]!) / Math.max(1, Math.abs(y[k]!))).toBeLessThanOrEqual(2e-6)
    })
  })

  it.each(modules)('is undone by toStateDict, bit for bit: %s', (name, shapes, build, keepsName, map) => {
    const { training } = modelOf(shapes, build)
    const file = torchFile(name, keepsName)
    warmStart(training, file, { map })
    const wanted = readSafetensors(file).tensors
    const { tensors, metadata } = toStateDict(training, { map })
    expect(metadata.get('format')).toBe('pt')
    expect([...tensors.keys()].sort()).toEqual([...wanted.keys()].sort())
    for (const [key, tensor] of tensors) {
      const { shape, data } = wanted.get(key)!
      expect(tensor.shape, key).toEqual(shape)
      // A variance was multiplied by the count and divided by it again.
      tensor.data.forEach((value, k) => {
        if (key.endsWith('running_var')) expect(Math.abs(value / data[k]! - 1), key).toBeLessThanOrEqual(2 ** -51)
        else expect(value, key).toBe(data[k])
      })
    }
  })

  it('gives PyTorch a table of pairs as [out, in], and takes it back so', () => {
    const events$ = new Subject<object>()
    const pairs = input(events$, { shape: [3], pairs: 2, name: 'x', select: () => ({ indices: [1], values: [2] }) })
    const node = any(pairs.pipe(dense(3, { name: 'fc' })))
    const loss = sum(node as never)
    const make = (): Training => loss.pipe(minimize(sgd({ learningRate: 0.1 })))
    const training = make()
    const rows = Tensor.of<Shape>([3, 3], Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9))
    const bias = Tensor.of<Shape>([3], Float32Array.of(0, 0, 0))
    warmStart(training, writeSafetensors({ '0.weight': rows, '0.bias': bias }), { map: { fc: '0' } })
    expect(predictor(node)({}).toArray()).toEqual([4, 10, 16])
    expect(toStateDict(training, { map: { fc: '0' } }).tensors.get('0.weight')!.equals(rows)).toBe(true)
    expect(toStateDict(node).tensors.get('fc.weight')!.toArray()).toEqual([[1, 4, 7], [2, 5, 8], [3, 6, 9]])
  })
})

describe('warmStart(training, bytes) refuses, and changes nothing:', () => {
  const tensor = (...shape: number[]): Tensor =>
    Tensor.of<Shape>(shape, new Float32Array(shape.reduce((a, b) => a * b, 1)))
  const good = { 'linear.weight': tensor(3, 2), 'linear.bias': tensor(3) }
  it.each([
    ['another shape', { ...good, 'linear.weight': tensor(2, 3) }, {},
      /^linear.weight: "linear.weight" has the shape \[2, 3\], wanted \[3, 2\]/],
    ['a missing tensor', { 'linear.weight': tensor(3, 2) }, {},
      /^linear.bias: is not in the file, where it would be called "linear.bias"/],
    ['a tensor that nobody wants', { ...good, extra: tensor(1) }, {},
      /^extra: is in the file, and no parameter is called so/],
    ['names of PyTorch without a map', { '0.weight': tensor(3, 2), '0.bias': tensor(3) }, {},
      /would be called "linear.weight"/],
    ['a number that is not finite', { ...good, 'linear.bias': Tensor.of<Shape>([3], Float32Array.of(0, NaN, 0)) }, {},
      /element 1 of "linear.bias" is NaN/],
    ['a number that overflows', { ...good, 'linear.bias': Tensor.of<Shape>([3], Float64Array.of(0, 0, 1e300)) }, {},
      /element 2 .* is 1e\+300, wanted a finite number in f32/],
    ['two leaves of one name', good, { map: () => 'same' }, /would both be called same/],
  ] as const)('%s', (_, tensors, options, message) => {
    const { training } = modelOf([[2]], (x) => pipe(x, linear(2, 3)))
    const before = digest(training.snapshot())
    const load = (): unknown => warmStart(training, writeSafetensors(tensors), options)
    expect(load).toThrow(StateDictError)
    expect(load).toThrow(message)
    expect(digest(training.snapshot())).toBe(before)
  })

  it('bytes that are no such file', () => {
    const { training } = modelOf([[2]], (x) => pipe(x, linear(2, 3)))
    expect(() => warmStart(training, Uint8Array.of(1, 2, 3))).toThrow(FormatError)
  })

  it("layers that are no chain, for 'sequential'", () => {
    const { training } = modelOf([[2], [2]], (x, h) => pipe(concat([x, h] as never), linear(4, 1)))
    const names = (): unknown => toStateDict(training, { map: 'sequential' })
    expect(names).toThrow(/^concat: it has 2 inputs, so the layers are no chain/)
  })

  it('with { strict: false } takes what fits and says what it left', () => {
    const { training } = modelOf([[2]], (x) => pipe(x, linear(2, 3), linear(3, 1)))
    const { loaded, kept, unused } = warmStart(training, writeSafetensors({ ...good, extra: tensor(1) }),
      { strict: false })
    expect(loaded).toEqual(['linear.weight', 'linear.bias'])
    expect(kept).toEqual(['linear_1.weight', 'linear_1.bias'])
    expect(unused).toEqual(['extra'])
  })
})

interface Row {
  readonly size: number
  readonly kind: string
  readonly flag: boolean
  readonly label: string
}

function rows(count: number, from = 0): Row[] {
  return Array.from({ length: count }, (_, k) => {
    const key = rng(9, 'row', from + k)
    const kind = ['a', 'b', '__proto__', ''][Math.floor(key.uniform(1) * 4)]!
    const label = key.uniform(0) > 0.5 ? 'big' : 'small'
    return { size: key.uniform(0) * 100, kind, flag: key.uniform(2) < 0.5, label }
  })
}

/** A learner of two classes, which have names beforehand or are met on the way. */
function rowLearner(
  optimizer: 'adam' | 'adagrad', isOpen: boolean, seed: number,
): Learner<Row, { readonly label: unknown }> {
  return learner<Row>({
    features: features({ size: numeric(), kind: categorical(), flag: boolean() }), target: 'label', seed,
    loss: crossEntropy(),
    optimizer: optimizer === 'adam' ? adam({ learningRate: 0.02 }) : adagrad({ learningRate: 0.1 }),
    model: (m: Node<[number]>, outputs: number) => m.pipe(dense(6), relu(), dense(outputs)),
    classes: isOpen ? 'open' : ['small', 'big'],
  } as never) as never
}

describe('warmStart(learner, its own file)', () => {
  const kinds = [['adam', false], ['adagrad', false], ['adam', true]] as const
  it.each(kinds)('predicts and learns on with the same names: %s, open classes %s', (optimizer, classes) => {
    const first = rowLearner(optimizer, classes, 1)
    for (const row of rows(200)) first.learnOne(row)
    const { tensors, metadata } = toStateDict(first)
    const second = rowLearner(optimizer, classes, 2)
    const { kept, unused } = warmStart(second, writeSafetensors(tensors, { metadata }))
    expect([kept, unused]).toEqual([[], []])
    for (const row of rows(50, 200)) expect(second.predictOne(row)).toEqual(first.predictOne(row))
    expect(second.snapshot().names).toEqual(first.snapshot().names)
    for (const row of [...rows(20, 300), { size: 1, kind: 'new', flag: true, label: 'big' }]) second.learnOne(row)
    expect(second.counters.learned).toBe(21)
    expect(second.snapshot().names.length).toBe(first.snapshot().names.length + 1)
  })

  it('is refused by a learner that knows other names, or whose file is damaged', () => {
    const first = rowLearner('adam', false, 1)
    for (const row of rows(50)) first.learnOne(row)
    const { tensors, metadata } = toStateDict(first)
    const other = rowLearner('adam', false, 1)
    other.learnOne({ size: 1, kind: 'x', flag: false, label: 'big' })
    const file = writeSafetensors(tensors, { metadata })
    expect(() => warmStart(other, file)).toThrow(/features: has 3 names of features, the file/)
    const fresh = rowLearner('adam', false, 1)
    const before = digest(fresh.snapshot())
    for (const names of ['', '{}', '[1]', '[["a", 1, true]]',
      JSON.stringify(JSON.parse(metadata.get('eddy.names')!).slice(1))]) {
      const bytes = writeSafetensors(tensors, { metadata: { 'eddy.names': names } })
      expect(() => warmStart(fresh, bytes), names).toThrow()
      expect(digest(fresh.snapshot())).toBe(before)
    }
  })
})

describe('the scale of labels that a learner has standardised', () => {
  const amounts = (standardizeTarget: boolean) => learner({
    features: features({ x: numeric() }), target: 'y', model: (m) => m.pipe(dense(1)), loss: squaredError(),
    optimizer: adagrad({ learningRate: 0.1 }), standardizeTarget,
  })
  const first = amounts(true)
  for (let x = 0; x < 50; x++) first.learnOne({ x: x % 7, y: 250_000 + 40_000 * (x % 7) })
  const { tensors, metadata } = toStateDict(first)

  it('comes with the weights, so that another learner predicts and learns the same amounts', () => {
    const second = amounts(true)
    warmStart(second, writeSafetensors(tensors, { metadata }))
    for (let x = 0; x < 9; x++) expect(second.predictOne({ x })).toBe(first.predictOne({ x }))
    expect(second.snapshot().memories).toEqual(first.snapshot().memories)
    expect(second.learnOne({ x: 3, y: 370_000 }).prediction).toBeCloseTo(370_000, -5)
    const bare = warmStart(amounts(true), writeSafetensors(tensors, { metadata: {
      'eddy.names': metadata.get('eddy.names')!,
    } }))
    expect(bare.kept).toEqual([])
    expect(toStateDict(first, { map: 'sequential' }).metadata.get('eddy.label-scale')).toMatch(/^\[50,\d+(\.\d+)?,/)
  })

  it('is refused by a learner that takes labels as they are, and where it is damaged', () => {
    expect(() => warmStart(amounts(false), writeSafetensors(tensors, { metadata }))).toThrow(
      /eddy\.label-scale: says what the outputs of the file mean.*standardizeTarget: true/s,
    )
    for (const wrong of ['', '{}', '[1,2]', '[1,2,3,4]', '[-1,0,0]', '[2,"a",1]', '[2,0,-1]', '[1.5,0,1]', '[0,1,1]']) {
      const damaged = writeSafetensors(tensors, { metadata: new Map([...metadata, ['eddy.label-scale', wrong]]) })
      expect(() => warmStart(amounts(true), damaged), wrong).toThrow(/eddy\.label-scale|standardizeTarget/)
    }
  })
})

describe('toStateDict(training)', () => {
  it('written and read again is the same state, whatever the bits', () => {
    fc.assert(fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 }),
      { minLength: 8, maxLength: 8 }), (numbers) => {
      const { training } = modelOf([[2]], (x) => pipe(x, linear(2, 2), linear(2, 1, { bias: false })), 'f64')
      const value = (shape: number[], from: number): Tensor => (
        Tensor.of<Shape>(shape, Float64Array.from(numbers.slice(from, from + shape.reduce((a, b) => a * b, 1))))
      )
      const given = { 'linear.weight': value([2, 2], 0), 'linear.bias': value([2], 4),
        'linear_1.weight': value([1, 2], 6) }
      warmStart(training, writeSafetensors(given))
      const { tensors } = toStateDict(training)
      for (const [name, tensor] of Object.entries(given)) expect(tensors.get(name)!.equals(tensor)).toBe(true)
    }), { numRuns: 50, seed: 4 })
  })
})
