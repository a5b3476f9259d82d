import { describe, expect, it } from 'vitest'
import { wordOf } from './column-word.ts'

describe('wordOf(name)', () => {
  it.each(['class', 'Cover_Type', 'species', 'classes', 'defect categories', 'faultCode', 'type of count', 'Label'])(
    'takes %s for the numbers of classes', (name) => expect(wordOf(name)).toBe('class'),
  )

  it.each(['quality', 'Rings', 'ratings', 'star_rating', 'classSize', 'num_classes', 'number of types', 'ageYears'])(
    'takes %s for amounts', (name) => expect(wordOf(name)).toBe('amount'),
  )

  it.each(['y', 'target', 'x2', '', 'G3', '_', 'of'])('is silent about %j', (name) => expect(wordOf(name)).toBe(null))
})
