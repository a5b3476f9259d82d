import type { DType } from 'eddy'
import { convolution } from './models/convolution.ts'
import { everyOperator } from './models/every-operator.ts'
import { hashedLogistic } from './models/hashed-logistic.ts'
import { mlp } from './models/mlp.ts'
import { namedFeatures } from './models/named-features.ts'
import { recurrentText } from './models/recurrent-text.ts'
import { type Trial, type Way, ways } from './trial.ts'

export interface Outcome {
  readonly trial: Trial
  readonly dtype: DType
  readonly way: Way
  readonly digest: string
}

const trials: readonly Trial[] = [mlp, hashedLogistic, namedFeatures, recurrentText, convolution, everyOperator]

/** Trains every model in both precisions and in every way. Knows no engine. */
export function outcomes(): Outcome[] {
  return trials.flatMap((trial) => (['f32', 'f64'] as const).flatMap((dtype) => (
    (trial.ways ?? ways).map((way) => ({ trial, dtype, way, digest: trial.digest(dtype, way) }))
  )))
}

/** One line for each: digest, model, element type, way. */
export function report(all: readonly Outcome[]): string {
  return all.map(({ trial, dtype, way, digest }) => `${digest}  ${trial.name}, ${dtype}, ${way.name}`).join('\n')
}
