import { input, lens, linear, minimize, relu, sgd, squaredError, type Shape, Tensor } from 'eddy'
import { identity, map, Subject } from 'rxjs'
import { bars, meansOf } from './bars.ts'
import { isProgram, type Show, silently } from './is-program.ts'

interface Reading {
  readonly x: readonly [number, number]
  readonly y: number
}

/** y = x0 + x1, but every fiftieth reading is wildly wrong. */
const readings: readonly Reading[] = Array.from({ length: 1000 }, (_, k) => {
  const x = [((k * 7) % 20) / 10 - 1, ((k * 3) % 11) / 5 - 1] as const
  return { x, y: k % 50 === 49 ? 30 : x[0] + x[1] }
})

const lengthOf = (tensor: Tensor): number => Math.hypot(...tensor.data)

// #region clip
/** The same direction, at most so long. */
function clipNorm<S extends Shape>(g: Tensor<S>, most: number): Tensor<S> {
  const length = lengthOf(g)
  return length <= most ? g : Tensor.of(g.shape, g.data.map((value) => (value * most) / length))
}
// #endregion

/** Any pair of RxJS operators on an edge: here values pass, and gradients are clipped on their way back. */
export function main(show: Show = silently) {
  const events$ = new Subject<Reading>()
  const x = input(events$, { shape: [2], select: (e) => e.x })
  const y = input(events$, { shape: [1], select: (e) => e.y })
  const hidden = x.pipe(linear(2, 8), relu())
  // #region clip
  const clipped = hidden.pipe(lens({ forward: identity, backward: map((g) => clipNorm(g, 1)) }))
  // #endregion
  const loss = squaredError(clipped.pipe(linear(8, 1)), y)

  const values = { before: [] as number[][], behind: [] as number[][] }
  hidden.subscribe((h) => values.before.push([...h.data]))
  clipped.subscribe((h) => values.behind.push([...h.data]))
  const gradients = { coming: [] as number[], passed: [] as number[] }
  clipped.gradient$.subscribe((g) => gradients.coming.push(lengthOf(g)))
  hidden.gradient$.subscribe((g) => gradients.passed.push(lengthOf(g)))
  const losses: number[] = []
  loss.pipe(minimize(sgd({ learningRate: 0.002 }), { seed: 1 })).subscribe((step) => losses.push(step.loss))
  for (const reading of readings) events$.next(reading)

  const largest = (lengths: readonly number[]): string => `at most ${Math.max(...lengths).toFixed(1)}`
  show('gradients that come back to the lens', bars(meansOf(gradients.coming, 40)), largest(gradients.coming))
  show('gradients that it passes on         ', bars(meansOf(gradients.passed, 40)), largest(gradients.passed))
  return { values, gradients, losses }
}

if (isProgram(import.meta.url)) main(console.log)
