import { dense, relu, squaredError } from '@eddy/nodes'
import { adam } from '@eddy/optim'
import { type DType, rng, standardNormal, type Tensor } from '@eddy/tensor'
import { categorical } from '../encoders/categorical.ts'
import { numeric } from '../encoders/numeric.ts'
import { features } from '../features.ts'
import type { LearnerState } from '../learner-state.ts'
import type { Learner } from '../learner.ts'
import { learner } from '../make-learner.ts'

/** A delivery: some fields are missing now and then, couriers come and go. */
export interface Delivery {
  readonly distance?: number
  readonly hour?: number
  readonly courier?: string
  readonly minutes: number
}

/** Deliveries that take 3 minutes a kilometre, 10 more from 16 to 19 o'clock, and what the courier needs; seeded. */
export function deliveries(count: number, seed = 1): Delivery[] {
  const random = rng(seed, 'deliveries')
  return Array.from({ length: count }, (_, i) => {
    const at = i * 8
    const distance = 1 + 9 * random.uniform(at)
    const hour = random.integer(at + 1, 24)
    const courier = random.integer(at + 2, 4 + Math.floor(i / 100))
    const rush = hour >= 16 && hour < 20 ? 10 : 0
    const minutes = 3 * distance + rush + 2 * (courier % 5) + standardNormal(random, at + 3)
    return {
      ...(random.uniform(at + 4) < 0.1 ? {} : { distance }),
      ...(i > 50 && random.uniform(at + 5) < 0.9 ? { hour } : {}),
      ...(random.uniform(at + 6) < 0.05 ? {} : { courier: `c${courier}` }),
      minutes,
    }
  })
}

/** A small learner of deliveries; equal seeds make equal ones. */
export function deliveryLearner(seed = 1, dtype: DType = 'f32'): Learner<Delivery, number, 'mae' | 'rmse' | 'r2'> {
  return learner({
    features: features({ distance: numeric(), hour: numeric(), courier: categorical() }),
    target: (event: Delivery) => event.minutes,
    model: (m) => m.pipe(dense(8), relu(), dense(1)),
    loss: squaredError(), optimizer: adam({ learningRate: 0.02 }), seed, dtype,
  })
}

/** Every bit of a state, as text: two states are equal when these are. */
export function bitsOf({ training, names, metrics, memories, classes }: LearnerState): string {
  const { parameters, buffers, slots, ...rest } = training
  const moments = Object.entries(slots).flatMap(([name, own]) => (
    Object.entries(own).map(([slot, tensor]): [string, Tensor] => [`${name}/${slot}`, tensor])
  ))
  const tensors = [...Object.entries(parameters), ...Object.entries(buffers), ...moments]
  return [
    ...tensors.map(([name, { shape, dtype, data }]) => `${name} ${dtype} [${shape}] ${rowBits(data)}`),
    JSON.stringify(rest), JSON.stringify(names), JSON.stringify(metrics), JSON.stringify([memories, classes]),
  ].join('\n')
}

export function rowBits(data: Float32Array | Float64Array): string {
  return new Uint32Array(data.buffer, data.byteOffset, data.byteLength / 4).join(' ')
}
