import { ValueError } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import { memoryMedium } from '../medium/memory-medium.ts'
import { openStore } from './store.ts'

describe('openStore(medium, options)', () => {
  const wrong = [
    { keep: 0 }, { keep: 2.5 }, { rest: -5 }, { rest: NaN }, { durability: 'never' },
    { kep: 3 }, { rest: '1' }, { readOnly: 1 }, null,
  ]
  it.each(wrong)('refuses %j', (options) => {
    const medium = memoryMedium()
    expect(() => openStore(medium, options as never)).toThrow(ValueError)
    expect(() => openStore(medium)).not.toThrow() // and has locked nothing
  })

  it('refuses what is no medium, such as a folder, and says what to do', () => {
    expect(() => openStore('trips.store' as never)).toThrow(/no medium.*trips\.store.*nodeFiles\(folder\)/)
    expect(() => openStore(undefined as never)).toThrow(ValueError)
  })
})
