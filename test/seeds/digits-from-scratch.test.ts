import { createRequire } from 'node:module'
import { adam, crossEntropy, input, linear, minimize, relu } from 'eddy'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'

interface Digit {
  readonly pixels: Float32Array
  readonly label: number
}

const pixelCount = 28 * 28
const perClass = 100
const require = createRequire(import.meta.url)

/** The first hundred handwritten digits of each class, class after class in turn: 0, 1, 2, ..., 9, 0, 1, ... */
function readDigits(): Digit[] {
  const classes = Array.from({ length: 10 }, (_, label) => {
    const { data } = require(`mnist/src/digits/${label}.json`) as { readonly data: readonly number[] }
    const pixels = Float32Array.from(data.slice(0, perClass * pixelCount))
    return Array.from({ length: perClass }, (_, k) => (
      { pixels: pixels.subarray(k * pixelCount, (k + 1) * pixelCount), label }
    ))
  })
  return Array.from({ length: 10 * perClass }, (_, k) => classes[k % 10]![Math.floor(k / 10)]!)
}

const argMax = (values: ArrayLike<number>): number => {
  let best = 0
  for (let k = 1; k < values.length; k++) if (values[k]! > values[best]!) best = k
  return best
}

describe('handwritten digits from scratch, one at a time, each seen once', () => {
  it('a 784-32-10 network guesses before it is told: at first by chance, in the end mostly right', () => {
    const digits$ = new Subject<Digit>()
    const x = input(digits$, { shape: [pixelCount], select: (digit) => digit.pixels })
    const label = input(digits$, { shape: [], select: (digit) => digit.label })
    const logits = x.pipe(linear(pixelCount, 32), relu(), linear(32, 10))
    const guesses: number[] = []
    logits.subscribe(({ data }) => guesses.push(argMax(data)))
    const losses: number[] = []
    crossEntropy(logits, label).pipe(minimize(adam({ learningRate: 0.003 }), { seed: 1 }))
      .subscribe(({ loss }) => losses.push(loss))

    const digits = readDigits()
    for (const digit of digits) digits$.next(digit)

    const isRight = guesses.map((guess, k) => guess === digits[k]!.label)
    const share = (from: number, to: number): number => isRight.slice(from, to).filter(Boolean).length / (to - from)
    expect(guesses).toHaveLength(1000)
    expect(losses[0]).toBeCloseTo(Math.log(10), 0)
    expect(share(0, 50)).toBeLessThan(0.5)
    expect(share(700, 1000)).toBeGreaterThan(0.8)
  })
})
