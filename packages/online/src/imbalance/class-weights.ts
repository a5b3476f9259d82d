import { type AnyNode, GraphError, input, type Node } from '@eddy/graph'
import { classBalance, type ClassBalanceOptions } from '@eddy/nodes'
import { ValueError } from '@eddy/tensor'
import type { Observable } from 'rxjs'
import type { ClassAxis } from '../class-axis.ts'
import type { Label } from '../target.ts'
import type { Task } from '../task.ts'
import { checkOptions } from '../known-options.ts'

/** Weights that follow the frequencies of classes; made by `balancedWeights`. */
export class BalancedWeights {
  readonly options: Omit<ClassBalanceOptions, 'classes' | 'name'>

  /** @internal */
  constructor(options: Omit<ClassBalanceOptions, 'classes' | 'name'>) {
    this.options = options
  }
}

/**
 * How much an event weighs in learning, by its class: 'balanced', or `balancedWeights({ ... })`, for inverse
 * frequencies up to a limit, by default 10; or numbers by the names of classes, 1 where none is given. Keys of a record
 * are matched as text: '0', 'true', 'spam'; a Map tells 1 from '1'.
 */
export type ClassWeights = 'balanced' | BalancedWeights | Readonly<Record<string, number>> | ReadonlyMap<Label, number>

/**
 * All classes together weigh the same: each event weighs the inverse frequency of its class so far, but at most
 * `limit`, by default 10. Of two classes one that is rarer than 1 in 20 weighs less than the other until the limit is
 * raised: 500 balances 1 in 1,000. Formula and edges: `classBalance`, which refuses options that are out of range when
 * the learner is made. Counts are part of the training state.
 * @example learner({ ..., classWeights: balancedWeights({ fading: 0.999, limit: 50 }) })
 */
export function balancedWeights(options: Omit<ClassBalanceOptions, 'classes' | 'name'> = {}): BalancedWeights {
  checkOptions('balancedWeights', options, ['fading', 'limit'])
  return new BalancedWeights(options)
}

/** What a learner knows about its classes. */
export interface ClassFacts {
  readonly task: Task
  /** Outputs of the model. */
  readonly outputs: number
  /** Names by number, when they were given. */
  readonly names: readonly Label[] | undefined
  /** The axis of open classes. */
  readonly open: ClassAxis | null
}

const where = 'learner({ classWeights })'

/**
 * The weight of an event as a node []. `target` is its label as a number, which has been read by the time that the
 * weight is asked for.
 * @throws GraphError when the task has no classes; ValueError for what are no weights, a weight that is none, or one of
 * a class that there is not.
 */
export function classWeightNode<J extends { readonly label: number }>(
  weights: ClassWeights, source: Observable<J>, target: AnyNode, facts: ClassFacts,
): Node<[]> {
  const { task, outputs, open } = facts
  if (task === 'regression') {
    throw new GraphError('the loss is one of regression, which has no classes', where, 'Leave classWeights out')
  }
  if (weights === 'balanced' || weights instanceof BalancedWeights) {
    const options = weights === 'balanced' ? {} : weights.options
    return classBalance(target, { ...options, classes: task === 'binary' ? 2 : Math.max(2, outputs) })
  }
  const weightOf = lookUp(weights)
  if (open !== null) {
    return input(source, { name: 'classWeight', shape: [], select: ({ label }) => weightOf(open.nameOf(label)) ?? 1 })
  }
  const table = tableOf(weights, weightOf, facts)
  const select = task === 'binary'
    ? ({ label }: J) => (label === 0 || label === 1 ? table[label]! : (1 - label) * table[0]! + label * table[1]!)
    : ({ label }: J) => table[label]!
  return input(source, { name: 'classWeight', shape: [], select })
}

function lookUp(weights: Exclude<ClassWeights, 'balanced' | BalancedWeights>): (name: Label) => number | undefined {
  if (typeof weights !== 'object' || weights === null) {
    throw new ValueError({
      what: 'these are no weights of classes', where, got: weights,
      wanted: "'balanced', balancedWeights({ ... }), or numbers by the names of classes",
      hint: 'For example { spam: 4 }, or leave classWeights out.',
    })
  }
  const entries = isMap(weights) ? [...weights] : Object.entries(weights)
  for (const [name, weight] of entries) {
    if (typeof weight === 'number' && weight >= 0 && weight <= 1e6) continue
    throw new ValueError({
      what: `the weight of the class ${String(name)} is none`, where, got: weight, wanted: 'a number from 0 to 1e6',
      hint: '0 leaves a class out of learning, 1 is what a class weighs that is not named.',
    })
  }
  const known = new Map<unknown, number>(entries)
  return isMap(weights) ? (name) => known.get(name) : (name) => known.get(String(name))
}

function isMap(weights: unknown): weights is ReadonlyMap<Label, number> {
  return weights instanceof Map
}

/** Weights by the numbers of classes. */
function tableOf(
  weights: Exclude<ClassWeights, 'balanced' | BalancedWeights>, weightOf: (name: Label) => number | undefined,
  { task, outputs, names }: ClassFacts,
): readonly number[] {
  // Without names a class is its number, and one of two also a boolean.
  const spoken: readonly (readonly Label[])[] = names?.map((name) => [name])
    ?? (task === 'binary' ? [[0, false], [1, true]] : Array.from({ length: outputs }, (_, c) => [c]))
  const asText = !isMap(weights)
  const all = new Set<Label>(spoken.flat().map((name) => (asText ? String(name) : name)))
  for (const name of isMap(weights) ? weights.keys() : Object.keys(weights)) {
    if (all.has(name)) continue
    throw new ValueError({
      what: 'there is no class of that name to weigh', where, got: name, wanted: `one of ${[...all].join(', ')}`,
      hint: 'Names of classes are those of learner({ classes }), else their numbers.',
    })
  }
  return spoken.map((own) => own.map(weightOf).find((weight) => weight !== undefined) ?? 1)
}
