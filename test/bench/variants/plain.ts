import { timed } from '../clock.ts'
import type { Variant } from '../variant.ts'
import type { Workload } from '../workload.ts'

/** The hand-written loop over typed arrays. */
export function plain(workload: Workload): Variant {
  const { events, weights } = workload.data()
  let learn: ((event: unknown) => number) | null = null
  let next = 0
  let sum = 0
  return {
    name: 'plain',
    prepare() {
      learn = workload.plain(weights)
    },
    run: (count) => timed(count, (n) => {
      for (let k = next; k < next + n; k++) sum += learn!(events[k % events.length])
      next += n
    }, () => sum),
    verify(count) {
      const own = workload.plain(weights)
      return Float64Array.from({ length: count }, (_, k) => own(events[k % events.length]))
    },
    dispose() {
      learn = null
    },
  }
}
