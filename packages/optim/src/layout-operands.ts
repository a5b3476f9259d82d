import * as layout from '@eddy/kernels/layout'
import type { Gradient, Slot, UpdateTarget } from '@eddy/graph'

/** How UPDATE is told of a parameter and its gradient: layout w n m gradA gradB extra; see Layout. */
export function layoutOperands({ value: w }: UpdateTarget, gradient: Gradient): (number | Slot)[] {
  const n = w.shape[0] ?? 1
  const m = n === 0 ? 0 : w.size / n
  switch (gradient.kind) {
    case 'dense':
      return [layout.dense, w, n, m, gradient.slot, 0, 0]
    case 'outer':
      if (w.byColumn === true) return [layout.outer, w, m, n, gradient.columns, gradient.rows, gradient.lists ?? 0]
      return [layout.outer, w, n, m, gradient.rows, gradient.columns, 0]
    case 'rows':
      return [layout.rows, w, w.apart ?? m, m, gradient.pairs, gradient.gradient, gradient.pairs.pairs]
    case 'lookup':
      return [layout.lookup, w, w.apart ?? m, m, gradient.index, gradient.gradient, gradient.index.size]
  }
}
