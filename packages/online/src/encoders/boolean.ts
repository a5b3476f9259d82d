import { type Encoder, refuse } from '../encoder.ts'

/**
 * True is 1 and false is 0, then standardised like any number, so that a rare flag speaks up when it is set.
 * Edge: a missing flag contributes nothing; anything but true and false, 0 and 1 included, rejects the event.
 * @example features({ weekend: boolean() })
 */
export function boolean({ standardize = true }: { readonly standardize?: boolean } = {}): Encoder {
  return Object.freeze({
    name: 'boolean',
    standardize,
    encode: (value, emit) => {
      if (typeof value !== 'boolean') refuse(value, 'true or false', 'Compare before (x === 1), or use numeric()')
      emit(null, value ? 1 : 0)
    },
  } satisfies Encoder)
}
