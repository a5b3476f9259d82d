import { describe, expect, it } from 'vitest'
import { colourStyle, plainStyle, styleFor } from './style.ts'
import { clipTo, padEnd, padStart, widthOf } from './text-width.ts'

const { accent, bold } = colourStyle

describe('widthOf(text)', () => {
  it('counts characters, not bytes, and no colour marks', () => {
    expect(widthOf(`${accent('loss')} ▁⣿é`)).toBe(8)
  })
})

describe('clipTo(text, width)', () => {
  it('leaves what fits alone', () => {
    expect(clipTo(accent('four'), 4)).toBe(accent('four'))
  })

  it('cuts letters and keeps the marks that end a colour', () => {
    expect(clipTo(`ab${accent('cdef')}gh${bold('ij')}`, 4)).toBe(`ab${accent('cd')}${bold('')}`)
  })
})

describe('padStart and padEnd(text, width)', () => {
  it('fill up to a width that colour marks do not count for', () => {
    expect(padStart(accent('a'), 3)).toBe(`  ${accent('a')}`)
    expect(padEnd(accent('a'), 3)).toBe(`${accent('a')}  `)
    expect(padEnd('abcd', 3)).toBe('abcd')
  })
})

describe('styleFor(isTerminal, env)', () => {
  it('paints a terminal, and nothing else', () => {
    expect(styleFor(true, {})).toBe(colourStyle)
    expect(styleFor(true, { NO_COLOR: '' })).toBe(colourStyle)
    expect(styleFor(true, { NO_COLOR: '1' })).toBe(plainStyle)
    expect(styleFor(false, {})).toBe(plainStyle)
  })
})
