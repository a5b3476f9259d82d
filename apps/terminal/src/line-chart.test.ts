import { describe, expect, it } from 'vitest'
import { lineChart } from './line-chart.ts'

const paint = (text: string): string => text

describe('lineChart(lines, size)', () => {
  it('draws a rising line from the lower left to the upper right', () => {
    const values = [0, 1, 2, 3, 4, 5, 6, 7]
    expect(lineChart([{ values, paint }], { width: 10, height: 2 })).toEqual(['7.00 ┤  ⡠⠊', '0.00 ┤⡠⠊'])
  })

  it('draws a constant value as a straight line', () => {
    expect(lineChart([{ values: [3], paint }], { width: 8, height: 2 })).toEqual(['4.00 ┤', '3.00 ┤⣀⣀'])
  })

  it('puts all lines on one scale, the first one on top', () => {
    const lines = [{ values: [1], paint: (t: string) => t.replace(/./u, 'a') }, { values: [1, 9], paint }]
    expect(lineChart(lines, { width: 10, height: 2 })).toEqual(['9.00 ┤  ⡏⠉', '1.00 ┤aaaa'])
  })

  it('leaves a gap where a value is not finite', () => {
    expect(lineChart([{ values: [1, NaN, NaN, 1], paint }], { width: 10, height: 2 }))
      .toEqual(['2.00 ┤', '1.00 ┤⣀  ⣀'])
  })

  it('leaves every other dot of a dotted line out', () => {
    expect(lineChart([{ values: [1], paint, dotted: true }], { width: 8, height: 2 })).toEqual(['2.00 ┤', '1.00 ┤⡀⡀'])
  })

  it('gives empty rows when there is nothing to draw', () => {
    expect(lineChart([{ values: [], paint }, { values: [NaN], paint }], { width: 20, height: 3 })).toEqual(['', '', ''])
  })
})
