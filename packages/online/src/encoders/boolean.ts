import { type Emit, type Encoder, refuse } from '../encoder.ts'
import { defineMemory } from './define-memory.ts'
import { absentBy, checkMissing, type MissingPolicy } from './missing.ts'
import { checkOptions } from '../known-options.ts'

export interface BooleanOptions {
  /** Default true. */
  readonly standardize?: boolean
  /**
   * What becomes of a missing flag. 'skip' (default): the feature contributes nothing to that event. 'indicator': 1 in
   * a slot that says so. 'last': the last one learned. true, false: that one.
   */
  readonly missing?: MissingPolicy | 'last' | boolean
}

/**
 * True is 1 and false is 0, then standardised like any number, so that a rare flag speaks up when it is set.
 * Edge: anything but true and false, 0 and 1 included, rejects the event.
 * @example features({ weekend: boolean(), returned: boolean({ missing: false }) })
 */
export function boolean(options: BooleanOptions = {}): Encoder {
  checkOptions('boolean', options, ['standardize', 'missing'])
  const { standardize = true, missing = 'skip' } = options
  checkMissing('boolean', missing, missing === 'last' || typeof missing === 'boolean', ", 'last', true or false")
  const encode = (value: unknown, emit: Emit): void => {
    if (typeof value !== 'boolean') refuse(value, 'true or false', 'Compare before (x === 1), or use numeric()')
    emit(null, value ? 1 : 0)
  }
  const facts = { name: 'boolean', standardize, encode }
  if (missing === 'last') {
    return defineMemory<boolean | null>({
      ...facts, initial: null, isState: (state) => state === null || typeof state === 'boolean',
      encode: (value, emit, last) => {
        if (value !== undefined || last !== null) encode(value ?? last, emit)
      },
      learn: (last, value) => (value as boolean | undefined) ?? last,
    })
  }
  return Object.freeze(
    typeof missing === 'boolean' ? { ...facts, missing } : { ...facts, ...absentBy('boolean', missing) },
  ) satisfies Encoder
}
