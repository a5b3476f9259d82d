import { add, backward, defineOperator, input, silu, sum } from 'eddy'
import { from } from 'rxjs'
import { isProgram, type Show, silently } from './is-program.ts'

// #region swish
const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v))

// y = x s and dy/dx = s + y (1 - s), with s = sigmoid(x)
const swish = defineOperator({
  name: 'swish',
  forward: ([x], y) => x.forEach((v, i) => { y[i] = v * sigmoid(v) }),
  backward: (dy, [x], y, [dx]) => dx?.forEach((_, i) => { dx[i] = dy[i] * (y[i] + sigmoid(x[i]) * (1 - y[i])) }),
})
// #endregion

/** A node of your own: two pure functions. It fuses like the built-in ones; one of them computes the same. */
export function main(show: Show = silently) {
  const events$ = from([[-3, -1, 0, 0.5, 2], [5, 1, 0.25, -0.5, -8]])
  const x = input(events$, { shape: [5] })
  const own = x.pipe(swish())
  const ownGradients: number[][] = []
  const ownValues: number[][] = []
  own.subscribe((y) => ownValues.push([...y.data]))
  x.gradient$.subscribe((g) => ownGradients.push([...g.data]))

  const other = input(events$, { shape: [5] })
  const builtIn = other.pipe(silu())
  const builtInGradients: number[][] = []
  const builtInValues: number[][] = []
  builtIn.subscribe((y) => builtInValues.push([...y.data]))
  other.gradient$.subscribe((g) => builtInGradients.push([...g.data]))

  add(sum(own), sum(builtIn)).pipe(backward({ dtype: 'f64' })).subscribe()
  const row = (values: readonly number[] | undefined): string => values!.map((v) => v.toFixed(6).padStart(10)).join('')
  show('swish   ', row(ownValues[0]), ' slope', row(ownGradients[0]))
  show('built in', row(builtInValues[0]), ' slope', row(builtInGradients[0]))
  return { ownValues, ownGradients, builtInValues, builtInGradients }
}

if (isProgram(import.meta.url)) main(console.log)
