import { GraphError } from '@eddy/graph'
import type { LossFacts } from '@eddy/nodes'
import { sizeOf, type Shape } from '@eddy/tensor'

/** What is predicted: a number, one of two classes, or one of several. */
export type Task = 'regression' | 'binary' | 'multiclass'

/**
 * The task that a loss belongs to: by its link, and by name for the loss of bare probabilities.
 * @throws GraphError when the model's output does not fit the task.
 */
export function taskOf(loss: LossFacts, output: Shape): Task {
  const task = loss.link === 'softmax' ? 'multiclass'
    : loss.link === 'sigmoid' || loss.label === 'binaryCrossEntropy()' ? 'binary' : 'regression'
  const fits = task === 'multiclass' ? output.length === 1 : sizeOf(output) === 1
  if (!fits) {
    throw new GraphError(
      `the model's output has shape [${output.join(', ')}], wanted ${task === 'multiclass' ? '[classes]' : '[1]'}`,
      `learner with ${loss.label}`,
      task === 'multiclass' ? 'End it with dense(classes)'
        : 'End it with dense(1), and make a learner for each number, or take crossEntropy() for classes',
    )
  }
  return task
}
