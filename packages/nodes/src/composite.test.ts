import { apply, type Node, parameter } from '@eddy/graph'
import { type Shape, ShapeError, tensor, ValueError } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import { add, mul } from './arithmetic.ts'
import { compositeRecord } from './composite.ts'
import {
  avgPool2d, bmm, concat, conv2d, crossEntropy, cumsum, einsum, embedding, expand, groupNorm, gru, hingeEmbedding,
  lstmCell, maxPool2d, multiMargin, nllLoss, norm, pad, permute, softCrossEntropy, std, topk, transpose, variance,
} from './index.ts'
import { reshape } from './reshape.ts'
import { evaluate, leafOf } from './testing/evaluate.ts'

const leaf = (data: readonly number[], shape: readonly number[] = [data.length]): Node<Shape> =>
  parameter(tensor([...data], [...shape], 'f64'))

describe('compositeRecord({ build })', () => {
  const docs = { summary: 's', formula: 'f', gradient: 'g', shapes: 's' }

  it('sums the gradients of an input that is used several times, through reshapes', () => {
    const record = compositeRecord<null>({
      name: 'made', docs, samples: () => [], build: ([x]) => add(mul(x!, x!), reshape([3])(reshape([1, 3])(x!))),
    })
    const x = leaf([1, 2, -3])
    const { value, gradients } = evaluate(apply(record, [x], null))
    expect([...value]).toEqual([2, 6, 6])
    expect([...gradients([1, 10, 100]).get(x)!]).toEqual([3, 50, -500])
  })

  it('may give back an input as it is, and gives zeros to inputs that are not used', () => {
    const record = compositeRecord<null>({ name: 'first', docs, samples: () => [], build: ([x]) => x! })
    const [x, y] = [leaf([1, 2]), leaf([3])]
    const { value, gradients } = evaluate(apply(record, [x, y], null))
    expect([...value]).toEqual([1, 2])
    const found = gradients([5, 6])
    expect([found.get(x), found.get(y)].map((g) => [...g!])).toEqual([[5, 6], [0]])
  })
})

describe('layers and functions of several operators', () => {
  it('embedding(count, width, { paddingIndex }) gives no gradient to that row', () => {
    const layer = embedding(3, 2, { weight: tensor([[1, 2], [3, 4], [5, 6]]), paddingIndex: 1 })
    const node = layer(leaf([1, 2, 1]))
    const { value, gradients } = evaluate(node)
    expect([...value]).toEqual([3, 4, 5, 6, 3, 4])
    expect([...gradients([1, 1, 1, 1, 1, 1]).get(leafOf(node, 'weight'))!]).toEqual([0, 0, 0, 0, 1, 1])
  })

  it('norm and std have a gradient of 0 where they are 0', () => {
    const x = leaf([0, 0, 0])
    for (const node of [norm(x), norm(x, { p: 1 }), norm(x, { p: 3 }), std(x)] as Node<Shape>[]) {
      expect([...evaluate(node).gradients([1]).get(x)!].every((g) => g === 0)).toBe(true)
    }
  })

  it('lstmCell(...) shares its parameters between steps', () => {
    const cell = lstmCell(1, 2)
    const first = cell(leaf([1]), { h: leaf([0, 0]), c: leaf([0, 0]) })
    const second = cell(leaf([2]), first)
    expect(() => leafOf(second.h, 'weightInput')).not.toThrow()
  })

  it('nllLoss with an ignored label leaves the row out of the mean', () => {
    const scores = leaf([-1, -2, -3, -4], [2, 2])
    expect(evaluate(nllLoss(scores, leaf([1, -100]), { ignoreIndex: -100 })).value[0]).toBe(2)
    expect(() => evaluate(nllLoss(scores, leaf([1, -100])))).toThrow(/fault/)
  })
})

describe('shapes that do not fit', () => {
  const image = leaf(Array<number>(12).fill(1), [3, 2, 2])
  it.each([
    ['conv2d', () => conv2d(4, 1, 1)(image)], ['conv2d', () => conv2d(3, 1, 5)(image)],
    ['conv2d', () => conv2d(3, 2, 1, { groups: 3 })], ['maxPool2d', () => maxPool2d(2, { padding: 2 })],
    ['avgPool2d', () => avgPool2d(4)(image)], ['permute', () => permute([0, 0, 1])(image)],
    ['expand', () => expand([3, 2, 5])(image)], ['pad', () => pad([1])(image)], ['topk', () => topk(3)(image)],
    ['bmm', () => bmm(image as never, leaf([1, 2], [1, 2]) as never)], ['transpose', () => transpose(0, 7)(image)],
    ['cumsum', () => cumsum(3)(image)], ['einsum', () => einsum('ij,jk->ik', image, image)],
    ['groupNorm', () => groupNorm(2, 3)(image)], ['gru', () => gru(1, 1)(leaf([1]))],
    ['variance', () => variance(leaf([1]))], ['multiMargin', () => multiMargin(image, leaf([1]))],
    ['softCrossEntropy', () => softCrossEntropy(leaf([1, 2]), leaf([1, 2, 3]) as never)],
    ['concat', () => concat([])], ['hingeEmbedding', () => hingeEmbedding(leaf([1]), leaf([1, 2]) as never)],
  ])('%s throws a ShapeError', (_, make) => expect(make).toThrow(ShapeError))

  it('einsum(equation) that cannot be read, and norm({ p: 0 }), throw a ValueError', () => {
    expect(() => einsum('ij;jk', image, image)).toThrow(ValueError)
    expect(() => norm(image, { p: 0 })).toThrow(ValueError)
  })

  it('crossEntropy(options) is a loss for a learner, with its options', () => {
    const loss = crossEntropy({ labelSmoothing: 0.1 })
    expect(loss.link).toBe('softmax')
    const wanted = crossEntropy(leaf([1, 2]) as Node<[2]>, leaf([1]) as Node<[1]>, { labelSmoothing: 0.1 })
    const got = loss(leaf([1, 2]) as Node<[2]>, leaf([1]) as Node<[1]>)
    expect(evaluate(got).value).toEqual(evaluate(wanted).value)
  })
})
