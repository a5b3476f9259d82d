import { createHash } from 'node:crypto'
import { input, minimize, type TrainingState } from '@eddy/graph'
import { linear, squaredError } from '@eddy/nodes'
import { tensor } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import { digest } from './digest.ts'
import { adam } from './optimizers/adam.ts'

const state: TrainingState = {
  step: 3, seed: 5, parameters: { w: tensor([[1.5, -2]]), b: tensor([0.25]) }, slots: { w: { mean: tensor([[0, 1]]) } },
  buffers: { seen: tensor([7], [1], 'f64') }, schedule: null,
}

/** The documented bytes, written again with Node's own means. */
const f64 = (...values: number[]): Buffer => Buffer.from(Float64Array.from(values).buffer)
const f32 = (...values: number[]): Buffer => Buffer.from(Float32Array.from(values).buffer)
const text = (value: string): Buffer => Buffer.concat([f64(Buffer.byteLength(value)), Buffer.from(value)])
const sha = (...parts: readonly (Buffer | string)[]): string => (
  createHash('sha256').update(Buffer.concat(parts.map((part) => Buffer.from(part as string)))).digest('hex')
)

describe('digest(state)', () => {
  it('is the SHA-256 of exactly the documented bytes', () => {
    expect(digest(state)).toBe(sha(
      'o', f64(6),
      text('buffers'), 'o', f64(1), text('seen'), 'y', f64(1, 1), f64(7),
      text('parameters'), 'o', f64(2), text('b'), 'x', f64(1, 1), f32(0.25), text('w'), 'x', f64(2, 1, 2), f32(1.5, -2),
      text('schedule'), 'n',
      text('seed'), 'd', f64(5),
      text('slots'), 'o', f64(1), text('w'), 'o', f64(1), text('mean'), 'x', f64(2, 1, 2), f32(0, 1),
      text('step'), 'd', f64(3),
    ))
  })

  it('hashes text, lists, truth values and NaN as documented', () => {
    const nan = Buffer.from([0, 0, 0, 0, 0, 0, 0xf8, 0x7f])
    expect(digest([true, false, 'é', NaN, undefined])).toBe(
      sha('a', f64(5), 't', 'f', 's', text('é'), 'd', nan, 'n'),
    )
  })

  it('does not depend on the order in which names came, nor on where elements lie', () => {
    const { w, b } = state.parameters
    const view = Float32Array.of(9, 1.5, -2, 9).subarray(1, 3)
    expect(digest({ ...state, parameters: { b: b!, w: w! } })).toBe(digest(state))
    expect(digest({ shape: [1, 2], data: view })).toBe(digest(w!))
  })

  it('sees each part of a state: one bit, the sign of zero, a shape, an element type, a name, a step', () => {
    const { parameters, slots } = state
    const others = [
      state, { ...state, step: 4 }, { ...state, seed: 6 }, { ...state, schedule: { bad: 1 } }, { ...state, slots: {} },
      { ...state, buffers: {} }, { ...state, slots: { w: { square: slots.w!.mean! } } },
      ...[
        tensor([[1.5, -2.0000002]]), tensor([[1.5], [-2]]), tensor([1.5, -2]), tensor([[1.5, -2]], undefined, 'f64'),
        tensor([[0, -2]]), tensor([[-0, -2]]),
      ].map((w) => ({ ...state, parameters: { ...parameters, w } })),
      { ...state, parameters: { v: parameters.w!, b: parameters.b! } },
    ].map(digest)
    expect(new Set(others).size).toBe(others.length)
  })

  it('cannot be misled by names and texts that run together', () => {
    const digests = [['ab', 'c'], ['a', 'bc'], [['a'], 'bc'], { a: { b: 1 } }, { a: 1, b: 1 }, { ab: 1 }].map(digest)
    expect(new Set(digests).size).toBe(digests.length)
  })

  it('throws a TypeError that says where something stands that no state holds', () => {
    expect(() => digest({ a: [1, 2n] })).toThrow(/digest: state\.a\[1\] is a bigint/)
  })

  it('changes with every step that is learned, and comes back with restore', async () => {
    async function* events(): AsyncGenerator<number> {
      yield* [1, -2, 0.5]
    }
    const x = input(events(), { shape: [1], select: (event) => [event] })
    const training = squaredError(x.pipe(linear(1, 1)), x).pipe(minimize(adam(), { seed: 2 }))
    const states: TrainingState[] = []
    training.state$.subscribe((state) => states.push(state))
    await new Promise<void>((complete) => {
      training.subscribe({ complete })
    })
    const digests = states.map(digest)
    expect(new Set(digests).size).toBe(4)
    training.restore(states[1]!)
    expect(digest(training.snapshot())).toBe(digests[1])
  })
})
