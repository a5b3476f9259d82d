import { describe, expect, it } from 'vitest'
import { forms } from './forms.ts'
import { riverChecks } from './river-checks.ts'

describe.each(riverChecks)('$name: $says', ({ of, run }) => {
  it.each(forms.filter(of))('$name', run)
})

describe('the suite', () => {
  it('has the 26 checks of River, each for every learner that it is about', () => {
    expect(riverChecks).toHaveLength(26)
    expect(new Set(riverChecks.map(({ name }) => name)).size).toBe(26)
    const about = riverChecks.map(({ of }) => forms.filter(of).length)
    expect(forms).toHaveLength(60)
    expect([Math.min(...about), about.filter((count) => count === forms.length).length]).toEqual([12, 21])
  })
})
