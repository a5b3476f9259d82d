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

/**
 * 0 when all instructions in [from, to) ran, else the address of the one that stopped; why is in the control block.
 *
 * Where the next instruction stands does not depend on whether this one stops: so src/specialize can unroll the loop.
 */
export function run<T>(from: usize, to: usize): usize {
  let p = from
  while (p < to) {
    let next = p + ((<usize>load<u32>(p, 4)) << 2)
    let ok = true
    switch (load<i32>(p)) {
      case Op.FILL: { fill<T>(address(p, 0), int(p, 1), real(p, 2)); break }
      case Op.COPY: { copy<T>(address(p, 0), address(p, 1), int(p, 2)); break }
      case Op.ADD: { addTo<T>(address(p, 0), address(p, 1), int(p, 2)); break }
      case Op.SUM_OF: { sumOf<T>(address(p, 0), int(p, 1), int(p, 2), p + 20); break }
      case Op.SCALE: { scale<T>(address(p, 0), address(p, 1), int(p, 2), real(p, 3)); break }
      case Op.STRIDED: { strided<T>(int(p, 0) != 0, int(p, 1), address(p, 2), address(p, 3), p + 24); break }
      case Op.UNARY: { unary<T>(int(p, 0), address(p, 1), address(p, 2), int(p, 3), real(p, 4), real(p, 6)); break }
      case Op.UNARY_BACKWARD: {
        unaryBackward<T>(
          int(p, 0), address(p, 1), address(p, 2), address(p, 3), address(p, 4), int(p, 5), real(p, 6), real(p, 8),
        )
        break
      }
      case Op.BINARY: {
        binary<T>(
          int(p, 0), address(p, 1), address(p, 2), address(p, 3), int(p, 4), int(p, 5) != 0, int(p, 6) != 0,
          real(p, 7), real(p, 9),
        )
        break
      }
      case Op.BINARY_BACKWARD: {
        binaryBackward<T>(
          int(p, 0), int(p, 1), address(p, 2), address(p, 3), address(p, 4), address(p, 5), address(p, 6), int(p, 7),
          int(p, 8) != 0, int(p, 9) != 0, real(p, 10), real(p, 12),
        )
        break
      }
      case Op.REDUCE: { reduce<T>(int(p, 0), address(p, 1), address(p, 2), int(p, 3), int(p, 4), int(p, 5)); break }
      case Op.REDUCE_BACKWARD: {
        reduceBackward<T>(
          int(p, 0), address(p, 1), address(p, 2), address(p, 3), address(p, 4), int(p, 5), int(p, 6), int(p, 7),
        )
        break
      }
      case Op.SOFTMAX: {
        softmax<T>(int(p, 0) != 0, address(p, 1), address(p, 2), int(p, 3), int(p, 4), int(p, 5))
        break
      }
      case Op.SOFTMAX_BACKWARD: {
        softmaxBackward<T>(int(p, 0) != 0, address(p, 1), address(p, 2), address(p, 3), int(p, 4), int(p, 5), int(p, 6))
        break
      }
      case Op.LINEAR: {
        linear<T>(address(p, 0), address(p, 1), address(p, 2), address(p, 3), int(p, 4), int(p, 5), int(p, 6))
        break
      }
      case Op.LINEAR_DX: {
        linearDx<T>(address(p, 0), address(p, 1), address(p, 2), int(p, 3), int(p, 4), int(p, 5))
        break
      }
      case Op.LINEAR_DW: {
        linearDw<T>(address(p, 0), address(p, 1), address(p, 2), int(p, 3), int(p, 4), int(p, 5))
        break
      }
      case Op.LINEAR_DB: { linearDb<T>(address(p, 0), address(p, 1), int(p, 2), int(p, 3)); break }
      case Op.MATMUL: {
        matmul<T>(address(p, 0), address(p, 1), address(p, 2), int(p, 3), int(p, 4), int(p, 5), int(p, 6), p + 36)
        break
      }
      case Op.SPARSE_LINEAR: {
        ok = sparseLinear<T>(
          address(p, 0), int(p, 1), address(p, 2), address(p, 3), address(p, 4), int(p, 5), int(p, 6), int(p, 7),
        )
        break
      }
      case Op.SPARSE_LINEAR_DW: {
        ok = sparseLinearDw<T>(address(p, 0), int(p, 1), address(p, 2), address(p, 3), int(p, 4), int(p, 5))
        break
      }
      case Op.DENSIFY: { ok = densify<T>(address(p, 0), int(p, 1), address(p, 2), int(p, 3)); break }
      case Op.GATHER_ROWS: {
        ok = gatherRows<T>(address(p, 0), address(p, 1), address(p, 2), int(p, 3), int(p, 4), int(p, 5))
        break
      }
      case Op.SCATTER_ROWS: {
        ok = scatterRows<T>(address(p, 0), address(p, 1), address(p, 2), int(p, 3), int(p, 4), int(p, 5))
        break
      }
      case Op.LAYER_NORM: {
        layerNorm<T>(
          address(p, 0), address(p, 1), address(p, 2), address(p, 3), address(p, 4), int(p, 5), int(p, 6), real(p, 7),
        )
        break
      }
      case Op.LAYER_NORM_DX: {
        layerNormDx<T>(address(p, 0), address(p, 1), address(p, 2), address(p, 3), address(p, 4), int(p, 5), int(p, 6))
        break
      }
      case Op.LAYER_NORM_DW: {
        layerNormDw<T>(address(p, 0), address(p, 1), address(p, 2), address(p, 3), int(p, 4), int(p, 5))
        break
      }
      case Op.DROPOUT:
      case Op.DROPOUT_BACKWARD: {
        dropout<T>(address(p, 0), address(p, 1), int(p, 2), real(p, 3), int(p, 5))
        break
      }
      case Op.CROSS_ENTROPY: {
        ok = crossEntropy<T>(
          address(p, 0), address(p, 1), address(p, 2), address(p, 3), int(p, 4), int(p, 5),
        )
        break
      }
      case Op.CROSS_ENTROPY_BACKWARD: {
        crossEntropyBackward<T>(address(p, 0), address(p, 1), address(p, 2), address(p, 3), int(p, 4), int(p, 5))
        break
      }
      case Op.STANDARDIZE: {
        standardize<T>(address(p, 0), address(p, 1), address(p, 2), address(p, 3), address(p, 4), int(p, 5), real(p, 6))
        break
      }
      case Op.STANDARDIZE_BACKWARD: {
        standardizeBackward<T>(
          address(p, 0), address(p, 1), address(p, 2), address(p, 3), address(p, 4), int(p, 5), real(p, 6),
        )
        break
      }
      case Op.STANDARDIZE_COMMIT: {
        standardizeCommit<T>(address(p, 0), address(p, 1), address(p, 2), address(p, 3), int(p, 4))
        break
      }
      case Op.SPARSE_STANDARDIZE: {
        ok = sparseStandardize<T>(address(p, 0), address(p, 1), int(p, 2), address(p, 3), int(p, 4), real(p, 5))
        break
      }
      case Op.SPARSE_STANDARDIZE_COMMIT: {
        ok = sparseStandardizeCommit<T>(address(p, 0), int(p, 1), address(p, 2), int(p, 3))
        break
      }
      case Op.CALL: { call(int(p, 0)); break }
      case Op.SCAN: { ok = scan<T>(address(p, 0), int(p, 1)); break }
      case Op.GUARD_DENSE: { ok = guardDense<T>(address(p, 0), int(p, 1)); break }
      case Op.GUARD_OUTER: { ok = guardOuter<T>(address(p, 0), int(p, 1), address(p, 2), int(p, 3)); break }
      case Op.GUARD_ROWS: { ok = guardRows<T>(address(p, 0), int(p, 1), address(p, 2), int(p, 3)); break }
      case Op.GUARD_LOOKUP: { ok = guardDense<T>(address(p, 0), int(p, 1) * int(p, 3)); break }
      case Op.NORM_BEGIN: { store<f64>(address(p, 0), 0); break }
      case Op.NORM_DENSE: { norm<T>(address(p, 0), Layout.dense, int(p, 2), 1, address(p, 1), 0, 0); break }
      case Op.NORM_OUTER: {
        norm<T>(address(p, 0), Layout.outer, int(p, 2), int(p, 4), address(p, 1), address(p, 3), 0)
        break
      }
      case Op.NORM_ROWS: {
        norm<T>(address(p, 0), Layout.rows, 0, int(p, 2), address(p, 3), address(p, 1), int(p, 4))
        break
      }
      case Op.NORM_LOOKUP: {
        norm<T>(address(p, 0), Layout.lookup, 0, int(p, 2), address(p, 3), address(p, 1), int(p, 4))
        break
      }
      case Op.CLIP_COEFFICIENT: { clipCoefficient(address(p, 0), address(p, 1), real(p, 2)); break }
      case Op.UPDATE: { update<T>(p + 8); break }
      case Op.SWEEP: {
        if (<i64>step() % <i64>int(p, 2) == 0) sweep<T>(address(p, 0), int(p, 1))
        break
      }
      case Op.STEP: { store<f64>(control, step() + 1); break }
      case Op.GUARD_QUICK: { if (allModest<T>(int(p, 1), p + 16)) next += address(p, 0) << 2; break }
      case Op.GATHER:
      case Op.SCATTER: {
        ok = gather<T>(
          load<i32>(p) == Op.SCATTER, address(p, 0), address(p, 1), address(p, 2), int(p, 3), int(p, 4), int(p, 5),
          int(p, 6), p + 36,
        )
        break
      }
      case Op.TOP: {
        top<T>(int(p, 0) != 0, address(p, 1), address(p, 2), int(p, 3), int(p, 4), int(p, 5), int(p, 6))
        break
      }
      case Op.ONE_HOT: {
        ok = oneHot<T>(address(p, 0), address(p, 1), int(p, 2), int(p, 3), real(p, 4))
        break
      }
      case Op.WHEN: { if (load<f64>(address(p, 0)) == 0) next += address(p, 1) << 2; break }
      case Op.INVERSE_MAX: { inverseMax<T>(address(p, 0), int(p, 1), address(p, 2)); break }
      case Op.STEP_LENGTH: {
        stepLength<T>(address(p, 0), address(p, 1), address(p, 2), real(p, 3), real(p, 5))
        break
      }
      case Op.MEASURE: {
        measure<T>(
          int(p, 0), address(p, 1), int(p, 2), int(p, 3), int(p, 4), address(p, 5), address(p, 6), int(p, 7),
        )
        break
      }
      case Op.LINEAR_COLUMNS: {
        linearColumns(
          address(p, 0), address(p, 1), address(p, 2), address(p, 3), int(p, 4), int(p, 5), address(p, 6),
          address(p, 7),
        )
        break
      }
      case Op.LINEAR_COLUMNS_DX: {
        linearColumnsDx(address(p, 0), address(p, 1), address(p, 2), int(p, 3), int(p, 4))
        break
      }
      case Op.CLIP_BY: { clipBy(address(p, 0), address(p, 1), real(p, 2)); break }
      default: {
        ok = fail(Fault.opcode, load<i32>(p))
      }
    }
    if (!ok) {
      store<u32>(control, <u32>p, 24)
      return p
    }
    p = next
  }
  store<i32>(control, Fault.none, 20)
  return 0
}
