import { ShapeError } from 'eddy'
import { describe, expect, it, vi } from 'vitest'
import { main as twoStreamGraph } from './a-two-stream-graph.ts'
import { main as learner } from './b-learner.ts'
import { main as delayedLabels } from './c-delayed-labels.ts'
import { main as compareInit } from './compare-init.ts'
import { main as ownOperator } from './d-own-operator.ts'
import { main as lens } from './e-lens.ts'
import { main as scalarExpression } from './f-scalar-expression.ts'
import { main as manyModels } from './g-many-models.ts'
import { main as autoModel } from './h-auto-model.ts'
import { main as hedgedDepths } from './i-hedged.ts'

describe('example A, the two-stream graph', () => {
  const { values, gradients, losses, curve, mistake } = twoStreamGraph()

  it('emits a value of hidden going forward and a gradient coming back, for each of its 4000 events', () => {
    expect([values, gradients].map((seen) => seen.length)).toEqual([4000, 4000])
    expect([...values, ...gradients].every((row) => row.length === 8)).toBe(true)
    expect(values.flat().every((value) => Math.abs(value) < 1)).toBe(true)
  })

  it('learns what no line can tell: from a coin toss, ln 2, to a quarter of it', () => {
    expect(losses).toHaveLength(4000)
    expect(curve[0]).toBeCloseTo(Math.LN2, 1)
    expect(curve.at(-1)).toBeLessThan(Math.LN2 / 4)
  })

  it('throws a ShapeError in JavaScript where TypeScript reports an error: it names both layers', () => {
    expect(mistake).toBeInstanceOf(ShapeError)
    expect(String(mistake)).toMatch(/linear\(9, 1\) after linear\(2, 8\)/)
    expect(mistake).toMatchObject({ code: 'E_SHAPE', got: [8] })
  })
})

describe('example B, the learner', () => {
  const { log, answers, curve, metrics, before, after } = learner()

  it('predicts, then learns, every trip; its error falls, rises when a new carrier appears, and falls again', () => {
    expect(log).toHaveLength(8001)
    expect(curve[19]).toBeLessThan(curve[0]! / 4)
    expect(curve[20]).toBeGreaterThan(1.5 * curve[19]!)
    expect(curve[39]).toBeLessThan(curve[20]! / 1.5)
  })

  it('is better than the mean of all delays so far, counting from its first guess', () => {
    expect(metrics.mae).toBeLessThan(0.5 * metrics.baselines['mean']!.mae)
    expect(metrics.mae).toBe(log[7999]!.mae)
  })

  it('answers questions in between, with what it knows by then', () => {
    const [early, late] = [answers[3]!, answers[7]!]
    // 15 for the carrier, 2 * 11 for the hour, 4 for the distance; early on nobody has seen that carrier.
    expect(Math.abs(late - 41)).toBeLessThan(3)
    expect(early).toBeLessThan(25)
  })

  it('restore(snapshot) takes a bad event back to the last bit', () => {
    const [good, disturbed, restored] = answers.slice(-3)
    expect(disturbed).not.toBe(good)
    expect(restored).toBe(good)
    expect(after).toEqual(before)
  })
})

describe('example C, labels that arrive later', () => {
  const { predicted, learned, lost, metrics, counters } = delayedLabels()

  it('predicts every flight, learns those that land within half an hour, each once', () => {
    expect(predicted).toHaveLength(3000)
    expect(learned.size).toBe(counters.learned)
    expect(learned.size).toBeGreaterThan(2500)
  })

  it('counts labels that are late, repeated, unknown, and predictions that nothing was heard of', () => {
    expect(counters).toMatchObject(lost)
    expect(lost).toMatchObject({ unknown: 2, late: expect.any(Number), duplicate: expect.any(Number) })
    expect(counters.expired + counters.learned + counters.pending).toBe(3000)
  })

  it('is scored by what it said when it was asked', () => {
    expect([...learned].every(([id, prediction]) => predicted[Number(id.slice(1))] === prediction)).toBe(true)
    expect(metrics.mae).toBeLessThan(0.4 * metrics.baselines['mean']!.mae)
  })
})

describe('example D, an operator of your own', () => {
  it('swish has the values and gradients of the built-in silu', () => {
    const { ownValues, ownGradients, builtInValues, builtInGradients } = ownOperator()
    expect(ownValues).toHaveLength(2)
    ownValues.flat().forEach((value, k) => expect(value).toBeCloseTo(builtInValues.flat()[k]!, 14))
    ownGradients.flat().forEach((slope, k) => expect(slope).toBeCloseTo(builtInGradients.flat()[k]!, 14))
    expect(ownGradients[0]![2]).toBe(0.5)
  })
})

describe('example E, a lens', () => {
  const { values, gradients, losses } = lens()

  it('passes values on bit by bit', () => {
    expect(values.before).toHaveLength(1000)
    expect(values.behind).toEqual(values.before)
  })

  it('shortens the gradients that are longer than 1, and no others', () => {
    expect(gradients.coming.some((length) => length > 20)).toBe(true)
    expect(gradients.coming.some((length) => length < 0.1)).toBe(true)
    gradients.passed.forEach((length, k) => expect(length).toBeCloseTo(Math.min(1, gradients.coming[k]!), 5))
  })

  it('learns on', () => expect(losses).toHaveLength(1000))
})

describe('example F, a scalar expression', () => {
  it('w.gradient$ emits -4', () => expect(scalarExpression()).toEqual({ loss: [2], gradient: [-4] }))
})

