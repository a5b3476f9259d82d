import * as op from '@eddy/kernels/op'
import type { Shape } from '@eddy/tensor'
import { emitStrided, slotAt } from './broadcast.ts'
import { defineRecord, type NodeRecord, type RecordDocs, type Sample } from './record.ts'

/** A block of elements that is copied: element i of `shape` from `from + i . fromStrides` to `to + i . toStrides`. */
export interface Piece {
  readonly shape: Shape
  readonly from: number
  readonly fromStrides: readonly number[]
  readonly to: number
  readonly toStrides: readonly number[]
}

/** Where the elements of an operation that only moves elements go. */
export interface Arrangement {
  readonly shape: Shape
  readonly pieces: readonly Piece[]
  /** What stands where no piece goes; null when pieces cover everything. */
  readonly fill: number | null
  /** Pieces are added where they meet; `fill` must be 0. */
  readonly adds?: boolean
}

interface RearrangeParts<Options> {
  readonly name: string
  readonly docs: RecordDocs
  /** @throws ShapeError when the shape does not fit the options. */
  readonly plan: (shape: Shape, options: Options) => Arrangement
  readonly samples: () => readonly Sample<Options>[]
}

/** An operation that moves elements: strided copies there, strided additions back. */
export function rearrangeRecord<Options>({ plan, ...parts }: RearrangeParts<Options>): NodeRecord<Options> {
  return defineRecord<Options>({
    ...parts,
    shape: ([x], options) => plan(x!, options).shape,
    forward(scope, { inputs: [x], output, options }) {
      const { pieces, fill, adds = false } = plan(x!.shape, options)
      if (fill !== null) scope.emit(op.FILL, output, output.size, { f64: fill })
      for (const { shape, from, fromStrides, to, toStrides } of pieces) {
        emitStrided(scope, adds ? 'add' : 'set', shape, slotAt(output, to), toStrides, slotAt(x!, from), fromStrides)
      }
    },
    backward(scope, { inputs: [x], gradient, inputGradients: [dx], options }) {
      if (dx == null) return
      scope.emit(op.FILL, dx, dx.size, { f64: 0 })
      for (const { shape, from, fromStrides, to, toStrides } of plan(x!.shape, options).pieces) {
        emitStrided(scope, 'add', shape, slotAt(dx, from), fromStrides, slotAt(gradient, to), toStrides)
      }
    },
  })
}
