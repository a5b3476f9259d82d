import { ValueError } from '@eddy/tensor'
import type { Encoder } from '../encoder.ts'

/** Parts that say that a value is missing. Words and numbers of a feature never have this name. */
export const missingPart = 'missing'

/** 'skip': nothing, the feature contributes nothing to that event. 'indicator': 1 in a slot that says "missing". */
export type MissingPolicy = 'skip' | 'indicator'

/** @throws ValueError unless it is 'skip', 'indicator', or one of the `others` that the encoder has. */
export function checkMissing(where: string, missing: unknown, isOther = false, others = ''): void {
  if (isOther || missing === 'skip' || missing === 'indicator') return
  throw new ValueError({
    what: 'nothing is known to do about missing values', where, got: missing, wanted: `'skip', 'indicator'${others}`,
    hint: 'Leave missing out for skip.',
  })
}

/** What the encoder `where` has of a policy; `part` is where the indicator goes. @throws ValueError for no policy. */
export function absentBy(
  where: string, policy: MissingPolicy, part: string | null = missingPart,
): Pick<Encoder, 'absent'> {
  checkMissing(where, policy)
  return policy === 'skip' ? {} : { absent: (emit) => emit(part, 1, false) }
}
