import { describe, expect, it } from 'vitest'
import { nearest, suggestion } from './nearest.ts'

describe('nearest(given, names)', () => {
  it('finds a name with a letter too many, too few, another one, or two swapped', () => {
    const names = ['price', 'city', 'is_phishing']
    expect(['pricee', 'prce', 'prixe', 'rpice'].map((given) => nearest(given, names))).toEqual(Array(4).fill('price'))
    expect(nearest('is_phising', names)).toBe('is_phishing')
    expect(nearest('PRICE', names)).toBe('price')
  })

  it('prefers the nearest one, the first of equals', () => {
    expect(nearest('aaab', ['aabb', 'aaaa', 'aaab'])).toBe('aaab')
    expect(nearest('aaac', ['aaab', 'aaad'])).toBe('aaab')
  })

  it('gives null when nothing is near', () => {
    expect(nearest('x', ['y', 'price'])).toBeNull()
    expect(nearest('target', ['price', 'city'])).toBeNull()
    expect(nearest('price', [])).toBeNull()
  })
})

describe('suggestion(given, names)', () => {
  it('names the one that was meant, or all, or nothing', () => {
    expect(suggestion('prce', ['price'])).toBe(' Did you mean price?')
    expect(suggestion('target', ['price', 'city'])).toBe(' There are price, city.')
    expect(suggestion('target', [])).toBe('')
    expect(suggestion('zzz', Array.from({ length: 13 }, (_, k) => `column${k}`))).toMatch(/column11 and others\.$/)
  })
})
