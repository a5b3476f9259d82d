import { GraphError } from './errors.ts'
import type { AnyNode } from './node.ts'
import type { RunOptions } from './run.ts'

export interface TrainingOptions extends RunOptions {
  /**
   * Keep the states of this many updates, so that `undo` can take them back. Costs one snapshot an update. Default 0.
   */
  readonly history?: number
  /** Nodes whose values `Run#read` gives while a step is being delivered, also in bursts. */
  readonly reads?: readonly AnyNode[]
}

const isOne = (...values: readonly unknown[]) => (value: unknown): boolean => values.includes(value)
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null

const fits: Readonly<Record<keyof TrainingOptions, (value: unknown) => boolean>> = {
  dtype: /* @__PURE__ */ isOne('f32', 'f64'), seed: Number.isSafeInteger,
  fusion: (value) => value === 'on' || value === 'off' || isObject(value),
  weights: /* @__PURE__ */ isOne('auto', 'rows', 'columns'), onReject: /* @__PURE__ */ isOne('continue', 'stop'),
  queue: isObject, pick: (value) => typeof value === 'function',
  history: (value) => Number.isInteger(value) && value as number >= 0, reads: Array.isArray,
}

/** TypeScript sees a misspelt option, JavaScript does not. @throws GraphError */
export function checkOptions(options: TrainingOptions, where: string): void {
  for (const [name, value] of Object.entries(isObject(options) ? options : { options })) {
    if (value === undefined || (Object.hasOwn(fits, name) && fits[name as keyof TrainingOptions](value))) continue
    throw new GraphError(
      `cannot take ${name}: ${String(value)}`, where, `Known are ${Object.keys(fits)}; see TrainingOptions`,
    )
  }
}
