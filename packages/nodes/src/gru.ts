import { constant, denseNode, type Node } from '@eddy/graph'
import { allocate, type Shape, ShapeError, sizeOf, Tensor } from '@eddy/tensor'
import { type CellOptions, simpleStep } from './cells.ts'
import type { Values } from './layer.ts'
import type { RecurrentCell } from './recurrent.ts'
import { reshape } from './reshape.ts'
import { slice } from './slice.ts'
import { stack } from './stack.ts'

/** A GRU over sequences, which is a cell for `recurrent` as well. */
export interface Gru extends RecurrentCell {
  (x: Values<Shape>, first?: Values<Shape>): Node<Shape>
}

/**
 * A GRU over a sequence that is there as a whole, gradients through all its steps: the formula of `gruCell`, one step
 * after the other. The weighted sums of all inputs are taken in one go.
 * Shapes: x [steps, .., in], first state [.., hidden] (default zeros) -> all states [steps, .., hidden].
 * Source: initial values as PyTorch's `nn.GRU`.
 * @throws ShapeError when applied to other sizes, or to no step at all.
 * @example gru(1, 1, { weightHidden: zeros(), bias: false })(value([[0], [0]]), value([4])) // [2, 1]
 */
export function gru(inputs: number, hidden: number, options: CellOptions = {}): Gru {
  const step = simpleStep('gru', 3, inputs, hidden, options)
  const sequence = (x: Values<Shape>, first?: Values<Shape>): Node<Shape> => {
    const node = denseNode(x, step.label)
    const [steps = 0, ...rest] = node.shape
    if (steps === 0 || rest.length === 0) {
      throw new ShapeError({
        what: 'there is no sequence', where: step.label, got: node.shape, wanted: `[steps, .., ${inputs}]`,
        hint: 'The first axis is time; for one event at a time use gruCell.',
      })
    }
    const stateShape = [...rest.slice(0, -1), hidden]
    const zeros = (): Node<Shape> => constant(Tensor.of<Shape>(stateShape, allocate('f32', sizeOf(stateShape))))
    let h: Node<Shape> = first === undefined ? zeros() : denseNode(first, step.label)
    const sums = step.ofInput(node)
    const states = Array.from({ length: steps }, (_, t) => {
      const sum = slice(t, t + 1)(sums)
      return (h = step.next(reshape(sum.shape.slice(1))(sum), h))
    })
    return stack(states)
  }
  return Object.assign(sequence, {
    label: step.label, inputs, states: [hidden],
    step: (x: Node<Shape>, [h]: readonly Node<Shape>[]): readonly Node<Shape>[] => [step.next(step.ofInput(x), h!)],
  })
}
