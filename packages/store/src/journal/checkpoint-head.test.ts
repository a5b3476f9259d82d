import { describe, expect, it } from 'vitest'
import { Tensor } from '@eddy/tensor'
import { ByteWriter } from '../format/byte-writer.ts'
import { encode } from '../format/encode.ts'
import { HeadWriter } from './checkpoint-head.ts'
import type { Checkpoint } from './checkpoint.ts'
import { shapesOf, Splitter } from './parts.ts'

describe('HeadWriter.put(writer, checkpoint, after, parts)', () => {
  it('writes what encode writes of the list, whatever changes from one checkpoint to the next', () => {
    const [head, splitter, writer] = [new HeadWriter(), new Splitter(), new ByteWriter(8)]
    const large = Tensor.of([30, 20], new Float32Array(600))
    const states = [
      { large }, { large }, { large, more: 'x'.repeat(70) }, { large: Tensor.of([20, 30], new Float32Array(600)) },
      { large: Tensor.of([20, 15], new Float64Array(300)) }, { list: [large, large] }, { list: [large] }, {}, {},
      { text: Object.freeze(['y'.repeat(5000), 1]) }, { text: Object.freeze(['y'.repeat(2400), 1]) },
    ]
    const checkpoints: readonly Omit<Checkpoint, 'state'>[] = [
      { sequence: 0, position: null, without: [], retried: [] },
      { sequence: 2 ** 32 - 1, position: 7, without: [3], retried: [], ids: ['a'] },
      { sequence: 2 ** 32, position: { at: 1, deep: [null] }, without: [], retried: [1, 2 ** 33] },
      { sequence: 300, position: undefined, without: [], retried: [], ids: undefined },
    ]
    const usual: typeof checkpoints = [5, 200, 7].map((sequence) => (
      { sequence, position: null, without: [], retried: [] }
    ))
    for (const state of [...states, ...states]) {
      const parts = splitter.split(state)
      for (const [k, rest] of [...checkpoints, ...usual, ...checkpoints.slice(1), ...usual].entries()) {
        const after = k % 4 === 0 ? null : Uint8Array.from({ length: 16 }, (_, j) => 17 * j + k)
        writer.clear()
        head.put(writer, { ...rest, state }, after, parts)
        const { sequence, position, without, retried, ids } = rest
        const wanted = [sequence, position, without, retried, ids !== undefined, after, shapesOf(parts)]
        expect(Buffer.from(writer.written).toString('hex')).toBe(Buffer.from(encode(wanted)).toString('hex'))
      }
    }
  })
})
