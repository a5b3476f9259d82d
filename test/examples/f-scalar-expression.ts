import { backward, input, mul, parameter, scalar, square, sub } from 'eddy'
import { from } from 'rxjs'
import { isProgram, type Show, silently } from './is-program.ts'

/** One weight, one example: the gradient of L = (w x - t)^2 / 2 is (w x - t) x. */
export function main(show: Show = silently) {
  const seen = { loss: [] as number[], gradient: [] as number[] }

  // #region expression
  const events$ = from([{ x: 2, t: 5 }])
  const x = input(events$, { shape: [], select: (e) => e.x })
  const t = input(events$, { shape: [], select: (e) => e.t })

  const w = parameter(scalar(1.5))
  const L = mul(0.5, square(sub(mul(w, x), t)))

  w.gradient$.subscribe((g) => seen.gradient.push(g.item())) // -4
  L.pipe(backward()).subscribe((step) => seen.loss.push(step.loss)) // 2
  // #endregion

  show('L =', seen.loss[0], ' dL/dw =', seen.gradient[0])
  return seen
}

if (isProgram(import.meta.url)) main(console.log)
