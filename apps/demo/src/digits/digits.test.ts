import { describe, expect, it } from 'vitest'
import { digitPicture } from './digit-picture.ts'
import { argMax, DigitScores } from './digit-scores.ts'
import { shuffled, splitDigits } from './digits.ts'

describe('shuffled(values, seed)', () => {
  it('keeps every value once, in an order that only the seed decides', () => {
    const values = Array.from({ length: 100 }, (_, k) => k)
    const once = shuffled(values, 1)
    expect(once).not.toEqual(values)
    expect([...once].sort((a, b) => a - b)).toEqual(values)
    expect(shuffled(values, 1)).toEqual(once)
    expect(shuffled(values, 2)).not.toEqual(once)
  })
})

describe('splitDigits(pixels, label)', () => {
  it('cuts at every 784 pixels and leaves a stump out', () => {
    const digits = splitDigits(Float32Array.from({ length: 2 * 784 + 5 }, (_, k) => k), 7)
    expect(digits.map((d) => [d.label, d.pixels.length, d.pixels[0]])).toEqual([[7, 784, 0], [7, 784, 784]])
  })
})

describe('digitPicture(pixels)', () => {
  it('shows two rows of pixels in each line', () => {
    const pixels = new Float32Array(784)
    pixels[0] = 1
    pixels[29] = 1
    pixels[2] = 1
    pixels[30] = 1
    const picture = digitPicture(pixels)
    expect([picture.length, picture[0]!.length, picture[0]!.slice(0, 4)]).toEqual([14, 28, '▀▄█ '])
  })
})

describe('DigitScores', () => {
  it('add(label, guess, loss) scores in all and over the window', () => {
    const scores = new DigitScores(2)
    scores.add(3, 3, 1)
    scores.add(3, 8, 2)
    scores.add(3, 8, 3)
    expect([scores.count, scores.accuracy, scores.recentAccuracy, scores.logLoss]).toEqual([3, 1 / 3, 0, 2])
  })

  it('lets the majority guess before it sees the label', () => {
    const scores = new DigitScores()
    for (const label of [5, 5, 5, 1]) scores.add(label, 0, 0)
    expect(scores.majorityAccuracy).toBe(2 / 4)
  })

  it('confusions(most) lists mistakes of the window, most frequent first', () => {
    const scores = new DigitScores(4)
    for (const [label, guess] of [[1, 7], [4, 9], [4, 9], [2, 2], [9, 4]] as const) scores.add(label, guess, 0)
    expect(scores.confusions(5)).toEqual([{ label: 4, guess: 9, count: 2 }, { label: 9, guess: 4, count: 1 }])
    expect(scores.confusions(1)).toHaveLength(1)
  })
})

describe('argMax(logits)', () => {
  it('takes the first of equals', () => {
    expect(argMax([1, 3, 3, -2])).toBe(1)
  })
})
