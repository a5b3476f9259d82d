import { describe, expect, it } from 'vitest'
import { forms } from '../forms.ts'
import { riverChecks } from '../river-checks.ts'
import { modelForms } from './all-forms.ts'
import { modelChecks } from './model-checks.ts'
import { makers, modelClasses, policies } from './public-models.ts'

describe.each(modelChecks)('$name: $says', ({ kinds, run }) => {
  it.each(modelForms.filter(({ kind }) => kinds?.includes(kind) ?? true))('$name', run)
})

describe('the suite', () => {
  it('has the checks that plain learners have, each for every model of the kinds that it is about', () => {
    expect(modelChecks.map(({ name }) => name).sort()).toEqual(riverChecks.map(({ name }) => name).sort())
    expect(modelChecks.filter(({ kinds }) => kinds === undefined)).toHaveLength(21)
    expect(new Set(modelForms.map(({ name }) => name)).size).toBe(37)
  })

  it('has a form of every public model, of every function that makes one, and of every way to choose', () => {
    const used = new Set([...modelForms, ...forms].flatMap(({ parts }) => parts))
    expect(modelClasses).toEqual([
      'AnomalyDetector', 'AutoModel', 'BackgroundLearner', 'Bandit', 'DurableLearner', 'Ensemble', 'KeyedLearner',
      'Learner',
    ])
    const made = new Set([...makers].filter(([name]) => used.has(name)).map(([, name]) => name))
    expect(modelClasses.filter((name) => !made.has(name)), 'classes without a form').toEqual([])
    expect([...makers.keys()].filter((name) => !used.has(name)), 'makers without a form').toEqual([])
    expect(policies.filter((name) => !used.has(name)), 'policies without a form').toEqual([])
    expect([makers.size, policies.length]).toEqual([8, 3])
  })
})
