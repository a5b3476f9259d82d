import { type AnyNode, defineOperator, input, lens, minimize, predictor } from '@eddy/graph'
import {
  add, conv2d, delay, dropout, embedding, gru, gruCell, layerNorm, linear, maxPool2d, recurrent, relu, reshape, sigmoid,
  slice, softmax, squaredError, standardize, tanh,
} from '@eddy/nodes'
import { adam } from '@eddy/optim'
import { rng, type Shape } from '@eddy/tensor'
import * as ort from 'onnxruntime-web'
import { identity, Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { ExportError } from '../errors.ts'
import { exportOnnx } from './export-onnx.ts'

interface Event {
  readonly x: readonly number[]
  readonly y: number
}

const seed = 11

function numbers(count: number, name: string, k: number): number[] {
  return Array.from({ length: count }, (_, i) => 2 * rng(seed, name, k).uniform(i) - 1)
}

/** A model that has learned from some events, and the stream they came from. */
function trained(shape: Shape, build: (x: AnyNode) => AnyNode): { readonly node: AnyNode; readonly size: number } {
  const events$ = new Subject<Event>()
  const size = shape.reduce((product, length) => product * length, 1)
  const x = input(events$, { shape: shape as number[], name: 'x', select: (e) => e.x })
  const node = build(x as AnyNode)
  const first = reshape([1])(slice(0, 1)(reshape([node.shape.reduce((a, b) => a * b, 1)])(node)))
  const loss = squaredError()(first, input(events$, { shape: [1], name: 'y', select: (e) => e.y }))
  const subscription = loss.pipe(minimize(adam({ learningRate: 0.01 }), { seed })).subscribe()
  for (let k = 0; k < 50; k++) events$.next({ x: numbers(size, 'x', k), y: numbers(1, 'y', k)[0]! })
  subscription.unsubscribe()
  return { node, size }
}

const asAny = (node: unknown): AnyNode => node as AnyNode
const pipe = (x: AnyNode, ...layers: readonly unknown[]): AnyNode => (
  layers.reduce<AnyNode>((node, layer) => (layer as (x: AnyNode) => AnyNode)(node), x)
)

const nets: readonly (readonly [name: string, shape: Shape, build: (x: AnyNode) => AnyNode])[] = [
  ['linear', [5], (x) => pipe(x, linear(5, 1))],
  ['a perceptron', [5], (x) => pipe(
    x, standardize(), linear(5, 16), relu(), dropout(0.3), linear(16, 8), tanh(), linear(8, 2),
  )],
  ['logistic', [4], (x) => pipe(x, linear(4, 1), sigmoid())],
  ['a convolution', [1, 8, 8], (x) => pipe(
    x, conv2d(1, 4, 3, { padding: 1 }), relu(), maxPool2d(2), conv2d(4, 6, 3), reshape([24]), linear(24, 3), softmax(),
  )],
  ['a residual block', [6], (x) => pipe(asAny(add(pipe(x, layerNorm(6), linear(6, 6), relu()), x)), linear(6, 2))],
  ['a sequence', [4, 3], (x) => pipe(asAny(gru(3, 5)(x as never)), slice(3, 4), reshape([5]), linear(5, 1))],
]

describe('exportOnnx(node)', () => {
  it.each(nets)('predicts what Eddy predicts: %s', async (_, shape, build) => {
    const { node, size } = trained(shape, build)
    const predict = predictor(node)
    for (const opset of [17, 18, 21]) {
      const session = await ort.InferenceSession.create(exportOnnx(node, { opset }), { logSeverityLevel: 4 })
      expect(session.inputNames).toEqual(['x'])
      expect(session.outputNames).toEqual([node.name])
      for (let k = 0; k < 10; k++) {
        const x = numbers(size, 'query', k)
        const wanted = predict({ x, y: 0 })
        const result = await session.run({ x: new ort.Tensor('float32', Float32Array.from(x), [...shape]) })
        const got = result[node.name]!
        expect(got.dims).toEqual([...wanted.shape])
        wanted.data.forEach((value, i) => {
          const error = Math.abs((got.data as Float32Array)[i]! - value) / Math.max(1, Math.abs(value))
          expect(error).toBeLessThanOrEqual(1e-5)
        })
      }
      await session.release()
    }
  })

  it('draws parameters that nobody has asked for yet, the same as the predictor', async () => {
    const events$ = new Subject<Event>()
    const node = input(events$, { shape: [2], name: 'x', select: (e) => e.x }).pipe(linear(2, 1))
    const session = await ort.InferenceSession.create(exportOnnx(node))
    const { linear: y } = await session.run({ x: new ort.Tensor('float32', Float32Array.of(1, 2), [2]) })
    expect((y!.data as Float32Array)[0]).toBeCloseTo(predictor(node)({ x: [1, 2], y: 0 }).item(), 6)
  })

  it('gives the same bytes for the same model', () => {
    const [a, b] = [0, 1].map(() => exportOnnx(trained([5], nets[1]![2]).node))
    expect(a).toEqual(b)
  })
})

const events$ = new Subject<Event>()
const x = (): AnyNode => asAny(input(events$, { shape: [2], select: (e) => e.x }))
const double = (name: string) => defineOperator({
  name, forward: ([a], y) => a!.forEach((v, i) => { y[i] = 2 * v }),
  backward: (dy, _, __, [dx]) => dx?.forEach((_v, i) => { dx[i] = 2 * dy[i]! }),
})

describe('exportOnnx(node) refuses, naming the node:', () => {
  it.each([
    ['a layer in JavaScript', () => pipe(x(), double('twice')(), linear(2, 1)),
      /ONNX, twice.*: twice is an operator of your own/],
    ['one that is called like one of Eddy', () => pipe(x(), double('relu')()), /ONNX, relu.*operator of your own/],
    ['a lens', () => pipe(x(), lens({ forward: identity, backward: identity })), /ONNX, lens.*RxJS/],
    ['a recurrent layer', () => pipe(x(), recurrent(gruCell(2, 3), { truncate: 2 }), linear(3, 1)),
      /ONNX, remember.*: recurrent depends on the events before/],
    ['a delay', () => asAny(delay([2], (last) => add(last, x() as never) as never)),
      /ONNX, remember.*: delay depends on the events before/],
    ['a loss', () => asAny(squaredError()(pipe(x(), linear(2, 2)) as never, x() as never)),
      /ONNX, squaredError.*Losses/],
  ] as const)('%s', (_, build, message) => {
    const node = build()
    expect(() => exportOnnx(node)).toThrow(ExportError)
    expect(() => exportOnnx(node)).toThrow(message)
  })

  it('an opset that is not written, and a node without inputs', () => {
    const node = pipe(x(), linear(2, 1))
    expect(() => exportOnnx(node, { opset: 12 })).toThrow(/opset 12, wanted an integer from 17 to 21/)
    expect(() => exportOnnx({} as never)).toThrow(/got an object, wanted a node or a learner/)
    expect(() => exportOnnx(asAny(embedding(2, 2)(asAny(add(1, 0)) as never)))).toThrow(/depends on no input/)
  })
})
