import { ShapeError } from './errors.ts'
import { type Shape, sizeOf } from './shape.ts'

export interface Fans {
  /** Inputs that each output sums over. */
  readonly fanIn: number
  /** Outputs that each input reaches. */
  readonly fanOut: number
}

/** States a fan that the shape does not show: for a table that is stored transposed, or that grows. */
export type FanOptions = Partial<Fans>

/**
 * Fans of a weight.
 * Shapes: [out, in, ...receptive field] -> fanIn = in * receptive size, fanOut = out * receptive size.
 * @throws ShapeError when the shape has fewer than two axes and a fan is not stated.
 */
export function fansOf(shape: Shape, stated: FanOptions, where: string): Fans {
  return { fanIn: fanOf('fanIn', shape, stated, where), fanOut: fanOf('fanOut', shape, stated, where) }
}

/** One of the two, so that only the one in use has to be known. */
export function fanOf(which: keyof Fans, shape: Shape, stated: FanOptions, where: string): number {
  const given = stated[which]
  if (given !== undefined) return given
  if (shape.length < 2) {
    throw new ShapeError({
      what: `cannot tell the ${which} of this shape`, where, got: shape, wanted: '[out, in, ...receptive field]',
      hint: `State it: ${where}({ ${which}: ... }).`,
    })
  }
  return shape[which === 'fanIn' ? 1 : 0]! * sizeOf(shape.slice(2))
}
