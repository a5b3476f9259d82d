import type { RunOptions } from '@eddy/graph'
import { describe, expect, it } from 'vitest'
import { runOptionsOf } from './options.ts'

describe('runOptionsOf', () => {
  it('takes every option of a run, and no other', () => {
    const options: Required<RunOptions> = {
      dtype: 'f64', seed: 3, fusion: 'off', weights: 'rows', onReject: 'stop', queue: { capacity: 2 }, pick: () => 0,
    }
    expect(runOptionsOf({ ...options, target: 'y' } as RunOptions)).toEqual(options)
    expect(runOptionsOf({ weights: 'columns' })).toEqual({ weights: 'columns' })
    expect(runOptionsOf({})).toEqual({})
  })
})
