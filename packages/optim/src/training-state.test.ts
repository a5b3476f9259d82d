import { createHash } from 'node:crypto'
import type { TrainingState } from '@eddy/graph'
import { tensor, type Tensor } from '@eddy/tensor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyChanges, changes, History, KeyError, PatchError, publish } from './index.ts'

const base: TrainingState = {
  step: 0, seed: 7, schedule: null, buffers: { mean: tensor([0]) },
  parameters: { 'linear.weight': tensor([[1, 2], [3, 4]]), 'linear.bias': tensor([0, 0]) },
  slots: { 'linear.weight': { expAvg: tensor([[0, 0], [0, 0]]) }, 'linear.bias': { expAvg: tensor([0, 0]) } },
}
const withWeight = (state: TrainingState, weight: Tensor): TrainingState => (
  { ...state, step: state.step + 1, parameters: { ...state.parameters, 'linear.weight': weight } }
)
const hash = (state: TrainingState): string => createHash('sha256').update(JSON.stringify(state)).digest('hex')
const badNames = ['', '__proto__', 'constructor', 'prototype']
const record = <T>(name: string, value: T): Record<string, T> => Object.fromEntries([[name, value]])

describe('publish(previous, next)', () => {
  it('publish(null, next) has the tensors of next, deeply frozen but for their data', () => {
    const state = publish(null, base)
    expect(state).toEqual(base)
    expect(state.parameters['linear.weight']).toBe(base.parameters['linear.weight'])
    for (const part of [state, state.parameters, state.slots, state.slots['linear.bias'], state.buffers]) {
      expect(Object.isFrozen(part)).toBe(true)
    }
    expect(Object.isFrozen(state.parameters['linear.weight'])).toBe(true)
    expect(() => Object.assign(state.parameters, { other: tensor([1]) })).toThrow(TypeError)
  })

  it('publish(previous, next) shares every branch that did not change', () => {
    const first = publish(null, base)
    const second = publish(first, withWeight(base, tensor([[9, 2], [3, 4]])))
    expect(second).not.toBe(first)
    expect(second.slots).toBe(first.slots)
    expect(second.buffers).toBe(first.buffers)
    expect(second.parameters['linear.bias']).toBe(first.parameters['linear.bias'])
    expect(second.parameters['linear.weight']).not.toBe(first.parameters['linear.weight'])
  })

  it('publish(previous, the same again) is previous itself', () => {
    const first = publish(null, base)
    expect(publish(first, { ...base, parameters: { ...base.parameters } })).toBe(first)
  })

  it('publish(previous, next) freezes the state of a schedule', () => {
    const { schedule } = publish(publish(null, base), { ...base, schedule: { best: 1, waits: [2] } })
    expect(Object.isFrozen(schedule)).toBe(true)
    expect(Object.isFrozen((schedule as { waits: number[] }).waits)).toBe(true)
  })

  it('publish(previous, next) freezes what it shares with a state that was not published', () => {
    const state = publish({ ...base, parameters: { ...base.parameters }, slots: { ...base.slots } }, base)
    for (const part of [state, state.parameters, state.slots, state.slots['linear.bias']]) {
      expect(Object.isFrozen(part)).toBe(true)
    }
  })

  it('publish(previous, next) takes slots of a parameter named toString from next alone', () => {
    const slots = { toString: {} } as unknown as TrainingState['slots']
    expect(publish(publish(null, base), { ...base, slots }).slots).toEqual({ toString: {} })
  })

  it('publish(previous, next) forgets names that next does not have', () => {
    const { 'linear.bias': _, ...parameters } = base.parameters
    const { 'linear.bias': __, ...slots } = base.slots
    const state = publish(publish(null, base), { ...base, parameters, slots })
    expect(Object.keys(state.parameters)).toEqual(['linear.weight'])
    expect(Object.keys(state.slots)).toEqual(['linear.weight'])
  })

  it('an old state never changes after later states', () => {
    const values = fc.array(fc.float({ noNaN: true }), { minLength: 4, maxLength: 4 })
    fc.assert(fc.property(fc.array(values, { minLength: 1, maxLength: 8 }), (updates) => {
      const states = [publish(null, base)]
      const hashes = [hash(states[0]!)]
      for (const update of updates) {
        const last = states.at(-1)!
        states.push(publish(last, withWeight(last, tensor(update, [2, 2]))))
        hashes.push(hash(states.at(-1)!))
      }
      expect(states.map(hash)).toEqual(hashes)
    }))
  })

  it.each(badNames)('the name %j is refused everywhere, and no prototype is touched', (name) => {
    const bad = tensor([1])
    const attempts: TrainingState[] = [
      { ...base, parameters: record(name, bad) }, { ...base, buffers: record(name, bad) },
      { ...base, slots: record(name, { expAvg: bad }) }, { ...base, slots: { w: record(name, bad) } },
    ]
    for (const attempt of attempts) {
      expect(() => publish(null, attempt)).toThrow(KeyError)
      expect(() => publish(publish(null, base), attempt)).toThrow(expect.objectContaining({ code: 'E_KEY' }))
      expect(() => changes(base, attempt)).toThrow(KeyError)
    }
    expectCleanPrototypes()
  })

  it('names such as toString and hasOwnProperty are data like any other', () => {
    const parameters = { toString: tensor([1]), hasOwnProperty: tensor([2]) } as unknown as Record<string, Tensor>
    const state = publish(publish(null, base), { ...base, parameters })
    expect(Object.keys(state.parameters)).toEqual(['toString', 'hasOwnProperty'])
    expect(publish(state, base).parameters).toEqual(base.parameters)
  })
})

