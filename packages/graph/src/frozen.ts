import { ancestors } from './demand.ts'
import { GraphError } from './errors.ts'
import { type AnyNode, stopping } from './node.ts'

/**
 * A layer, or any other function of nodes, that is applied without being learned: gradients flow back through it to
 * what it is applied to, and none to its parameters. What else the layer itself is applied to teaches it as ever, so
 * two losses can share parameters that only one of them trains. Running statistics and states of recurrent layers are
 * no parameters: they go on. Parameters that no loss trains keep every bit, and so does their optimizer state.
 * @throws GraphError for anything but a function.
 *
 * @example
 * const tuned = squaredError(x.pipe(frozen(encoder), head), y) // learns the head alone
 *
 * // A generator and a critic, each with an optimizer of its own: both losses are minimized on the same events.
 * const fake = noise.pipe(generator)
 * const teach = add(softplus()(neg(critic(real))), softplus()(critic(stopGradient(fake)))) // trains the critic
 * const fool = softplus()(neg(frozen(critic)(fake))) // trains the generator
 */
export function frozen<A extends readonly unknown[], R>(layer: (...inputs: A) => R): (...inputs: A) => R {
  if (typeof layer !== 'function') {
    throw new GraphError(`got ${typeof layer}, wanted a layer`, 'frozen', 'For example: x.pipe(frozen(linear(2, 8)))')
  }
  return (...inputs) => {
    // With those in lists and in states of cells.
    const given = new Set(inputs.flatMap((input) => [input, ...Object.values(Object(input))]))
    // What depends on events passes gradients on, and so do parameters that the layer is applied to.
    const isOwn = (node: AnyNode): boolean => node.host === null && !ancestors([node]).some((each) => given.has(each))
    return stopping(isOwn, () => layer(...inputs))
  }
}
