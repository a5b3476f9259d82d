import { describe, expect, it } from 'vitest'
import { boolean } from '../encoders/boolean.ts'
import { categorical } from '../encoders/categorical.ts'
import { cross } from '../encoders/cross.ts'
import { numeric } from '../encoders/numeric.ts'
import { features } from '../features.ts'
import type { LearnerState } from '../learner-state.ts'
import { epsilonGreedy } from './epsilon-greedy.ts'
import { bandit } from './make-bandit.ts'

/** The names that a bandit has met, `feature/part`, with a star where numbers are standardised. */
function namesOf(interactions: boolean, events: readonly (readonly [arm: string, context: object])[]): string[] {
  const own = bandit<string>({
    features: features({
      age: numeric({ missing: 30 }), city: categorical({ missing: 'indicator' }), raw: numeric({ standardize: false }),
      both: cross(['city', 'day'], { bits: null }), member: boolean(),
    }),
    policy: epsilonGreedy(), interactions,
  })
  for (const [arm, context] of events) own.learnLogged({ context, arm, reward: 1 })
  return (own.snapshot().model as LearnerState).names
    .map(({ feature, part, standardize }) => `${feature}${part === null ? '' : `/${part}`}${standardize ? '*' : ''}`)
}

describe('the features of a context and an arm', () => {
  const first = ['top', { age: 3, city: 'Rome', raw: 2, day: 'Mon', member: true }] as const
  const shared = ['age*', 'arm/top', 'both/4:Rome3:Mon', 'city/Rome', 'member*', 'raw']
  const own = ['age by arm/3:top*', 'both by arm/3:top:4:Rome3:Mon', 'city by arm/3:top:Rome', 'member by arm/3:top*',
    'raw by arm/3:top']

  it('are those of the context, the arm, and, where they interact, each number once more for the arm', () => {
    expect(namesOf(false, [first]).sort()).toEqual(shared)
    expect(namesOf(true, [first]).sort()).toEqual([...shared, ...own].sort())
  })

  it('another arm adds its own names and no others; what stands in for missing values does so there, too', () => {
    const both = namesOf(true, [first, ['a:b', {}]])
    expect(both.slice(11).sort()).toEqual(
      ['age by arm/3:a:b*', 'arm/a:b', 'city', 'city by arm/3:a:b'],
    )
  })

  it('names of arms are never mixed up with parts', () => {
    const made = namesOf(true, [['a', { city: 'b:c' }], ['a:b', { city: 'c' }]])
    expect(made.filter((name) => name.startsWith('city by arm'))).toEqual(
      ['city by arm/1:a:b:c', 'city by arm/3:a:b:c'],
    )
  })
})
