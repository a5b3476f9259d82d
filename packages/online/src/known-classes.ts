import { type AnyNode, Node, type Operator } from '@eddy/graph'
import * as op from '@eddy/kernels/op'
import type { ClassAxis } from './class-axis.ts'

/**
 * The outputs of the classes that are known: what stands behind it does not know that there are more.
 * Formula: y_c = x_c for c < n; gradient: dx_c = dy_c for c < n, exactly 0 for the others.
 */
const operator: Operator<ClassAxis, void> = {
  name: 'knownClasses',
  shape: (_, { size }) => [size],
  forward(scope, { inputs: [x], output }) {
    scope.emit(op.COPY, output, x!, output.size)
  },
  backward(scope, { gradient, inputGradients: [dx] }) {
    if (dx == null) return
    scope.emit(op.FILL, dx, dx.size, { f64: 0 })
    scope.emit(op.COPY, dx, gradient, gradient.size)
  },
}

/**
 * The first outputs of a model, as many as there are classes. Whenever their number changes, programs have to be
 * compiled anew.
 * Shapes: [most classes] -> [classes].
 */
export function knownClasses(outputs: AnyNode, axis: ClassAxis): Node<[number]> {
  return new Node<[number]>({
    role: 'operator', label: 'knownClasses', name: outputs.host?.uniqueName('knownClasses'), inputs: [outputs],
    shape: () => [axis.size], operator: operator as unknown as Operator, options: axis, host: outputs.host,
  })
}
