// The tape machine: reads instructions [opcode, words, operands...] and calls the kernels.
import { binary, binaryBackward } from './binary'
import { linearColumns, linearColumnsDx } from './columns'
import { control, fail, step } from './memory'
import { crossEntropy, crossEntropyBackward } from './cross-entropy'
import { dropout } from './dropout'
import { allModest, guardDense, guardOuter, guardRows, scan } from './guard'
import { layerNorm, layerNormDw, layerNormDx } from './layer-norm'
import { linear, linearDb, linearDw, linearDx } from './linear'
import { matmul } from './matmul'
import { clipBy, clipCoefficient, inverseMax, measure, norm, stepLength } from './norm'
import { Fault, Layout, Op } from './opcodes'
import { reduce, reduceBackward } from './reduce'
import { gather, oneHot, top } from './select'
import { softmax, softmaxBackward } from './softmax'
import { densify, gatherRows, scatterRows, sparseLinear, sparseLinearDw } from './sparse'
import {
  sparseStandardize, sparseStandardizeCommit, standardize, standardizeBackward, standardizeCommit,
} from './standardize'
import { unary, unaryBackward } from './unary'
import { sweep, update } from './update'
import { addTo, copy, fill, scale, strided, sumOf } from './vectors'

@external('env', 'call')
declare function call(id: i32): void

/** Operand word k as a count or flag. */
@inline function int(p: usize, k: usize): i32 { return load<i32>(p + 8 + (k << 2)) }
/** Operand word k as an address. */
@inline function address(p: usize, k: usize): usize { return load<u32>(p + 8 + (k << 2)) }
/** The f64 at operand words k and k + 1. */
@inline function real(p: usize, k: usize): f64 { return load<f64>(p + 8 + (k << 2)) }

/** 0 when all instructions in [from, to) ran, else the address of the one that stopped; why is in the control block. */
export function run<T>(from: usize, to: usize): usize {
  let p = from
  while (p < to) {
    const next = execute<T>(p)
    if (!next) {
      store<u32>(control, <u32>p, 24)
      return p
    }
    p = next
  }
  store<i32>(control, Fault.none, 20)
  return 0
}

