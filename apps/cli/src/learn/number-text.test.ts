import { describe, expect, it } from 'vitest'
import { numberText } from './number-text.ts'

describe('numberText(text)', () => {
  it.each(['0', '12.5', '-3', '1e-5', '.5', '1.234'])('%s is a number', (text) => {
    expect(numberText(text)).toBe('plain')
  })

  it.each([
    '1,000.50', '1.000,50', "1'000.50", '1’000', '1 000', '1\u00A0000,5', '12,30,000.5', '$12.30', '-$3', '$-3',
    '€ 1.234.567,00', '3 EUR', 'CHF 12', 'R$ 10', '12 %', '0.5%', '12,5', '12 km', '5kg', '21.5 °C', '(1,000)',
  ])('%s is an amount', (text) => {
    expect(numberText(text)).toBe('amount')
  })

  it.each([
    '', 'blue', '$', '$$', '%', '1.2.3',
    '10.0.0.1', '12:30', '2024-01-02', '1-2', '3/4', 'v12', 'page 12', '12 monkeys',
    '079 12 34', '9007199254740993', `${'1,000'.repeat(20)}`,
  ])('%s is neither', (text) => {
    expect(numberText(text)).toBe(null)
  })
})
