import { formatShape, type Shape, type Tensor } from '@eddy/tensor'
import type { Observable } from 'rxjs'
import { GraphError } from './errors.ts'
import { asNode } from './node.ts'
import type { Optimizer } from './optimizer.ts'
import { Training } from './training.ts'
import { checkTraining, type TrainingOptions } from './training-options.ts'

/**
 * Minimizes a loss, one event at a time: for every event the gradients of all parameters the loss depends on, then one
 * update. Gradients are of the sum of all losses that are minimized on the same event source; layers that this loss is
 * not to teach stand in it as `frozen(layer)`.
 * Shapes: the loss has one element.
 * @throws GraphError when the loss is no node, has several elements, or depends on no input; ValueError for an option
 * that there is not, or that has no such value.
 *
 * @example
 * loss.pipe(minimize(adam({ learningRate: 0.01 }))).subscribe((step) => console.log(step.step, step.loss))
 */
export function minimize(
  optimizer: Optimizer, options: TrainingOptions = {},
): (loss: Observable<Tensor<[]>>) => Training {
  if (typeof optimizer?.update !== 'function') {
    throw new GraphError(
      `got ${typeof optimizer}, wanted an optimizer`, 'minimize', 'For example: minimize(sgd({ learningRate: 0.01 }))',
    )
  }
  checkTraining('minimize', options)
  return (loss) => {
    const node = asNode(loss as Observable<Tensor<Shape>>, 'minimize')
    if (node.shape.some((size) => size !== 1)) {
      throw new GraphError(
        `got a loss of shape ${formatShape(node.shape)}, wanted one number`, `minimize after ${node.label}`,
        'Reduce it first: mean() or sum()',
      )
    }
    return new Training(node, optimizer, options)
  }
}
