import { apply, denseNode, type Node } from '@eddy/graph'
import { type Shape, ShapeError, ValueError } from '@eddy/tensor'
import { compositeRecord } from './composite.ts'
import type { Values } from './layer.ts'
import { matmul } from './matmul.ts'
import { permute } from './rearrangements.ts'
import { sum } from './reduce.ts'
import { reshape } from './reshape.ts'

interface EinsumOptions {
  readonly equation: string
}

type Letters = readonly string[]

/** The letters of both operands and of the result. @throws ValueError when the equation cannot be read. */
function parse(equation: string): readonly [a: Letters, b: Letters, result: Letters] {
  const [, a, b, result] = /^\s*([a-zA-Z]*)\s*,\s*([a-zA-Z]*)\s*->\s*([a-zA-Z]*)\s*$/.exec(equation) ?? []
  const lists: readonly [Letters, Letters, Letters] = [[...(a ?? '')], [...(b ?? '')], [...(result ?? '')]]
  const known = new Set([...lists[0], ...lists[1]])
  const once = lists.every((letters) => new Set(letters).size === letters.length)
  if (result !== undefined && once && lists[2].every((letter) => known.has(letter))) return lists
  throw new ValueError({
    what: 'cannot read the equation', where: 'einsum', got: equation, wanted: '"ij,jk->ik": two operands and a result',
    hint: 'Name each axis of an operand by a letter of its own, and use letters of the operands in the result.',
  })
}

/** How long each letter's axis is. @throws ShapeError when an operand does not have these axes. */
function lengthsOf(operands: readonly (readonly [Letters, Shape])[]): ReadonlyMap<string, number> {
  const lengths = new Map<string, number>()
  for (const [letters, shape] of operands) {
    const fits = letters.length === shape.length &&
      letters.every((letter, axis) => (lengths.get(letter) ?? shape[axis]) === shape[axis])
    if (!fits) {
      throw new ShapeError({
        what: `the axes are not ${letters.join('') || 'none'}`, where: 'einsum', got: shape,
        wanted: `[${letters.map((letter) => lengths.get(letter) ?? letter).join(', ')}]`,
        hint: 'Axes with the same letter have the same length.',
      })
    }
    letters.forEach((letter, axis) => lengths.set(letter, shape[axis]!))
  }
  return lengths
}

/** Sums over the letters that stand nowhere else, and brings the rest into the given order. */
function arrange(x: Node<Shape>, letters: Letters, order: Letters): Node<Shape> {
  const lone = letters.flatMap((letter, axis) => (order.includes(letter) ? [] : [axis]))
  const left = letters.filter((letter) => order.includes(letter))
  const summed = lone.length === 0 ? x : (sum(x, { axis: lone }) as Node<Shape>)
  const axes = order.map((letter) => left.indexOf(letter))
  return axes.every((axis, k) => axis === k) ? summed : permute(axes)(summed)
}

export const einsumRecord = /* @__PURE__ */ compositeRecord<EinsumOptions>({
  name: 'einsum',
  docs: {
    summary: 'Products of two operands summed over the axes that the result does not name.',
    formula: '"ij,jk->ik": y_ik = sum over j of a_ij b_jk, and so on', gradient: 'of the formula',
    shapes: 'one axis for each letter -> the letters behind the arrow',
  },
  build([a, b], { equation }) {
    const [lettersA, lettersB, result] = parse(equation)
    const lengths = lengthsOf([[lettersA, a!.shape], [lettersB, b!.shape]])
    const shared = lettersA.filter((letter) => lettersB.includes(letter))
    const batch = shared.filter((letter) => result.includes(letter))
    const summed = shared.filter((letter) => !result.includes(letter))
    const own = (letters: Letters): Letters =>
      letters.filter((letter) => result.includes(letter) && !shared.includes(letter))
    const [onlyA, onlyB] = [own(lettersA), own(lettersB)]
    const lengthsIn = (letters: Letters): number[] => letters.map((letter) => lengths.get(letter)!)
    const total = (letters: Letters): number => lengthsIn(letters).reduce((product, length) => product * length, 1)
    const left = arrange(a!, lettersA, [...batch, ...onlyA, ...summed])
    const right = arrange(b!, lettersB, [...batch, ...summed, ...onlyB])
    const product = matmul(
      reshape([total(batch), total(onlyA), total(summed)])(left),
      reshape([total(batch), total(summed), total(onlyB)])(right),
    )
    const order = [...batch, ...onlyA, ...onlyB]
    return arrange(reshape(lengthsIn(order))(product), order, result)
  },
  samples: () => ([
    ['ij,jk->ik', [2, 3], [3, 4]], ['bij,bjk->bik', [2, 2, 3], [2, 3, 2]], ['bi,bj->bij', [2, 3], [2, 4]],
    ['ij,ij->', [2, 3], [2, 3]], ['ij,kj->ki', [2, 3], [4, 3]], ['i,j->ji', [1], [5]], ['ijk,k->i', [2, 3, 4], [4]],
    [',i->i', [], [7]],
  ] as const).map(([equation, a, b]) => ({ options: { equation }, inputs: [{ shape: a }, { shape: b }] })),
})

/**
 * A sum of products of two operands, written with one letter for each axis. Letters shared by both operands and named
 * in the result are a batch; shared ones that are not named are summed over.
 * Formula: "ij,jk->ik": y_ik = sum over j of a_ij b_jk, and so on.
 * Shapes: one axis for each letter -> the letters behind the arrow.
 * @throws ValueError when the equation cannot be read; ShapeError when an operand does not have its axes.
 * @example einsum('ij,j->i', value([[1, 2], [3, 4]]), value([1, 10])) // [21, 43]
 */
export function einsum(equation: string, a: Values<Shape>, b: Values<Shape>): Node<Shape> {
  return apply(einsumRecord, [denseNode(a, 'einsum'), denseNode(b, 'einsum')], { equation })
}
