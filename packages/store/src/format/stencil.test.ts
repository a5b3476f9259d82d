import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Tensor, type TensorData } from '@eddy/tensor'
import { ByteWriter } from './byte-writer.ts'
import { encode, encodeInto, type TensorLike } from './encode.ts'
import { EncodeMemory } from './encode-memory.ts'

const memory = new Float64Array(4096)
const view = (at: number, size: number): Tensor => Tensor.of([size], memory.subarray(at, at + size))

/** One tree after the other, by one memory, and each by none: bytes, and what was taken out. */
function compared(outlineFrom: number): (tree: unknown) => void {
  const known = new EncodeMemory()
  const writer = new ByteWriter(8)
  return (tree) => {
    const write = (encodeMemory: EncodeMemory | null): readonly [string, readonly TensorData[]] => {
      const taken: TensorLike[] = []
      writer.clear()
      encodeInto(writer, tree, {
        outline: (tensor) => tensor.data.length >= outlineFrom && taken.push(tensor) > 0,
        ...(encodeMemory === null ? {} : { memory: encodeMemory }),
      })
      return [Buffer.from(writer.written).toString('hex'), taken.map(({ data }) => data)]
    }
    const [[bytes, taken], [plain, wanted]] = [write(known), write(null)]
    expect(bytes).toBe(plain)
    expect(taken.length === wanted.length && taken.every((data, k) => data === wanted[k])).toBe(true)
  }
}

describe('encodeInto(writer, tree, { memory })', () => {
  it('writes a frozen tree as it is now, whatever became of the numbers of its lists and tensors', () => {
    const step = fc.oneof(
      fc.tuple(fc.constant('list'), fc.nat(4), fc.oneof(fc.double(), fc.constant(NaN), fc.constant(-0))),
      fc.tuple(fc.constant('memory'), fc.nat(299), fc.double()),
      fc.tuple(fc.constantFrom('longer', 'shorter', 'text', 'number', 'none'), fc.nat(4), fc.constant(0)),
      fc.tuple(fc.constant('field'), fc.nat(9), fc.oneof(fc.double(), fc.nat(300), fc.constant(-0), fc.constant(NaN))),
      fc.tuple(fc.constantFrom('rename', 'add', 'delete', 'other', 'word'), fc.nat(9), fc.constant(0)),
    )
    fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), fc.nat(3), (steps, tensorsBefore) => {
      const compare = compared(100)
      const lists: unknown[][] = [[1], [2, 3], [0.5, NaN, 4], [5], new Array(200).fill(-1)]
      const inner = Object.freeze({ a: lists[0], large: view(0, 100), b: lists[1], name: 'n'.repeat(130) })
      const tree = Object.freeze({
        inner, small: view(100, 7), c: lists[2], d: Object.freeze([lists[3], view(110, 150)]), e: lists[4],
      })
      const field = 'v'.repeat(90)
      const open: Record<string, unknown> = { step: 7, tree, [field]: 0.5, schedule: null, list: lists[0], z: -0 }
      const before = Array.from({ length: tensorsBefore }, (_, k) => view(10 * k, 100))
      const root = { open, before, tree, twice: inner }
      for (let k = 0; k < 3; k++) compare(root)
      for (const [kind, at, value] of steps) {
        const list = lists[at % 5]!
        if (kind === 'memory') memory[at] = value
        else if (kind === 'field') open[at < 4 ? 'step' : at < 8 ? field : 'z'] = value
        else if (kind === 'rename') {
          const { step } = open
          delete open['step']
          open[at < 5 ? 'step' : 'stop'] = step
        } else if (kind === 'add') open[`extra ${at}`] = at < 5 ? undefined : at
        else if (kind === 'delete') delete open[`extra ${at}`]
        else if (kind === 'other') open['tree'] = at < 5 ? tree : inner
        else if (kind === 'word') open['schedule'] = at < 5 ? null : Object.freeze({ rate: at })
        else if (kind === 'longer') list.push(7)
        else if (kind === 'shorter') list.pop()
        else if (kind === 'none') list.length = 0
        else if (list.length > 0) list[list.length - 1] = kind === 'list' ? value : kind === 'text' ? 'x' : 3
        compare(root)
        // Another number of tensors before it.
        if (at % 4 === 3) compare({ tree, open })
        if (at % 4 === 2) compare(open)
      }
    }), { numRuns: 200 })
  })

  it('notices a tensor that has other data, and refuses one whose memory has moved', () => {
    const compare = compared(1000)
    const moved = new WebAssembly.Memory({ initial: 1 })
    const tensor = Tensor.of([40], new Float32Array(moved.buffer, 0, 40).fill(2)) as { data: Float32Array }
    const tree = Object.freeze({ tensor, list: [1, 2] })
    for (let k = 0; k < 4; k++) compare(tree)
    tensor.data = new Float32Array(40).fill(3)
    compare(tree)
    tensor.data = new Float32Array(moved.buffer, 0, 40)
    for (let k = 0; k < 4; k++) compare(tree)
    moved.grow(1)
    expect(tensor.data).toHaveLength(0)
    expect(() => compare(tree)).toThrow(/detached/)
  })

  it('takes no frozen tree for known that holds what may change otherwise', () => {
    const compare = compared(1000)
    const open = { deep: [{ x: 1 }] }
    const tree = Object.freeze({ open, list: [1], text: 'x'.repeat(300), bytes: new Uint8Array(9) })
    for (let k = 0; k < 5; k++) {
      open.deep[0]!.x = k
      tree.bytes[0] = k
      compare(Object.freeze({ tree, k }))
      compare(tree)
    }
    expect(encode(tree)).toEqual(encode({ ...tree }))
  })
})
