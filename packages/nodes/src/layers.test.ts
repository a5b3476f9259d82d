import { type AnyNode, constant as constantNode, GraphError, input, Leaf, Node } from '@eddy/graph'
import { constant, type Shape, ShapeError, Tensor, tensor, ValueError, zeros } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import {
  add, bias, concat, dense, densify, dropout, embedding, layerNorm, linear, matmul, mean, relu, reshape, slice,
  softmax, sparseLinear, standardize, stopGradient, sum,
} from './index.ts'
import { evaluate, leafOf, pairsLeaf } from './testing/evaluate.ts'

const value = <const N extends number[]>(...data: N) => constantNode(tensor([...data], [data.length as N['length']]))
const leaves = (node: AnyNode): readonly Leaf[] => node.inputs.filter((each) => each instanceof Leaf)

/** An event source that never emits: enough to give nodes a graph and names. */
const silent = (): AsyncIterable<never> => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) })

/** What plain JavaScript can write: the same program without types. */
const untyped = (x: AnyNode, ...layers: readonly unknown[]): AnyNode =>
  layers.reduce<AnyNode>((node, layer) => (layer as (x: AnyNode) => AnyNode)(node), x)

describe('linear(in, out)', () => {
  it('throws a ShapeError that names both layers when the sizes differ', () => {
    const run = (): unknown => untyped(value(1, 2), linear(2, 8), linear(9, 1))
    expect(run).toThrow(ShapeError)
    expect(run).toThrow(/linear\(9, 1\) after linear\(2, 8\) -> \[8\].*got \[8\].*wanted \[\.\., 9\].*linear\(8, 1\)/)
  })

  it('throws a GraphError naming the layer when the gradient path is cut', () => {
    const plain = { subscribe: () => {} }
    expect(() => linear(2, 1)(plain as never)).toThrow(GraphError)
    expect(() => linear(2, 1)(plain as never)).toThrow(/linear\(2, 1\)/)
  })

  it('applied twice shares its parameters; written twice does not', () => {
    const layer = linear(2, 2)
    const [a, b] = [layer(value(1, 2)), layer(value(3, 4))]
    expect(leaves(a)).toEqual(leaves(b))
    expect(leaves(linear(2, 2)(value(1, 2)))[0]).not.toBe(leaves(a)[0])
  })

  it('names its parameters after itself, or after the name it was given', () => {
    const x = input(silent(), { shape: [2] })
    const names = x.pipe(linear(2, 3), linear(3, 3), linear(3, 1, { name: 'head', bias: false }))
    const all = [names, names.inputs[0]!, names.inputs[0]!.inputs[0]!].flatMap((node) => leaves(node))
    expect(all.map((leaf) => leaf.name)).toEqual([
      'head.weight', 'linear_1.weight', 'linear_1.bias', 'linear.weight', 'linear.bias',
    ])
  })

  it('starts from a tensor, or from an initializer, and rejects a tensor of another shape', () => {
    const node = value(1, 2).pipe(linear(2, 1, { weight: constant(3), bias: tensor([0.25]) }))
    expect(Array.from(evaluate(node).value)).toEqual([9.25])
    expect(() => linear(2, 1, { weight: tensor([[1], [2]]) as never })).toThrow(/linear\(2, 1\).*\[2, 1\].*\[1, 2\]/)
  })

  it('works on the last axis of [.., in]', () => {
    const x = constantNode(tensor([[[1, 2]], [[3, 4]]])) as AnyNode
    const node = untyped(x, linear(2, 1, { weight: tensor([[1, 10]]), bias: false }))
    expect(node.shape).toEqual([2, 1, 1])
    expect(Array.from(evaluate(node).value)).toEqual([21, 43])
  })
})

describe('sparse layers', () => {
  const pairs = pairsLeaf(5, [[3, 2], [0, 1], [3, 0.5]])
  const table = tensor([[1, 10], [2, 20], [3, 30], [4, 40], [5, 50]])

  it('sparseLinear(in, out) equals linear on the densified pairs, in value and gradient', () => {
    const sparse = pairs.pipe(sparseLinear(5, 2, { weight: table, bias: tensor([1, 2]) }))
    const transposed = tensor([[1, 2, 3, 4, 5], [10, 20, 30, 40, 50]])
    const wide = pairs.pipe(densify(), linear(5, 2, { weight: transposed, bias: tensor([1, 2]) }))
    expect(Array.from(evaluate(sparse).value)).toEqual([12, 112])
    expect(evaluate(wide).value).toEqual(evaluate(sparse).value)
    const ofTable = evaluate(sparse).gradients([1, -1]).get(leafOf(sparse, 'weight'))!
    const ofWeight = evaluate(wide).gradients([1, -1]).get(leafOf(wide, 'weight'))!
    expect(Array.from(ofTable, (_, k) => ofWeight[(k % 2) * 5 + (k >> 1)])).toEqual(Array.from(ofTable))
  })

  it('dense layers say what to do about sparse pairs, and the other way round', () => {
    expect(() => untyped(pairs, linear(5, 1))).toThrow(/sparse pairs.*dense\(out\)/)
    expect(() => untyped(pairs, relu())).toThrow(GraphError)
    expect(() => add(pairs, 1)).toThrow(/sparse pairs/)
    expect(() => value(1, 2, 3, 4, 5).pipe(sparseLinear(5, 1))).toThrow(/dense values.*linear\(in, out\)/)
    expect(() => untyped(pairs, sparseLinear(4, 1))).toThrow(ShapeError)
  })

  it('dense(out) grows its table with the axis and draws a new row without looking at the old ones', () => {
    let rows = 3
    const axis = new Node<[number]>({ role: 'input', shape: () => [rows], label: 'named', pairs: 4, options: {} })
    const node = axis.pipe(dense(2))
    const [weight] = leaves(node)
    expect(weight!.initial.shape).toEqual([3, 2])
    expect(weight!.growing!()).toBe(3)
    rows = 4
    expect(weight!.growing!()).toBe(4)
    expect(node.shape).toEqual([2])
  })

  it('dense(out) takes its inputs from the node and keeps them', () => {
    const layer = dense(3)
    expect(leaves(layer(value(1, 2)))[0]!.shape).toEqual([3, 2])
    expect(() => layer(value(1, 2, 3))).toThrow(/applied before.*dense\(3\)/)
    expect(() => untyped(constantNode(tensor(1)), dense(3))).toThrow(/reshape\(\[1\]\)/)
  })
})