function expectCleanPrototypes(): void {
  expect(Object.keys(Object.prototype)).toEqual([])
  expect(({} as Record<string, unknown>)['expAvg']).toBeUndefined()
  expect(Object.getPrototypeOf({})).toBe(Object.prototype)
  expect({}.constructor).toBe(Object)
}

describe('changes(previous, next) and applyChanges(state, patches)', () => {
  it('patches lead forth and inverse leads back, to the same tensors', () => {
    const first = publish(null, base)
    const second = publish(first, withWeight(base, tensor([[9, 2], [3, 4]])))
    const { patches, inverse } = changes(first, second)
    const forth = applyChanges(first, patches)
    expect(forth).toEqual(second)
    expect(forth.parameters['linear.weight']).toBe(second.parameters['linear.weight'])
    expect(forth.slots).toBe(first.slots)
    expect(applyChanges(forth, inverse).parameters['linear.weight']).toBe(first.parameters['linear.weight'])
  })

  it('only what changed is in the patches', () => {
    const first = publish(null, base)
    const { patches } = changes(first, withWeight(first, tensor([[9, 2], [3, 4]])))
    expect(patches.map((patch) => patch.path.join('/'))).toEqual(['parameters/linear.weight', 'step'])
  })

  it('a patch with a path or a value outside a training state is refused', () => {
    const first = publish(null, base)
    const refused = [
      { op: 'add', path: ['other'], value: 1 }, { op: 'add', path: ['parameters', 'a'], value: 'text' },
      { op: 'add', path: ['parameters', 'a', 'data'], value: tensor([1]) },
      { op: 'replace', path: ['step'], value: 'x' },
      { op: 'replace', path: [], value: base }, { op: 'remove', path: ['parameters'] },
      { op: 'remove', path: ['parameters', 'linear.bias', 'data'] },
      { op: 'add', path: ['slots', 'toString', 'expAvg'], value: tensor([1]) },
    ] as const
    for (const patch of refused) {
      expect(() => applyChanges(first, [{ ...patch, path: [...patch.path] }])).toThrow(PatchError)
    }
  })

  it.each(badNames)('a patch that names %j is refused, and no prototype is touched', (name) => {
    const value = tensor([1])
    const attempts = [
      { op: 'add' as const, path: ['parameters', name], value },
      { op: 'add' as const, path: ['slots', name, 'expAvg'], value },
      { op: 'replace' as const, path: ['parameters'], value: record(name, value) },
    ]
    for (const patch of attempts) expect(() => applyChanges(publish(null, base), [patch])).toThrow(KeyError)
    expectCleanPrototypes()
  })
})

describe('History', () => {
  it('undo() returns the very state that was pushed, redo() the one that was undone', () => {
    const first = publish(null, base)
    const second = publish(first, withWeight(first, tensor([[9, 2], [3, 4]])))
    const history = History.of(first).push(second)
    expect(history.undo().present).toBe(first)
    expect(history.undo().redo().present).toBe(second)
    expect(history.present).toBe(second)
  })

  it('push(state) after undo() drops what could be redone', () => {
    const history = History.of(1).push(2).undo().push(3)
    expect([history.redo().present, history.undo().present, history.redoCount]).toEqual([3, 1, 0])
  })

  it('of(state, { capacity }) keeps that many states behind the present one', () => {
    fc.assert(fc.property(fc.nat(10), fc.nat(30), (capacity, pushes) => {
      let history = History.of(0, { capacity })
      for (let k = 1; k <= pushes; k++) history = history.push(k)
      expect(history.undoCount).toBe(Math.min(capacity, pushes))
      for (let k = 0; k < 40; k++) history = history.undo()
      expect(history.present).toBe(Math.max(0, pushes - capacity))
      for (let k = 0; k < 40; k++) history = history.redo()
      expect(history.present).toBe(pushes)
    }))
  })

  it('of(state, { capacity: -1 }) throws', () => expect(() => History.of(0, { capacity: -1 })).toThrow(/capacity/))
})
