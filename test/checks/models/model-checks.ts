import type { ModelCheck } from './check.ts'
import { checksByKind } from './checks-by-kind.ts'
import { checksOfEvents } from './checks-of-events.ts'
import { checksOfIdentity } from './checks-of-identity.ts'
import { checksOfState } from './checks-of-state.ts'

/** River's 26, for every public model. */
export const modelChecks: readonly ModelCheck[] = [
  ...checksOfIdentity, ...checksOfState, ...checksOfEvents, ...checksByKind,
]
