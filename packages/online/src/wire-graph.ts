import { type AnyNode, GraphError, input, namedInput, type Node } from '@eddy/graph'
import { standardize } from '@eddy/nodes'
import type { Shape } from '@eddy/tensor'
import type { Observable } from 'rxjs'
import type { Features } from './features.ts'
import { FeatureReader } from './feature-reader.ts'
import type { Job } from './job.ts'
import type { NamedAxis } from './named-axis.ts'
import type { LearnerLoss, LearnerOptions } from './options.ts'
import { type Label, targetReader } from './target.ts'
import { type Task, taskOf } from './task.ts'

/** The nodes of a learner's graph, to be tapped: values, and `gradient$` where there is one. */
export interface LearnerNodes {
  /** The named features as they came. */
  readonly features: Node<[number]>
  readonly target: AnyNode
  /** The output of the model, before it is read as a probability. */
  readonly prediction: AnyNode
  readonly loss: Node<[]>
}

/**
 * Builds the graph of a learner:
 *
 *     events -> features -> standardize -> model -> prediction -> loss
 *          \-> target -----------------------------------------/
 *
 * `begin` is called before an event is read: names of an event that came to nothing must be gone by then. When it
 * returns true, the event is the one that was read last.
 * @throws GraphError when the label is among the features, or the output does not fit the loss.
 */
export function wireGraph<E, P, K extends string>(
  options: LearnerOptions<E, LearnerLoss, Label, K>, source: Observable<Job<E, P, K>>, axis: NamedAxis,
  begin: (job: Job<E, P, K>) => boolean,
): { readonly task: Task; readonly nodes: LearnerNodes } {
  const { features, loss, model, target, classes } = options
  checkLeak(features, target)
  const reader = new FeatureReader(features, axis, typeof target === 'string' ? target : null)
  const x = namedInput(source, axis, {
    name: 'features',
    select: (job) => {
      const again = begin(job) ? reader.again(job.learns) : null
      return again ?? reader.read(job.event, job.learns)
    },
  })
  const columns = (slot: number): boolean => axis.isStandardized(slot)
  const prediction = model(features.standardizes ? x.pipe(standardize({ columns })) : x)
  const task = taskOf(loss, prediction.shape)
  const readTarget = targetReader(target, task, prediction.shape.at(-1) ?? 1, classes)
  const y: Node<Shape> = input(source, {
    name: 'target', shape: loss.targetShape(prediction.shape) as number[],
    select: (job) => (job.label = readTarget(job.event)),
  })
  const lossNode = (loss as unknown as (prediction: AnyNode, target: AnyNode) => Node<[]>)(prediction, y)
  return { task, nodes: Object.freeze({ features: x, target: y, prediction, loss: lossNode }) }
}

/** A label among the features makes every metric a lie. */
function checkLeak({ declared, unknown, ignoresExplicitly }: Features, target: unknown): void {
  if (typeof target === 'string' && declared.some(([name]) => name === target)) {
    throw new GraphError(`the target ${target} is a feature, too`, 'learner', 'Remove it from features({ ... })')
  }
  if (typeof target === 'function' && unknown !== 'ignore' && !ignoresExplicitly) {
    throw new GraphError(
      'names that are not declared become features, and the target is a function, so the label might be among them',
      'learner', 'Name the field of the label in features({ ... }, { ignore: [...] }), or give target as a field name',
    )
  }
}
