import { describe, expect, it } from 'vitest'
import { DTypeError, EddyError, ShapeError, ValueError } from './errors.ts'

const parts = { what: 'cannot multiply', where: 'linear(2, 8)', hint: 'Change the layer.' }

describe('errors', () => {
  it.each([
    [new ShapeError({ ...parts, got: [3], wanted: [2] }), 'ShapeError', 'E_SHAPE'],
    [new ValueError({ ...parts, got: 3, wanted: 2 }), 'ValueError', 'E_VALUE'],
    [new DTypeError({ ...parts, got: 'i8', wanted: 'f32' }), 'DTypeError', 'E_DTYPE'],
  ])('%s keeps its name, code and base', (error, name, code) => {
    expect(error).toBeInstanceOf(EddyError)
    expect(error).toBeInstanceOf(Error)
    expect({ name: error.name, code: error.code, where: error.where }).toEqual({ name, code, where: 'linear(2, 8)' })
  })

  it('message tells what failed, where, got, wanted and what to do, in this order', () => {
    const error = new ShapeError({ ...parts, got: [3], wanted: [2] })
    expect(error.message).toBe('cannot multiply, in linear(2, 8): got [3], wanted [2]. Change the layer.')
  })

  it('new ShapeError({ ...error, where }) moves an error to a better place', () => {
    const error = new ShapeError({ ...parts, got: [3], wanted: 'two axes' })
    const moved = new ShapeError({ ...error, where: 'layer 4' }, { cause: error })
    expect(moved.message).toBe('cannot multiply, in layer 4: got [3], wanted two axes. Change the layer.')
    expect(moved.cause).toBe(error)
  })
})
