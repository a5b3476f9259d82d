import type { Shape, Tensor } from '@eddy/tensor'
import { GraphError } from './errors.ts'
import { Evaluator } from './evaluator.ts'
import { type Failure, rejectionOf } from './failure.ts'
import { asNode, type Node } from './node.ts'
import { RejectedError } from './rejected-error.ts'
import { Run, type RunOptions } from './run.ts'
import type { Store } from './store.ts'
import { checkTraining } from './training-options.ts'

/** A predictor that is garbage collected gives its program's memory back. */
const forgotten = new FinalizationRegistry<Evaluator>((evaluator) => evaluator.close())

/**
 * A function from an event to a node's value, with the parameters of the moment: forward only. Nothing is learned, no
 * tap sees it, no random operator acts (dropout passes everything on), no running statistic moves, and events of the
 * source neither wait for it nor are counted. Inputs that the node does not depend on (the label) are not asked for.
 *
 * Make it once and call it often: the graph is compiled at the first call. It may be called at any time, also from
 * inside a tap, where it sees the parameters before the update of the frame in flight.
 * `options` are those of `minimize` (dtype, seed) and matter only when nobody has given any before.
 * @throws GraphError when made for a plain observable or for a node that depends on no input; ValueError for an option
 * that there is not, or that has no such value.
 * @throws RejectedError when called with an event that cannot be used; it says where, why, and what to do.
 *
 * @example
 * const predict = predictor(logit)
 * predict({ features: [1, 0] }).item()
 * queries$.pipe(map(predict)).subscribe(...)
 */
export function predictor<S extends Shape>(
  node: Node<S>, options: RunOptions = {},
): (event: unknown) => Tensor<S> {
  const { host } = asNode(node, 'predictor')
  checkTraining('predictor', options)
  if (!(host instanceof Run)) {
    throw new GraphError('depends on no input, so no event can reach it', node.name, 'Use input(source, { shape })')
  }
  const run = host
  const nodes = [node]
  const evaluator = new Evaluator()
  let store: Store | null = null
  const predict = (event: unknown): Tensor<S> => {
    const answer = evaluator.evaluate(event, nodes, (store ??= run.storeOf(nodes, options)))
    if (Array.isArray(answer)) return answer[0] as Tensor<S>
    throw new RejectedError(rejectionOf(0, event, answer as Failure))
  }
  forgotten.register(predict, evaluator)
  return predict
}
