import { checkOptions } from '@eddy/tensor'
import { limitOptions, type SafetensorsLimits } from '../safetensors/header.ts'
import { readSafetensors } from '../safetensors/read-safetensors.ts'
import { fromStateDict, type Loaded, loadOptions, type LoadOptions } from './from-state-dict.ts'
import type { Trainable } from './model-parts.ts'

/**
 * Starts a training or a learner from the parameters in a safetensors file: its own, or one of PyTorch with a `map`.
 * See `fromStateDict` for what is checked, and `readSafetensors` for the limits.
 * @throws FormatError when this is no such file; StateDictError when it belongs to another model. Nothing has changed.
 *
 * @example
 * warmStart(trips, await readFile('trips.safetensors'))
 * warmStart(training, bytes, { map: 'sequential' })                        // nn.Sequential
 * warmStart(training, bytes, { map: { linear: 'fc1', linear_1: 'fc2' } })  // named modules
 */
export function warmStart(
  model: Trainable, bytes: Uint8Array, options: LoadOptions & SafetensorsLimits = {},
): Loaded {
  checkOptions('warmStart', options, [...loadOptions, ...limitOptions])
  const { headerBytesMax, tensorsMax, ...rest } = options
  const limits = {
    ...(headerBytesMax === undefined ? {} : { headerBytesMax }), ...(tensorsMax === undefined ? {} : { tensorsMax }),
  }
  return fromStateDict(model, readSafetensors(bytes, limits), rest)
}
