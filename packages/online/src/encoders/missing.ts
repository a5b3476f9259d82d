import type { Encoder } from '../encoder.ts'

/** Parts that say that a value is missing. Words and numbers of a feature never have this name. */
export const missingPart = 'missing'

/** 'skip': nothing, the feature contributes nothing to that event. 'indicator': 1 in a slot that says "missing". */
export type MissingPolicy = 'skip' | 'indicator'

/** What an encoder has of a policy; `part` is where the indicator goes. */
export function absentBy(policy: MissingPolicy, part: string | null = missingPart): Pick<Encoder, 'absent'> {
  return policy === 'skip' ? {} : { absent: (emit) => emit(part, 1, false) }
}
