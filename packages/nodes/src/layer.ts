import type { AnyNode, Initial, Node } from '@eddy/graph'
import {
  assertShape, formatShape, type Initializer, sameShape, type Shape, ShapeError, Tensor, ValueError,
} from '@eddy/tensor'

/** `Observable<Tensor<S>>`, taken from `Node` so that this package needs no rxjs of its own. */
export type Values<S extends Shape> = Node<S>['gradient$']

/** A layer that keeps the shape. Generic itself, not its factory: that is what lets `pipe` infer literal shapes. */
export type SameShapeLayer = <S extends Shape>(x: Values<S>) => Node<S>

/** What a parameter may start from. */
export type Start<S extends Shape> = Tensor<S> | Initializer

/**
 * What a parameter starts from: what the user gave, or the layer's default.
 * @throws ValueError for lengths that are none, and for what is neither a tensor nor an initializer; ShapeError when a
 * tensor was given that has another shape.
 */
export function initialOf<S extends Shape>(
  given: Start<S> | undefined, shape: S, fallback: Initializer, where: string,
): Initial<S> {
  assertShape(shape, where)
  if (!(given instanceof Tensor)) {
    checkInitializer(given, where)
    return { shape, initializer: given ?? fallback }
  }
  if (sameShape(given.shape, shape)) return given
  throw new ShapeError({
    what: 'the initial value has the wrong shape', where, got: given.shape, wanted: shape,
    hint: 'Give a tensor of that shape, or an initializer, which fits any shape.',
  })
}

/** @throws ValueError unless this is an initializer, or was left out. */
export function checkInitializer(given: Initializer | undefined, where: string): void {
  if (given === undefined || (given as Partial<Initializer> | null)?.sampler) return
  throw new ValueError({
    what: 'cannot start from it', where, got: given, wanted: 'a tensor or an initializer', hint: 'For example zeros().',
  })
}

/** A name that the user chose, made unique within the graph in case one layer is applied twice. */
export function uniqueName(node: AnyNode, name: string | undefined): string | undefined {
  return name === undefined ? undefined : (node.host?.uniqueName(name) ?? name)
}

/**
 * Parameters whose shape is known only when the layer is first applied. Applying it again shares them, so what comes in
 * must then agree in the axes that `relevant` picks.
 * @throws ShapeError when it does not.
 */
export function atFirstUse<T>(
  label: string, relevant: (shape: Shape) => Shape, make: (node: AnyNode) => T,
): (node: AnyNode) => T {
  let first: { readonly node: AnyNode; readonly made: T } | null = null
  return (node) => {
    first ??= { node, made: make(node) }
    const wanted = relevant(first.node.shape)
    if (sameShape(relevant(node.shape), wanted) && node.pairs > 0 === first.node.pairs > 0) return first.made
    throw new ShapeError({
      what: 'the layer was applied before to another kind of input, and it shares its state', where: label,
      got: node.shape, wanted: `the like of ${first.node.label} -> ${formatShape(first.node.shape)}`,
      hint: `Write ${label} again: each call makes a new layer.`,
    })
  }
}
