import { add, backward, input, linear, minimize, mul, parameter, scalar, sgd, squaredError } from 'eddy'
import { bufferCount, from, map, Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { expectClose, f64, parametersOf, watch } from './watch.ts'

interface Example {
  readonly x: number
  readonly y: number
}

/** y = 2 x - 1, without noise. */
const line: readonly Example[] = Array.from({ length: 400 }, (_, k) => {
  const x = ((k * 7) % 20) / 10 - 1
  return { x, y: 2 * x - 1 }
})

function fit() {
  const events$ = new Subject<Example>()
  const x = input(events$, { shape: [], select: (event) => event.x })
  const y = input(events$, { shape: [], select: (event) => event.y })
  const [slope, offset] = [parameter(scalar(0, 'f64')), parameter(scalar(0, 'f64'))]
  const loss = squaredError(add(mul(slope, x), offset), y)
  return { events$, slope, offset, training: loss.pipe(minimize(sgd({ learningRate: 0.1 }), { dtype: 'f64' })) }
}

describe('weights, gradients and losses as live streams', () => {
  it('a weight is a stream: its value in each frame, before the update; its gradient comes after', () => {
    const { events$, slope, training } = fit()
    const log: string[] = []
    slope.subscribe((value) => log.push(`value ${value.item()}`))
    slope.gradient$.subscribe((gradient) => log.push(`gradient ${gradient.item()}`))
    training.subscribe(({ step, loss }) => log.push(`step ${step} loss ${loss}`))
    events$.next({ x: 1, y: 1 })
    events$.next({ x: 0, y: 0 })
    // dL/dslope = 2 (prediction - y) x = -2; the second event has x = 0.
    expect(log.slice(0, 3)).toEqual(['value 0', 'gradient -2', 'step 1 loss 1'])
    expect(log.slice(3, 5)).toEqual(['value 0.2', 'gradient 0'])
  })

  it('watching changes nothing: the same bits are learned with and without', () => {
    const learned = (isWatched: boolean): (number | undefined)[] => {
      const { events$, slope, offset, training } = fit()
      if (isWatched) for (const node of [slope, offset]) [watch(node), watch(node.gradient$)].forEach(() => {})
      training.subscribe()
      for (const event of line) events$.next(event)
      return [slope.value?.item(), offset.value?.item()]
    }
    expect(learned(true)).toEqual(learned(false))
  })

  it('the streams are plain RxJS: gradients fade as the line is found, measured over windows of fifty', () => {
    const { events$, slope, offset, training } = fit()
    const sizes: number[] = []
    slope.gradient$.pipe(
      map((gradient) => Math.abs(gradient.item())),
      bufferCount(50),
      map((window) => Math.max(...window)),
    ).subscribe((size) => sizes.push(size))
    training.subscribe()
    for (const event of line) events$.next(event)
    expect(sizes).toHaveLength(8)
    expect(sizes.every((size, k) => k === 0 || size < sizes[k - 1]!)).toBe(true)
    expectClose([slope.value!.item(), offset.value!.item()], [2, -1], 1e-3)
  })

  it('the loss curve goes down: every window of fifty losses is below the one before', () => {
    const { events$, training } = fit()
    const curve: number[] = []
    training.pipe(
      map(({ loss }) => loss), bufferCount(50), map((losses) => losses.reduce((sum, loss) => sum + loss, 0) / 50),
    ).subscribe((mean) => curve.push(mean))
    for (const event of line) events$.next(event)
    expect(curve).toHaveLength(8)
    expect(curve.every((mean, k) => k === 0 || mean < curve[k - 1]!)).toBe(true)
    expect(curve.at(-1)).toBeLessThan(1e-5)
  })

  it("a layer's weight is a stream, too: its gradient is the outer product of what came back and what came in", () => {
    const event$ = from([{ x: [1, 2], y: [0, 0, 0] }])
    const x = input(event$, { shape: [2], select: (event) => event.x })
    const y = input(event$, { shape: [3], select: (event) => event.y })
    const out = x.pipe(linear(2, 3, { weight: f64([[1, 0], [0, 1], [1, 1]]), bias: f64([0, 0, 0]) }))
    const loss = squaredError(out, y, { reduction: 'sum' })
    const [weight, bias] = [...parametersOf(loss).values()]
    const seen = { weight: watch(weight!.gradient$), bias: watch(bias!.gradient$), out: watch(out.gradient$) }
    loss.pipe(backward()).subscribe()
    expect(seen).toEqual({ out: [[2, 4, 6]], bias: [[2, 4, 6]], weight: [[[2, 4], [4, 8], [6, 12]]] })
  })
})
