import { ValueError } from '@eddy/tensor'
import { type Emit, type Encoder, refuse } from '../encoder.ts'
import { finiteNumber } from './finite-number.ts'
import { absentBy, type MissingPolicy } from './missing.ts'
import { checkOptions } from '../known-options.ts'

export interface VectorOptions {
  /** Numbers that it must have; default: any count, which may differ from event to event. */
  readonly length?: number
  /** Each by its own running mean and deviation; default true. */
  readonly standardize?: boolean
  /** 'indicator': 1 in a slot that says "missing". Default 'skip'. */
  readonly missing?: MissingPolicy
}

/** The parts '0', '1', ..., made once. */
const places: string[] = []

/**
 * A list of numbers, an array or a typed array: a slot for each place.
 * Edge: another length than declared, a place without a number, NaN and infinities reject the event.
 * @throws ValueError when length is not a positive integer.
 * @example features({ embedding: vector({ length: 384, standardize: false }) })
 */
export function vector(options: VectorOptions = {}): Encoder {
  checkOptions('vector', options, ['length', 'standardize', 'missing'])
  const { length, standardize = true, missing = 'skip' } = options
  if (length !== undefined && (!Number.isInteger(length) || length < 1)) {
    throw new ValueError({
      what: 'the length is out of range', where: 'vector', got: length, wanted: 'an integer from 1 on',
      hint: 'Leave it out for any length.',
    })
  }
  const encode = (value: unknown, emit: Emit): void => {
    const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))
    if (!isList) refuse(value, 'a list of numbers', 'Give an array or a typed array')
    const list = value as ArrayLike<unknown>
    if (list.length !== (length ?? list.length)) refuse(value, `a list of ${length} numbers`, 'Pad or cut it before')
    for (let k = 0; k < list.length; k++) emit((places[k] ??= String(k)), finiteNumber(list[k]))
  }
  return Object.freeze({ name: 'vector', standardize, encode, ...absentBy('vector', missing) } satisfies Encoder)
}