/** The address of the next instruction, or 0 to stop. */
@inline function execute<T>(p: usize): usize {
  const next = p + ((<usize>load<u32>(p, 4)) << 2)
  switch (load<i32>(p)) {
    case Op.FILL: { fill<T>(address(p, 0), int(p, 1), real(p, 2)); return next }
    case Op.COPY: { copy<T>(address(p, 0), address(p, 1), int(p, 2)); return next }
    case Op.ADD: { addTo<T>(address(p, 0), address(p, 1), int(p, 2)); return next }
    case Op.SUM_OF: { sumOf<T>(address(p, 0), int(p, 1), int(p, 2), p + 20); return next }
    case Op.SCALE: { scale<T>(address(p, 0), address(p, 1), int(p, 2), real(p, 3)); return next }
    case Op.STRIDED: { strided<T>(int(p, 0) != 0, int(p, 1), address(p, 2), address(p, 3), p + 24); return next }
    case Op.UNARY: { unary<T>(int(p, 0), address(p, 1), address(p, 2), int(p, 3), real(p, 4), real(p, 6)); return next }
    case Op.UNARY_BACKWARD: {
      unaryBackward<T>(
        int(p, 0), address(p, 1), address(p, 2), address(p, 3), address(p, 4), int(p, 5), real(p, 6), real(p, 8),
      )
      return next
    }
    case Op.BINARY: {
      binary<T>(
        int(p, 0), address(p, 1), address(p, 2), address(p, 3), int(p, 4), int(p, 5) != 0, int(p, 6) != 0,
        real(p, 7), real(p, 9),
      )
      return next
    }
    case Op.BINARY_BACKWARD: {
      binaryBackward<T>(
        int(p, 0), int(p, 1), address(p, 2), address(p, 3), address(p, 4), address(p, 5), address(p, 6), int(p, 7),
        int(p, 8) != 0, int(p, 9) != 0, real(p, 10), real(p, 12),
      )
      return next
    }
    case Op.REDUCE: { reduce<T>(int(p, 0), address(p, 1), address(p, 2), int(p, 3), int(p, 4), int(p, 5)); return next }
    case Op.REDUCE_BACKWARD: {
      reduceBackward<T>(
        int(p, 0), address(p, 1), address(p, 2), address(p, 3), address(p, 4), int(p, 5), int(p, 6), int(p, 7),
      )
      return next
    }
    case Op.SOFTMAX: {
      softmax<T>(int(p, 0) != 0, address(p, 1), address(p, 2), int(p, 3), int(p, 4), int(p, 5))
      return next
    }
    case Op.SOFTMAX_BACKWARD: {
      softmaxBackward<T>(int(p, 0) != 0, address(p, 1), address(p, 2), address(p, 3), int(p, 4), int(p, 5), int(p, 6))
      return next
    }
    case Op.LINEAR: {
      linear<T>(address(p, 0), address(p, 1), address(p, 2), address(p, 3), int(p, 4), int(p, 5), int(p, 6))
      return next
    }
    case Op.LINEAR_DX: {
      linearDx<T>(address(p, 0), address(p, 1), address(p, 2), int(p, 3), int(p, 4), int(p, 5))
      return next
    }
    case Op.LINEAR_DW: {
      linearDw<T>(address(p, 0), address(p, 1), address(p, 2), int(p, 3), int(p, 4), int(p, 5))
      return next
    }
    case Op.LINEAR_DB: { linearDb<T>(address(p, 0), address(p, 1), int(p, 2), int(p, 3)); return next }
    case Op.MATMUL: {
      matmul<T>(address(p, 0), address(p, 1), address(p, 2), int(p, 3), int(p, 4), int(p, 5), int(p, 6), p + 36)
      return next
    }
    case Op.SPARSE_LINEAR:
      return sparseLinear<T>(
        address(p, 0), int(p, 1), address(p, 2), address(p, 3), address(p, 4), int(p, 5), int(p, 6),
      ) ? next : 0
    case Op.SPARSE_LINEAR_DW:
      return sparseLinearDw<T>(address(p, 0), int(p, 1), address(p, 2), address(p, 3), int(p, 4), int(p, 5)) ? next : 0
    case Op.DENSIFY: return densify<T>(address(p, 0), int(p, 1), address(p, 2), int(p, 3)) ? next : 0
    case Op.GATHER_ROWS:
      return gatherRows<T>(address(p, 0), address(p, 1), address(p, 2), int(p, 3), int(p, 4), int(p, 5)) ? next : 0
    case Op.SCATTER_ROWS:
      return scatterRows<T>(address(p, 0), address(p, 1), address(p, 2), int(p, 3), int(p, 4), int(p, 5)) ? next : 0
    case Op.LAYER_NORM: {
      layerNorm<T>(
        address(p, 0), address(p, 1), address(p, 2), address(p, 3), address(p, 4), int(p, 5), int(p, 6), real(p, 7),
      )
      return next
    }
    case Op.LAYER_NORM_DX: {
      layerNormDx<T>(address(p, 0), address(p, 1), address(p, 2), address(p, 3), address(p, 4), int(p, 5), int(p, 6))
      return next
    }
    case Op.LAYER_NORM_DW: {
      layerNormDw<T>(address(p, 0), address(p, 1), address(p, 2), address(p, 3), int(p, 4), int(p, 5))
      return next
    }
    case Op.DROPOUT:
    case Op.DROPOUT_BACKWARD: {
      dropout<T>(address(p, 0), address(p, 1), int(p, 2), real(p, 3), int(p, 5))
      return next
    }
    case Op.CROSS_ENTROPY:
      return crossEntropy<T>(
        address(p, 0), address(p, 1), address(p, 2), address(p, 3), int(p, 4), int(p, 5),
      ) ? next : 0
    case Op.CROSS_ENTROPY_BACKWARD: {
      crossEntropyBackward<T>(address(p, 0), address(p, 1), address(p, 2), address(p, 3), int(p, 4), int(p, 5))
      return next
    }
    case Op.STANDARDIZE: {
      standardize<T>(address(p, 0), address(p, 1), address(p, 2), address(p, 3), address(p, 4), int(p, 5), real(p, 6))
      return next
    }
    case Op.STANDARDIZE_BACKWARD: {
      standardizeBackward<T>(
        address(p, 0), address(p, 1), address(p, 2), address(p, 3), address(p, 4), int(p, 5), real(p, 6),
      )
      return next
    }
    case Op.STANDARDIZE_COMMIT: {
      standardizeCommit<T>(address(p, 0), address(p, 1), address(p, 2), address(p, 3), int(p, 4))
      return next
    }
    case Op.SPARSE_STANDARDIZE:
      return sparseStandardize<T>(address(p, 0), address(p, 1), int(p, 2), address(p, 3), int(p, 4), real(p, 5))
        ? next : 0
    case Op.SPARSE_STANDARDIZE_COMMIT:
      return sparseStandardizeCommit<T>(address(p, 0), int(p, 1), address(p, 2), int(p, 3)) ? next : 0
    case Op.CALL: { call(int(p, 0)); return next }
    case Op.SCAN: return scan<T>(address(p, 0), int(p, 1)) ? next : 0
    case Op.GUARD_DENSE: return guardDense<T>(address(p, 0), int(p, 1)) ? next : 0
    case Op.GUARD_OUTER: return guardOuter<T>(address(p, 0), int(p, 1), address(p, 2), int(p, 3)) ? next : 0
    case Op.GUARD_ROWS: return guardRows<T>(address(p, 0), int(p, 1), address(p, 2), int(p, 3)) ? next : 0
    case Op.GUARD_LOOKUP: return guardDense<T>(address(p, 0), int(p, 1) * int(p, 3)) ? next : 0
    case Op.NORM_BEGIN: { store<f64>(address(p, 0), 0); return next }
    case Op.NORM_DENSE: { norm<T>(address(p, 0), Layout.dense, int(p, 2), 1, address(p, 1), 0, 0); return next }
    case Op.NORM_OUTER: {
      norm<T>(address(p, 0), Layout.outer, int(p, 2), int(p, 4), address(p, 1), address(p, 3), 0)
      return next
    }
    case Op.NORM_ROWS: {
      norm<T>(address(p, 0), Layout.rows, 0, int(p, 2), address(p, 3), address(p, 1), int(p, 4))
      return next
    }
    case Op.NORM_LOOKUP: {
      norm<T>(address(p, 0), Layout.lookup, 0, int(p, 2), address(p, 3), address(p, 1), int(p, 4))
      return next
    }
    case Op.CLIP_COEFFICIENT: { clipCoefficient(address(p, 0), address(p, 1), real(p, 2)); return next }
    case Op.UPDATE: { update<T>(p + 8); return next }
    case Op.SWEEP: {
      if (<i64>step() % <i64>int(p, 2) == 0) sweep<T>(address(p, 0), int(p, 1))
      return next
    }
    case Op.STEP: { store<f64>(control, step() + 1); return next }
    case Op.GUARD_QUICK: return allModest<T>(int(p, 1), p + 16) ? next + (address(p, 0) << 2) : next
    case Op.GATHER:
    case Op.SCATTER:
      return gather<T>(
        load<i32>(p) == Op.SCATTER, address(p, 0), address(p, 1), address(p, 2), int(p, 3), int(p, 4), int(p, 5),
        int(p, 6), p + 36,
      ) ? next : 0
    case Op.TOP: {
      top<T>(int(p, 0) != 0, address(p, 1), address(p, 2), int(p, 3), int(p, 4), int(p, 5), int(p, 6))
      return next
    }
    case Op.ONE_HOT:
      return oneHot<T>(address(p, 0), address(p, 1), int(p, 2), int(p, 3), real(p, 4)) ? next : 0
    case Op.WHEN: return load<f64>(address(p, 0)) != 0 ? next : next + (address(p, 1) << 2)
    case Op.INVERSE_MAX: { inverseMax<T>(address(p, 0), int(p, 1), address(p, 2)); return next }
    case Op.STEP_LENGTH: {
      stepLength<T>(address(p, 0), address(p, 1), address(p, 2), real(p, 3), real(p, 5))
      return next
    }
    case Op.MEASURE: {
      measure<T>(
        int(p, 0), address(p, 1), int(p, 2), int(p, 3), int(p, 4), address(p, 5), address(p, 6), int(p, 7),
      )
      return next
    }
    case Op.LINEAR_COLUMNS: {
      linearColumns(
        address(p, 0), address(p, 1), address(p, 2), address(p, 3), int(p, 4), int(p, 5), address(p, 6), address(p, 7),
      )
      return next
    }
    case Op.LINEAR_COLUMNS_DX: {
      linearColumnsDx(address(p, 0), address(p, 1), address(p, 2), int(p, 3), int(p, 4))
      return next
    }
    case Op.CLIP_BY: { clipBy(address(p, 0), address(p, 1), real(p, 2)); return next }
    default: {
      fail(Fault.opcode, load<i32>(p))
      return 0
    }
  }
}
