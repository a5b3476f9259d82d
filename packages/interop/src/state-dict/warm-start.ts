import type { SafetensorsLimits } from '../safetensors/header.ts'
import { readSafetensors } from '../safetensors/read-safetensors.ts'
import { fromStateDict, type Loaded, type LoadOptions } from './from-state-dict.ts'
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
  return fromStateDict(model, readSafetensors(bytes, options), options)
}
