import { describe, expect, it } from 'vitest'
import { digest } from '@eddy/optim'
import { rng, standardNormal, Tensor } from '@eddy/tensor'
import { memoryMedium } from '../medium/memory-medium.ts'
import { CheckpointFile } from './checkpoint-reader.ts'
import { CheckpointWriter } from './checkpoint-writer.ts'
import { storeFiles } from './file-names.ts'

const head = { position: { next: 1 }, without: [], retried: [] }

function writerOn(medium = memoryMedium()) {
  let number = 0
  return { medium, writer: new CheckpointWriter(medium, () => ++number, 8 * 2 ** 20) }
}

const readersOf = (medium: ReturnType<typeof memoryMedium>): CheckpointFile[] => (
  storeFiles(medium.list()).map((file) => new CheckpointFile(medium, file))
)

function table(rows: number, width = 16): Tensor {
  const random = rng(1, 'table')
  return Tensor.of([rows, width], Float32Array.from({ length: rows * width }, (_, k) => standardNormal(random, 2 * k)))
}

/** A copy with other numbers in some rows. */
function changed(tensor: Tensor, rows: readonly number[]): Tensor {
  const data = tensor.data.slice() as Float32Array
  for (const row of rows) data[row * 16] = data[row * 16]! + 1
  return Tensor.of([...tensor.shape], data)
}