describe('standardize()', () => {
  it('uses the statistics of earlier events, in dense and in sparse form', () => {
    const node = value(5, 1).pipe(standardize())
    expect(node.rule!.commit).toBeDefined()
    expect(leaves(node).map((leaf) => [leaf.role, leaf.label, leaf.shape])).toEqual([
      ['buffer', 'mean', [2]], ['buffer', 'm2', [2]], ['buffer', 'count', [2]],
    ])
  })

  it('of sparse pairs standardises the chosen columns and passes the others', () => {
    const node = pairsLeaf(3, [[0, 7], [2, 5]]).pipe(standardize({ columns: (index) => index === 0 }))
    expect(node.pairs).toBeGreaterThan(0)
    const [statistics] = leaves(node)
    const { initial } = statistics!
    if (initial instanceof Tensor) throw new Error('wanted an initializer')
    const sample = initial.initializer.sampler(initial.shape, undefined as never)
    expect(Array.from({ length: 12 }, (_, i) => sample(i))).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    expect(Array.from(evaluate(node.pipe(densify())).value)).toEqual([0, 0, 5])
  })
})

describe('shapes', () => {
  const table = constantNode(tensor([[1, 2, 3], [4, 5, 6]]))

  it.each<[string, () => AnyNode, Shape, readonly number[]]>([
    ['concat along axis 1', () => concat([table, table.pipe(slice(0, 1, { axis: 1 }))], { axis: -1 }), [2, 4],
      [1, 2, 3, 1, 4, 5, 6, 4]],
    ['slice from the end', () => table.pipe(slice(-2, undefined, { axis: 1, step: 1 })), [2, 2], [2, 3, 5, 6]],
    ['slice with a step', () => table.pipe(slice(0, 3, { axis: 1, step: 2 })), [2, 2], [1, 3, 4, 6]],
    ['reshape with -1', () => table.pipe(reshape([3, -1])), [3, 2], [1, 2, 3, 4, 5, 6]],
    ['sum along two axes', () => sum(table, { axis: [0, 1], keepDims: true }), [1, 1], [21]],
    ['mean along axis 0', () => mean(table, { axis: 0 }), [3], [2.5, 3.5, 4.5]],
    ['bias on rows', () => untyped(table, bias(3, { bias: tensor([10, 20, 30]) })), [2, 3], [11, 22, 33, 14, 25, 36]],
    ['embedding of a table', () => constantNode(tensor([[1], [0]])).pipe(embedding(2, 2, { weight: zeros() })),
      [2, 1, 2], [0, 0, 0, 0]],
  ])('%s', (_, make, shape, data) => {
    const node = make()
    expect(node.shape).toEqual(shape)
    expect(Array.from(evaluate(node).value)).toEqual(data)
  })

  it.each<[string, () => unknown, RegExp]>([
    ['add of [2, 3] and [2]', () => add(table, value(1, 2) as AnyNode), /add.*\[2, 3\]/],
    ['concat of [2, 3] and [2]', () => concat([table, value(1, 2)]), /axis 0 only.*\[2\]/],
    ['concat of nothing', () => concat([]), /at least one node/],
    ['matmul of [2, 3] and [2]', () => matmul(table as AnyNode, value(1, 2)), /3 columns meet 2 rows/],
    ['mean along axis 2', () => mean(table, { axis: 2 as number }), /no axis 2.*-2 to 1/],
    ['softmax along axis 5', () => table.pipe(softmax(5)), /softmax\(5\).*no axis|no axis 5/],
    ['reshape to 5 elements', () => table.pipe(reshape([5])), /6 elements do not fill \[5\]/],
    ['layerNorm of 4', () => untyped(table, layerNorm(4)), /layerNorm\(4\).*wanted \[\.\., 4\]/],
    ['bias of 4', () => untyped(table, bias(4)), /bias\(4\)/],
  ])('%s throws a ShapeError that says what fits', (_, make, message) => {
    expect(make).toThrow(ShapeError)
    expect(make).toThrow(message)
  })

  it('impossible options throw a ValueError at once', () => {
    expect(() => dropout(1)).toThrow(ValueError)
    expect(() => slice(0, 2, { step: 0 })).toThrow(/step of at least 1/)
  })
})

describe('stopGradient(x)', () => {
  it('passes the value and no gradient', () => {
    const x = new Leaf('parameter', tensor([1, 2]), {})
    const node = add(stopGradient(x), x)
    expect(Array.from(evaluate(node).value)).toEqual([2, 4])
    expect(Array.from(evaluate(node).gradients([1, 1]).get(x)!)).toEqual([1, 1])
  })
})
