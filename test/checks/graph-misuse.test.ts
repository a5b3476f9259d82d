import {
  ancestors, type AnyNode, apply, backward, buffer, constant, defineFunction, defineOperator, input, lens, minimize,
  type Optimizer, parameter, predictor,
} from '@eddy/graph'
import {
  concat, crossEntropy, delay, dense, dropout, embedding, gather, gruCell, hedged, layerNorm, linear, mean, nllLoss,
  permute, recurrent, relu, reshape, sparseLinear, stack,
} from '@eddy/nodes'
import { EddyError, tensor } from '@eddy/tensor'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'

/** Anything at all, as plain JavaScript would have it. */
const any = (value?: unknown): never => value as never
const source = new Subject<number[]>()
const x = input(source, { shape: [3] })
const sparse = input(source, { shape: [30], pairs: 3, select: () => any() })
const optimizer: Optimizer = { update: () => {} } as never
const own = { name: 'own', forward: () => {}, backward: () => {} }
const minimizing = (options: unknown): unknown => mean(x).pipe(minimize(optimizer, any(options)))

describe('misuse that TypeScript would have seen', () => {
  it.each<readonly [string, () => unknown, RegExp]>([
    ['input(source)', () => input(source, any()), /the options are not an object, in input/],
    ['input(source, { selct })', () => input(source, any({ shape: [3], selct: () => [1] })), /in input: got "selct"/],
    ['x.pipe(5)', () => x.pipe(any(5)), /pipe: got number, wanted a layer/],
    ['x.pipe(relu)', () => x.pipe(any(relu)), /got relu, wanted a layer. Call it/],
    ['dense(-1)', () => dense(-1), /not a length, in dense\(-1\): got \[-1\]/],
    ['dense()', () => x.pipe(dense(any())), /in dense\(undefined\)/],
    ['linear(3, "a")', () => linear(3, any('a')), /in linear\(3, a\)/],
    ['linear(3, 1.5)', () => linear(3, 1.5), /axis 0 of the shape is not a length, in linear\(3, 1.5\)/],
    ['sparseLinear(30)', () => sparse.pipe(sparseLinear(30, any())), /sparseLinear\(30, undefined\)/],
    ['embedding(5, -2)', () => embedding(5, -2), /embedding\(5, -2\)/],
    ['gruCell(3, -1)', () => gruCell(3, -1), /gruCell\(3, -1\)/],
    ['layerNorm("a")', () => layerNorm(any('a')), /layerNorm: got "a", wanted a list of lengths/],
    ['dropout("a")', () => x.pipe(dropout(any('a'))), /dropout/],
    ['reshape(5)', () => reshape(any(5)), /reshape: got 5, wanted a list of lengths/],
    ['permute()', () => permute(any()), /permute: got undefined, wanted a list of axes/],
    ['concat()', () => concat(any()), /concat: got undefined, wanted a list of nodes/],
    ['concat(x, x)', () => concat(any(x)), /wanted a list of nodes. Put them in brackets/],
    ['stack()', () => stack(any()), /stack/],
    ['delay([1])', () => delay([1], any()), /delay: got undefined/],
    ['recurrent()', () => recurrent(any()), /needs a cell/],
    ['hedged()', () => hedged(any()), /depths is out of range/],
    ['parameter(5)', () => parameter(any(5)), /the shape is not an array, in parameter/],
    ['buffer()', () => buffer(any()), /in buffer/],
    ['constant()', () => constant(any()), /in constant/],
    ['lens()', () => lens(any()), /needs two RxJS operators/],
    ['defineOperator()', () => defineOperator(any()), /needs a name and two functions/],
    ['defineOperator({ shape: () => [-1] })', () => x.pipe(defineOperator(any({ ...own, shape: () => [-1] }))()),
      /not a length, in own/],
    ['defineOperator({ shape: () => 3 })', () => x.pipe(defineOperator(any({ ...own, shape: () => 3 }))()),
      /the shape is not an array, in own: got 3/],
    ['predictor(x, { dtyp })', () => predictor(x, any({ dtyp: 'f64' })), /no such option, in predictor: got "dtyp"/],
    ['defineFunction({})', () => defineFunction(any({})), /needs a name and two functions/],
    ['ancestors(5)', () => ancestors(any(5)), /ancestors: needs a list of nodes/],
    ['ancestors([5])', () => ancestors([any(5)]), /ancestors: needs a list of nodes/],
    ['apply(operator, 5)', () => apply(any({ name: 'mine' }), any(5), any()), /mine: needs a list of nodes/],
    ['minimize(o, 0.1)', () => minimizing(0.1), /the options are not an object, in minimize: got 0.1/],
    ['backward({ dtyp })', () => backward(any({ dtyp: 'f64' })), /no such option, in backward: got "dtyp"/],
    ['minimize(o, { dtyp })', () => minimizing({ dtyp: 'f64' }), /no such option, in minimize: got "dtyp"/],
    ['minimize(o, { dtype: "f16" })', () => minimizing({ dtype: 'f16' }), /dtype, in minimize: .*one of f32, f64/],
    ['minimize(o, { seed: "a" })', () => minimizing({ seed: 'a' }), /seed is out of range, in minimize: got "a"/],
    ['minimize(o, { seed: 0.5 })', () => minimizing({ seed: 0.5 }), /seed .*wanted an integer/],
    ['minimize(o, { history: -1 })', () => minimizing({ history: -1 }), /history .*wanted an integer >= 0/],
    ['minimize(o, { fusion: "yes" })', () => minimizing({ fusion: 'yes' }), /fusion, in minimize: got "yes"/],
    ['minimize(o, { weights: 1 })', () => minimizing({ weights: 1 }), /weights, in minimize: got 1/],
    ['minimize(o, { onReject: 1 })', () => minimizing({ onReject: 1 }), /onReject, in minimize: got 1/],
    ['minimize(o, { queue: 5 })', () => minimizing({ queue: 5 }), /the options are not an object, in queue: got 5/],
    ['minimize(o, { queue: { size } })', () => minimizing({ queue: { size: 5 } }), /no such option, in queue/],
    ['minimize(o, { queue: { capacity: 0 } })', () => minimizing({ queue: { capacity: 0 } }), /capacity .*>= 1/],
    ['minimize(o, { queue: { overflow: "drop" } })', () => minimizing({ queue: { overflow: 'drop' } }),
      /no such overflow, in queue: got "drop", wanted one of error, drop-oldest/],
    ['minimize(o, { constructor: 1 })', () => minimizing({ constructor: 1 }), /got "constructor"/],
  ])('%s says what to do', (_, misuse, message) => {
    expect(misuse).toThrow(EddyError)
    expect(misuse).toThrow(message)
  })

  it.each([undefined, 5, new Set([1]), [1].values()])('burst(%s) is refused, and a list without subscribers', (bad) => {
    const training = mean(x).pipe(backward())
    expect(() => training.burst([[1, 2, 3]])).toThrow(/burst: needs a list of events, and a subscriber/)
    training.subscribe()
    expect(() => training.burst(any(bad))).toThrow(/burst: needs a list of events, and a subscriber/)
  })

  it('options that are undefined are as if left out', () => {
    expect(() => minimizing({ dtype: undefined, seed: undefined, history: undefined })).not.toThrow()
  })
})

