import { timed } from '../clock.ts'
import type { Variant } from '../variant.ts'

/** Answers one event after the other: its loss before the update, or what else its workload compares. */
export interface Stepper<E> {
  step(event: E): number
  close?(): void
}

/** A variant that is a function of one event; `make` builds a fresh model. */
export function stepwise<E>(
  name: string, events: () => readonly E[], make: () => Stepper<E> | Promise<Stepper<E>>,
  options: Pick<Variant, 'optional' | 'share' | 'reference'> = {},
): Variant {
  let stepper: Stepper<E> | null = null
  let next = 0
  // In an array, since a number in a variable is a new object after every addition.
  const sum = new Float64Array(1)
  return {
    name,
    ...options,
    async prepare() {
      stepper = await make()
    },
    run(count) {
      const all = events()
      const { step } = stepper!
      return timed(count, (n) => {
        for (let k = 0; k < n; k++) {
          sum[0]! += step(all[next]!)
          if (++next === all.length) next = 0
        }
      }, () => sum[0]!)
    },
    async verify(count) {
      const all = events()
      const own = await make()
      const answers = Float64Array.from({ length: count }, (_, k) => own.step(all[k % all.length]!))
      own.close?.()
      return answers
    },
    dispose() {
      stepper?.close?.()
      stepper = null
    },
  }
}