describe('example G, many models', () => {
  const { answers, evicted, best, counters, errors, members } = manyModels()

  it('a model for each machine knows what one for all cannot', () => {
    expect(answers[0]).toBeCloseTo(74, -0.5)
    expect(answers[1]).toBeCloseTo(25, -0.5)
    expect(errors.each).toBeLessThan(0.8 * errors.one)
  })

  it('where there is no room for all, models are handed out, forgotten and begun anew', () => {
    expect(counters).toMatchObject({ learned: 6000, keys: 15 })
    expect(counters.evicted).toBeGreaterThan(100)
    expect(evicted.size).toBe(20)
    expect(errors.few).toBeGreaterThan(errors.each)
  })

  it('finds a good learning rate', () => {
    expect(['learningRate=0.01', 'learningRate=1']).toContain(best)
    expect(members.map(({ rejected }) => rejected)).toEqual([0, 0, 0, 0])
  })
})

describe('example H, a model without a choice to make', () => {
  const { told, metrics, experts } = autoModel()

  it('is far better than the mean, and says whom it listens to', () => {
    expect(told).toHaveLength(3000)
    expect(metrics.mae).toBeLessThan(0.5 * metrics.baselines['mean']!.mae)
    expect(experts.length).toBeGreaterThan(10)
  })
})

describe('example I, a network whose depth nobody has to choose', () => {
  const { errors, fixed, weights, events } = hedgedDepths()
  const byDepth = new Map(fixed)
  const sumOf = (list: readonly number[], from: number, to: number): number => (
    list.slice(from, to).reduce((sum, error) => sum + error, 0)
  )

  it('shallow networks lead after each change of concept, deeper ones later', () => {
    const [line, one, two, , six] = [0, 1, 2, 4, 6].map((depth) => byDepth.get(depth)!) as number[][]
    expect(sumOf(two!, 3, 6)).toBeLessThan(0.8 * sumOf(one!, 3, 6))
    expect(sumOf(two!, 3, 6)).toBeLessThan(0.6 * sumOf(line!, 3, 6))
    for (const shallow of [line, one]) expect(shallow![6]).toBeLessThan(0.8 * six![6]!)
  })

  it('the hedged one is as good as the best fixed depth of hindsight, once it has seen a twelfth of the stream', () => {
    for (const [from, to] of [[1, 6], [7, 12]] as const) {
      const best = Math.min(...fixed.map(([, list]) => sumOf(list, from, to)))
      expect(sumOf(errors, from, to)).toBeLessThan(1.08 * best)
    }
  })

  it('after the concept has changed it recovers faster than the deep ones', () => {
    for (const depth of [4, 6]) expect(sumOf(errors, 6, 9)).toBeLessThan(0.85 * sumOf(byDepth.get(depth)!, 6, 9))
  })

  it('shows the weights of its depths as a stream: even at first, then no longer the line, none is given up', () => {
    expect(events).toBe(24_000)
    expect(weights[0]).toHaveLength(7)
    for (const weight of weights[0]!) expect(weight).toBeCloseTo(1 / 7, 6)
    const line = weights.map(([first]) => first!)
    expect(line[3]).toBeLessThan(0.5 * line[0]!)
    for (const list of weights) expect(Math.min(...list)).toBeGreaterThan(0.2 / 6 / 1.3)
  })
})

describe('the example that compares initial weights', () => {
  const results = new Map(compareInit().map(({ name, ...result }) => [name as string, result]))
  const { gradients: none, losses: flat } = results.get('all zeros')!
  const gained = (name: string): number => results.get(name)!.losses.at(-1)! / Math.LN2

  it('all zeros: only the last layer has a gradient, and only its bias learns', () => {
    expect(none.slice(0, -1)).toEqual([0, 0, 0, 0, 0])
    expect(none.at(-1)).toBeGreaterThan(0.1)
    expect(Math.max(...flat) - Math.min(...flat)).toBeLessThan(0.05)
  })

  it('too small: the gradient vanishes layer by layer, and nothing is learned', () => {
    const { gradients, ratio } = results.get('too small')!
    gradients.slice(1).forEach((size, k) => expect(size).toBeGreaterThan(5 * gradients[k]!))
    expect(ratio).toBeLessThan(1e-6)
    expect(gained('too small')).toBeGreaterThan(0.97)
  })

  it('too large: gradients are out of all proportion, the first update throws the network off', () => {
    const { gradients, losses } = results.get('too large')!
    expect(Math.max(...gradients)).toBeGreaterThan(1e3)
    expect(losses[0]).toBeGreaterThan(10)
  })

  it('Xavier and Kaiming keep gradients in size, and learn what the others do not', () => {
    for (const name of ['Xavier', 'Kaiming']) {
      const { gradients, ratio } = results.get(name)!
      expect(Math.max(...gradients) / Math.min(...gradients)).toBeLessThan(30)
      expect(ratio).toBeGreaterThan(1e-2)
      expect(gained(name)).toBeLessThan(0.6)
    }
    for (const name of ['all zeros', 'all alike', 'too small']) expect(gained(name)).toBeGreaterThan(0.95)
  })
})

describe('every example', () => {
  it.each([
    { name: 'A', main: twoStreamGraph, lines: 3 }, { name: 'B', main: learner, lines: 3 },
    { name: 'C', main: delayedLabels, lines: 3 },
    { name: 'D', main: ownOperator, lines: 2 }, { name: 'E', main: lens, lines: 2 },
    { name: 'F', main: scalarExpression, lines: 1 }, { name: 'G', main: manyModels, lines: 4 },
    { name: 'H', main: autoModel, lines: 2 }, { name: 'I', main: hedgedDepths, lines: 7 },
    { name: 'compare-init', main: compareInit, lines: 7 },
  ])('$name shows $lines lines when it is the program, and returns the same data every time', ({ main, lines }) => {
    const show = vi.fn()
    expect(main(show)).toEqual(main())
    expect(show).toHaveBeenCalledTimes(lines)
  })
})