describe('a label or an index that is none', () => {
  const labels = new Subject<number>()
  const label = input(labels, { shape: [] })
  const two = input(labels, { shape: [2], select: (e) => [1, e] })
  const bag = input(labels, { shape: [3], pairs: 2, select: (e) => ({ indices: [1, e], values: [1, 1] }) })

  it.each<readonly [string, AnyNode, number, RegExp]>([
    ['crossEntropy', crossEntropy(constant(tensor([1, 2, 3])), label), 3, /^label 3 is no class of this model/],
    ['crossEntropy', crossEntropy(constant(tensor([1, 2, 3])), label), 0.5, /^label 0.5 is no class/],
    ['nllLoss', nllLoss(constant(tensor([[1, 2], [3, 4]])), two), 7, /^label 7 is no class/],
    ['embedding', embedding(3, 2)(two), 5, /^index 5 is outside the table/],
    ['gather', gather(constant(tensor([1, 2, 3])), 0, two), -1, /^index -1 is outside the table/],
    ['sparseLinear', sparseLinear(3, 2)(bag), 9, /^index 9 is outside the table/],
  ])('of %s is named in the reason', (_, node, bad, reason) => {
    expect(() => predictor(node)(bad)).toThrow(expect.objectContaining({
      rejection: expect.objectContaining({ reason: expect.stringMatching(reason) }),
    }))
  })
})
