import { ValueError } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import { checkState } from './check-state.ts'

describe('checkState', () => {
  it('takes a record with all parts, and null for one that is there and empty', () => {
    expect(() => checkState('X.restore', { names: [], warming: null, more: 1 }, 'names', 'warming?')).not.toThrow()
  })

  it('names the first part that is missing, where, what is wanted and what to do', () => {
    expect(() => checkState('X.restore', { training: { step: 1 } }, 'training'))
      .toThrow('it has no seed, in X.restore, training')
    expect(() => checkState('X.restore', { names: null }, 'names')).toThrow('it has no names')
    for (const state of [{ names: [] }, null, undefined, 3, 'state']) {
      expect(() => checkState('X.restore', state, 'training')).toThrow(ValueError)
    }
    expect(() => checkState('X.restore', { names: [] }, 'names', 'training')).toThrow(
      'this is no state, it has no training, in X.restore: got an object, wanted { names, training }. '
      + 'Restore only what snapshot() of such a model gave.',
    )
  })
})
