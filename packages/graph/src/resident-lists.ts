import type { BurstRing } from './burst-ring.ts'
import type { Program } from './program.ts'
import type { ResidentRows } from './resident-rows.ts'

/** How the events of a list come to lie beside a model. */
export type Settle = (program: Program, inputs: BurstRing['inputs']) => ResidentRows

/** The lists that `resident` has made. Whoever does not call it need not load how it is done. */
export const residentLists = /* @__PURE__ */ new WeakMap<object, Settle>()
