import { type AnyNode, apply, type Node, type Operator, type Slot } from '@eddy/graph'
import { op } from '@eddy/kernels'

interface Width {
  readonly width: number
}

/**
 * The numbers of sparse pairs by slot, in so many slots, however long the named axis is by now.
 * Formula: y_i = sum of value_k over pairs k with index_k = i. Shapes: pairs of [n], n <= width -> [width].
 */
const valuesOperator: Operator<Width, void> = {
  name: 'slotValues',
  shape: (_, { width }) => [width],
  differentiable: () => false,
  forward(scope, { inputs: [x], output }) {
    scope.emit(op.DENSIFY, x!, x!.pairs, output, output.size)
  },
  backward() {},
}

/**
 * Which slots an event has numbers for: as `slotValues` of the same pairs with the value 1.
 *
 *     pairs  [count | indices ... | values ...]
 *     copy   [count | indices ... | 1 1 1 ... ]
 */
const presenceOperator: Operator<Width, void> = {
  ...valuesOperator,
  name: 'slotPresence',
  forward(scope, { inputs: [x], output }) {
    const { pairs: capacity } = x!
    const bytes = scope.dtype === 'f32' ? 4 : 8
    const head = (16 + ((4 * capacity + 15) & ~15)) / bytes
    const ones = scope.temporary(head + capacity)
    const values: Slot = { ...ones, at: ones.at + head * bytes }
    scope.emit(op.COPY, ones, x!, head)
    scope.emit(op.FILL, values, capacity, { f64: 1 })
    scope.emit(op.DENSIFY, ones, capacity, output, output.size)
  },
}

/**
 * Which slots count when an event is judged: those that it has, and those where having nothing means 0. A number that
 * is standardised and missing says nothing; a category that is missing says that it is not that one.
 * Formula: y_i = presence_i where slot i is standardised, else 1. Statistics are those of `standardize()`, [n, 4].
 */
const judgedOperator: Operator<void, void> = {
  name: 'judgedSlots',
  shape: ([presence]) => presence!,
  differentiable: () => false,
  forward(scope, { inputs: [presence, statistics], output }) {
    scope.call(() => {
      const there = scope.view(presence!)
      const rows = scope.view(statistics!)
      const judged = scope.view(output)
      for (let i = 0; i < judged.length; i++) {
        const flag = 4 * i < rows.length ? rows[4 * i] : 0
        judged[i] = flag === 1 ? there[i]! : 1
      }
    })
  },
  backward() {},
}

export function slotValues(x: AnyNode, width: number): Node<[number]> {
  return applied(valuesOperator, [x], { width })
}

export function slotPresence(x: AnyNode, width: number): Node<[number]> {
  return applied(presenceOperator, [x], { width })
}

/** `statistics` is null when no number is standardised: all slots count then. */
export function judgedSlots(presence: Node<[number]>, statistics: AnyNode | null): Node<[number]> | null {
  return statistics === null ? null : applied(judgedOperator, [presence, statistics], undefined)
}

function applied<O>(operator: Operator<O, void>, inputs: readonly AnyNode[], options: O): Node<[number]> {
  return apply(operator as unknown as Operator<never, never>, inputs, options)
}