describe('commit(checkpoint)', () => {
  it('writes all at first, then only the words whose bits have changed', () => {
    const { medium, writer } = writerOn()
    const weights = table(4096)
    const other = table(1024)
    const writes: number[] = []
    const commit = (state: unknown): void => {
      const before = writer.written
      writer.commit({ ...head, sequence: writes.length, state })
      writes.push(writer.written - before)
    }
    commit({ weights, other, step: 1 })
    commit({ weights, other, step: 2 })
    commit({ weights: changed(weights, [7, 8, 3000]), other, step: 3 })
    // Equal bits in another object are no change.
    commit({ weights: changed(weights, []), other: changed(other, []), step: 4 })
    const bytes = 4 * 16 * (4096 + 1024)
    expect(writes[0]).toBeGreaterThan(bytes)
    // A bit for each block of 2 KiB, and nothing else.
    expect(writes[1]).toBeLessThan(bytes / 2048 / 8 + 400)
    // Two blocks of four bytes, three lines of two, three words of four, and up to a multiple of four.
    expect(writes[2]! - writes[1]!).toBe(28)
    // The rows that are back. Equal bits in another object are no change.
    expect(writes[3]! - writes[1]!).toBe(28)
    const [file] = readersOf(medium)
    const states = [...file!.infos()].map(({ sequence }) => file!.newest((info) => info.sequence === sequence)!.state)
    expect(states.map((state) => digest(state as object))).toEqual([
      { weights, other, step: 4 }, { weights: changed(weights, [7, 8, 3000]), other, step: 3 },
      { weights, other, step: 2 }, { weights, other, step: 1 },
    ].map((state) => digest(state)))
  })

  it('looks at a view of memory each time, though it is the same object', () => {
    const { medium, writer } = writerOn()
    const memory = new Float32Array(4096)
    const state = Object.freeze({
      large: Tensor.of([30, 100], memory.subarray(16, 3016)), small: Tensor.of([40], memory.subarray(3100, 3140)),
    })
    const wanted: string[] = []
    for (let sequence = 0; sequence < 8; sequence++) {
      memory[2000] = memory[3101] = sequence
      writer.commit({ ...head, sequence, state })
      wanted.push(digest(state))
    }
    const [file] = readersOf(medium)
    for (const [sequence, sum] of wanted.entries()) {
      expect(digest(file!.newest((info) => info.sequence === sequence)!.state as object)).toBe(sum)
    }
  })

  it('writes a tree that stays the same object as it is at each time, beside trees that are kept by themselves', () => {
    const { medium, writer } = writerOn()
    const memory = new Float32Array(2000)
    const names = Object.freeze(Array.from({ length: 300 }, (_, k) => Object.freeze({ name: `a longish name ${k}` })))
    const numbers = [0.5, 1, 2]
    const tree = Object.freeze({
      large: Tensor.of([30, 50], memory.subarray(0, 1500)), list: Object.freeze({ numbers, twice: numbers }), names,
      small: Tensor.of([3], memory.subarray(1600, 1603)), other: Object.freeze([names, Object.freeze({ names })]),
    })
    const roots = [tree, Object.freeze([tree, tree]), Object.freeze({ before: names, tree })]
    const wanted: string[] = []
    for (let sequence = 0; sequence < 40; sequence++) {
      memory[1000] = memory[1601] = sequence
      numbers[sequence % numbers.length] = sequence % 5 === 4 ? NaN : sequence
      if (sequence % 9 === 8) numbers.push(sequence)
      const state = roots[sequence < 12 ? 0 : sequence < 24 ? 1 : sequence < 34 ? 2 : sequence % 3]!
      writer.commit({ ...head, sequence, state })
      wanted.push(digest(state))
    }
    for (const file of readersOf(medium)) {
      for (const { sequence } of file.infos()) {
        const found = file.newest((info) => info.sequence === sequence)!
        expect(digest(found.state as object), `${sequence}`).toBe(wanted[sequence])
      }
    }
  })

  it('follows tables that grow and shrink by rows, and tensors that come and go', () => {
    const { medium, writer } = writerOn()
    const random = rng(2, 'rows')
    const states = Array.from({ length: 60 }, (_, k) => ({
      ...(k % 7 === 3 ? {} : { a: table(1 + random.integer(4 * k, 300)) }), b: table(k + 1), text: 'x'.repeat(40 * k),
      ...(k % 5 === 0 ? { c: Tensor.of([200], new Float64Array(200).fill(k)) } : {}),
    }))
    states.forEach((state, sequence) => void writer.commit({ ...head, sequence, state }))
    for (const file of readersOf(medium)) {
      for (const { sequence } of file.infos()) {
        const found = file.newest((info) => info.sequence === sequence)!
        expect(digest(found.state as object), `${sequence}`).toBe(digest(states[sequence]!))
      }
    }
  })

  it('writes frozen trees once, and of a frozen list that grows what has been added', () => {
    const { medium, writer } = writerOn()
    const nameOf = (k: number): object => Object.freeze({ feature: `f${k}`, part: k % 3 === 0 ? null : `p${k}` })
    const tree = Object.freeze({ text: 'x'.repeat(9000), list: Object.freeze([1, 'a', Object.freeze({ b: -0 })]) })
    let names: readonly object[] = Object.freeze(Array.from({ length: 600 }, (_, k) => nameOf(k)))
    const states: object[] = []
    const writes: number[] = []
    for (let k = 0; k < 12; k++) {
      if (k > 2) names = Object.freeze([...names, ...Array.from({ length: k % 4 }, (_, j) => nameOf(1000 * k + j))])
      // Another list with the same beginning, and one that was cut.
      if (k === 8) names = Object.freeze([...names.slice(0, 300), nameOf(-1), ...names.slice(300)])
      if (k === 10) names = Object.freeze(names.slice(0, 100))
      const state = { k, names, tree: k === 5 ? { ...tree } : tree, twice: [tree, names], numbers: [1, 2, k] }
      const before = writer.written
      writer.commit({ ...head, sequence: k, state })
      writes.push(writer.written - before)
      states.push(state)
    }
    // Once they have a place of their own, nothing of them is written again.
    expect(writes[2]!).toBeLessThan(writes[0]! / 8)
    expect(Math.max(writes[3]!, writes[4]!)).toBeLessThan(writes[0]! / 4)
    const [file] = readersOf(medium)
    for (const [sequence, state] of states.entries()) {
      const found = file!.newest((info) => info.sequence === sequence)!
      expect(digest(found.state as object), `${sequence}`).toBe(digest(state))
    }
  })

  it('begins chains anew, so that damage costs the checkpoints up to the next whole one', () => {
    const { medium, writer } = writerOn()
    const weights = table(64)
    const states = Array.from({ length: 80 }, (_, k) => ({ weights: changed(weights, [k % 64, (7 * k) % 64]), k }))
    states.forEach((state, sequence) => void writer.commit({ ...head, sequence, state }))
    const [file] = readersOf(medium)
    const places = [...file!.infos()].map(({ at }) => at).reverse()
    expect(places).toHaveLength(80)
    const [name, bytes] = [...medium.files][0]!
    let most = 0
    for (const at of places) {
      const damaged = bytes.slice()
      damaged[at + 40]! ^= 1
      const told: number[] = []
      const copy = memoryMedium(new Map([[name, damaged]]))
      const reader = new CheckpointFile(copy, storeFiles([name])[0]!, (damage) => told.push(damage.at))
      const left = [...reader.infos()].map(({ sequence }) => sequence)
      for (const sequence of left) {
        const found = reader.newest((info) => info.sequence === sequence)!
        expect(digest(found.state as object), `${sequence}`).toBe(digest(states[sequence]!))
      }
      expect(left).not.toContain(places.indexOf(at))
      expect(told).toContain(at)
      most = Math.max(most, 80 - left.length)
    }
    expect(most).toBeLessThan(66)
    expect(most).toBeGreaterThan(1)
  })

  it('begins a new, whole file when most of one is out of date', () => {
    const { medium, writer } = writerOn()
    const weights = table(65_536)
    for (let k = 0; k < 12; k++) {
      const other = Tensor.of([...weights.shape], (weights.data as Float32Array).map((value) => value + 1))
      writer.commit({ ...head, sequence: k, state: { weights: other, k } })
      if (k % 2 === 0) writer.commit({ ...head, sequence: k, state: { weights, k } })
    }
    expect(medium.list().length).toBeGreaterThan(2)
    for (const file of readersOf(medium)) expect(file.newest(() => true)).not.toBeNull()
  })

  it('a failed append leaves what was there, and the next one is whole', () => {
    const { medium, writer } = writerOn()
    writer.commit({ ...head, sequence: 1, state: { weights: table(100) } })
    const append = medium.append.bind(medium)
    medium.append = (name, bytes) => {
      append(name, bytes.subarray(0, bytes.length / 2))
      throw new Error('no space')
    }
    expect(() => writer.commit({ ...head, sequence: 2, state: { weights: table(101) } })).toThrow('no space')
    medium.append = append
    writer.commit({ ...head, sequence: 3, state: { weights: table(102) } })
    expect(readersOf(medium).map((file) => file.newest(() => true)!.sequence)).toEqual([1, 3])
  })
})
