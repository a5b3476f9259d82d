import { type AnyNode, input, type Node } from '@eddy/graph'
import { add, limitHedge } from '@eddy/nodes'
import type { Shape } from '@eddy/tensor'
import type { Observable } from 'rxjs'
import type { ClassAxis } from './class-axis.ts'
import { knownClasses } from './known-classes.ts'

/** What is added to the logit of a class that was not met: exp of it is 0, and no number becomes large by it. */
const never = -(2 ** 19)

/** The outputs of a model with room for more classes than were met. */
export interface MetClasses {
  /** What a prediction is read from. */
  readonly prediction: AnyNode
  /** What the loss is of. */
  readonly judged: AnyNode
}

/**
 * Leaves the classes that were not met out of loss, gradient and prediction. One output is read as far as there are
 * classes. Of a hedged network each output has to be, before what they say is mixed: the classes of before the event in
 * what it predicts, with that of the event in what it learns.
 */
export function metClasses(outputs: AnyNode, axis: ClassAxis, source: Observable<unknown>): MetClasses {
  let mask: Node<Shape> | null = null
  const shown = (output: AnyNode): AnyNode => {
    mask ??= input(source, { name: 'met classes', shape: [axis.max], select: maskOf(axis) }) as Node<Shape>
    return add(output as Node<Shape>, mask as never) as AnyNode
  }
  const hedged = limitHedge(outputs, shown, (output) => knownClasses(output, axis))
  if (hedged === null) return { prediction: outputs, judged: knownClasses(outputs, axis) }
  return { prediction: hedged, judged: hedged }
}

/** 0 for each class that is kept, by number; worked out anew only when there are others. */
function maskOf(axis: ClassAxis): () => Float32Array {
  const mask = new Float32Array(axis.max).fill(never)
  let count = 0
  return () => {
    const { length } = axis.names
    if (length !== count) mask.fill(0, 0, length).fill(never, length)
    count = length
    return mask
  }
}
