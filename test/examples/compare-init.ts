import {
  binaryCrossEntropyWithLogits, constantInitializer, describe, gradientFlow, gradientNorms, type Initializer, input,
  kaimingNormal, linear, minimize, type Node, normal, relu, rng, sgd, xavierNormal, zeros,
} from 'eddy'
import { Subject } from 'rxjs'
import { bars, meansOf } from './bars.ts'
import { isProgram, type Show, silently } from './is-program.ts'

interface Point {
  readonly features: readonly [number, number]
  readonly label: 0 | 1
}

/** Points of the plane; the label says whether they lie inside of a ring. */
function points(count: number): Point[] {
  const draws = rng(2, 'points')
  return Array.from({ length: count }, (_, k) => {
    const features = [2 * draws.uniform(2 * k) - 1, 2 * draws.uniform(2 * k + 1) - 1] as const
    const radius = Math.sqrt(features[0] ** 2 + features[1] ** 2)
    return { features, label: radius > 0.4 && radius < 0.9 ? 1 : 0 }
  })
}

/** A network of five hidden layers whose weights all start by one rule; biases start at zero. */
function deepNetwork(events$: Subject<Point>, weight: Initializer): Node<[]> {
  const x = input(events$, { shape: [2], name: 'x', select: (e) => e.features })
  const y = input(events$, { shape: [1], name: 'y', select: (e) => [e.label] })
  const options = { weight, bias: zeros() }
  const logit = x.pipe(
    linear(2, 24, options), relu(), linear(24, 24, options), relu(), linear(24, 24, options), relu(),
  ).pipe(
    linear(24, 24, options), relu(), linear(24, 24, options), relu(), linear(24, 1, options),
  )
  return binaryCrossEntropyWithLogits(logit, y)
}

const starts = [
  { name: 'all zeros', weight: zeros() },
  { name: 'all alike', weight: constantInitializer(0.1) },
  { name: 'too small', weight: normal(0, 0.01) },
  { name: 'Xavier', weight: xavierNormal() },
  { name: 'Kaiming', weight: kaimingNormal() },
  { name: 'too large', weight: normal(0, 1) },
] as const

/** What the first events tell of a start, and how far it gets. */
function compare(weight: Initializer) {
  const events$ = new Subject<Point>()
  const loss = deepNetwork(events$, weight)
  const norms: (readonly number[])[] = []
  const ratios: number[] = []
  const losses: number[] = []
  const watching = [
    gradientNorms(loss).subscribe((layers) => norms.push(Object.values(layers))),
    gradientFlow(loss).subscribe(({ ratio, verdict }) => verdict !== 'none' && ratios.push(ratio)),
  ]
  loss.pipe(minimize(sgd({ learningRate: 0.02 }), { seed: 5 })).subscribe((step) => losses.push(step.loss))
  for (const [k, point] of points(6000).entries()) {
    if (k === 100) for (const each of watching) each.unsubscribe()
    events$.next(point)
  }
  const gradients = norms[0]!.map((_, layer) => mean(norms.map((each) => each[layer]!)))
  return { gradients, ratio: mean(ratios), losses: meansOf(losses, 12) }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** One network, several ways to draw its first weights: mean gradients over 100 events layer by layer, and losses. */
export function main(show: Show = silently) {
  show(describe(deepNetwork(new Subject(), zeros())))
  const results = starts.map(({ name, weight }) => ({ name, ...compare(weight) }))
  for (const { name, gradients, ratio, losses } of results) {
    show(
      name.padEnd(9), 'gradients, first layer to last:', gradients.map((size) => size.toExponential(0)).join(' '),
      ` first / last: ${ratio.toExponential(0)}`,
      ` loss: ${bars(losses)} ${losses[0]!.toPrecision(3)} -> ${losses.at(-1)!.toPrecision(3)}`,
    )
  }
  return results
}

if (isProgram(import.meta.url)) main(console.log)
