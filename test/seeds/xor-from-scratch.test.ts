import { adam, binaryCrossEntropyWithLogits, input, linear, minimize, sigmoid, tanh } from 'eddy'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { watch } from './watch.ts'

interface Example {
  readonly x: readonly [number, number]
  readonly y: 0 | 1
}

const table: readonly Example[] = [
  { x: [0, 0], y: 0 }, { x: [0, 1], y: 1 }, { x: [1, 0], y: 1 }, { x: [1, 1], y: 0 },
]

/** A 2-8-1 network with random initial weights, taught one example at a time. */
function learnXor(seed: number, rounds: number) {
  const events$ = new Subject<Example>()
  const x = input(events$, { shape: [2], select: (event) => event.x })
  const y = input(events$, { shape: [1], select: (event) => event.y })
  const hidden = x.pipe(linear(2, 8), tanh())
  const logit = hidden.pipe(linear(8, 1))
  const loss = binaryCrossEntropyWithLogits(logit, y)
  const seen = { probability: watch(logit.pipe(sigmoid())), hidden: watch(hidden), gradient: watch(hidden.gradient$) }
  const lesson = loss.pipe(minimize(adam({ learningRate: 0.05 }), { seed })).subscribe()
  for (let k = 0; k < rounds; k++) for (const example of table) events$.next(example)
  const counts = [seen.hidden.length, seen.gradient.length]
  lesson.unsubscribe()
  for (const example of table) events$.next(example)
  return { answers: seen.probability.slice(-4).map((p) => (p as number[])[0]!), counts, late: seen.gradient.length }
}

describe('XOR from scratch, one example at a time', () => {
  it.each([1, 2, 3, 4, 5])('seed %i: every answer is within 0.1 after 400 rounds', (seed) => {
    const { answers, counts, late } = learnXor(seed, 400)
    answers.forEach((answer, k) => expect(Math.abs(answer - table[k]!.y)).toBeLessThan(0.1))
    expect(counts).toEqual([1600, 1600])
    expect(late, 'no gradient comes back once nobody learns').toBe(1600)
  })

  it('the same seed learns the same bits', () => {
    expect(learnXor(6, 50)).toEqual(learnXor(6, 50))
    expect(learnXor(6, 50)).not.toEqual(learnXor(7, 50))
  })
})
