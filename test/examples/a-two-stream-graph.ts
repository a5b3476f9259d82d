import { adam, binaryCrossEntropyWithLogits, input, linear, minimize, rng, ShapeError, tanh } from 'eddy'
import { Subject } from 'rxjs'
import { bars, meansOf } from './bars.ts'
import { isProgram, type Show, silently } from './is-program.ts'

interface Point {
  readonly features: readonly [number, number]
  readonly label: 0 | 1
}

/** Points of the plane; the label says whether both coordinates have the same sign, which no line can tell. */
function points(count: number): Point[] {
  const draws = rng(1, 'points')
  return Array.from({ length: count }, (_, k) => {
    const features = [2 * draws.uniform(2 * k) - 1, 2 * draws.uniform(2 * k + 1) - 1] as const
    return { features, label: features[0] * features[1] > 0 ? 1 : 0 }
  })
}

/** The two streams of a graph: values going forward, gradients coming back. */
export function main(show: Show = silently) {
  const events$ = new Subject<Point>()

  // #region graph
  const x = input(events$, { shape: [2], select: (e) => e.features })
  const y = input(events$, { shape: [1], select: (e) => e.label })
  const hidden = x.pipe(linear(2, 8), tanh()) // Node<[8]>
  const logit = hidden.pipe(linear(8, 1)) // Node<[1]>
  const loss = binaryCrossEntropyWithLogits(logit, y) // Node<[]>
  // #endregion

  const values: number[][] = []
  const gradients: number[][] = []
  const losses: number[] = []
  // #region streams
  hidden.subscribe((h) => values.push([...h.data])) // values, going forward
  hidden.gradient$.subscribe((g) => gradients.push([...g.data])) // dL/dhidden, coming back
  loss.pipe(minimize(adam({ learningRate: 0.01 }))).subscribe((step) => losses.push(step.loss))
  // #endregion

  let mistake: unknown
  try {
    // #region mistake
    // @ts-expect-error 8 outputs do not fit 9 inputs
    x.pipe(linear(2, 8), linear(9, 1))
    // #endregion
  } catch (error) {
    mistake = error
  }

  for (const point of points(4000)) events$.next(point)

  const curve = meansOf(losses, 40)
  show('loss     ', bars(curve), `${curve[0]!.toFixed(3)} -> ${curve.at(-1)!.toFixed(3)}`)
  show('gradients', bars(meansOf(gradients.map((g) => Math.hypot(...g)), 40)))
  show('mistake  ', mistake instanceof ShapeError ? mistake.message : 'none')
  return { values, gradients, losses, curve, mistake }
}

if (isProgram(import.meta.url)) main(console.log)
