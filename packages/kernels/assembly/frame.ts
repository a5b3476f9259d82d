// One event after another, inside one call. The header is described in src/program.ts.
import { control, valuesOf } from './memory'
import { Fault } from './opcodes'
import { run } from './machine'

/** 0: committed; 1: rejected; 2: careful, the update section was not run. */
export function frame<T>(header: usize): i32 {
  store<i32>(control, 0, 32)
  if (run<T>(load<u32>(header), load<u32>(header, 4))) return 1
  if (load<i32>(control, 32)) return 2
  run<T>(load<u32>(header, 8), load<u32>(header, 12))
  return 0
}

/**
 * Events first .. first + count - 1, until one is not committed: a rejected event (its fault is in the control block
 * and in the status ring) or a careful one (its update was not run). Returns its index, or first + count.
 */
export function burst<T>(header: usize, first: i32, count: i32): i32 {
  const coefficients: usize = load<u32>(header, 16)
  const coefficientBytes = (<usize>load<u32>(header, 20)) << 3
  let row: usize = load<u32>(header, 24)
  const status: usize = load<u32>(header, 28)
  const special = load<u32>(header, 40)
  const inputs = header + 44
  const outputs = inputs + ((<usize>load<u32>(header, 32)) << 4)
  const end = outputs + ((<usize>load<u32>(header, 36)) << 4)
  for (let k = first; k < first + count; k++) {
    for (let p = inputs; p < outputs; p += 16) {
      take<T>(load<u32>(p), <usize>load<u32>(p, 8) + <usize>k * load<u32>(p, 12), load<i32>(p, 4))
    }
    if (row) move(coefficients, row, coefficientBytes)
    const outcome = special ? call_indirect<i32>(special, header) : frame<T>(header)
    if (outcome) {
      if (status && outcome == 1) store<i32>(status + ((<usize>k) << 2), load<i32>(control, 20))
      return k
    }
    for (let p = outputs; p < end; p += 16) {
      take<T>(<usize>load<u32>(p, 8) + <usize>k * load<u32>(p, 12), load<u32>(p), load<i32>(p, 4))
    }
    if (status) store<i32>(status + ((<usize>k) << 2), Fault.none)
    if (row) row += coefficientBytes
  }
  return first + count
}

/** Copies a block of so many bytes, or, when that is below 0, the pairs of a sparse value of minus that capacity. */
@inline function take<T>(to: usize, from: usize, bytes: i32): void {
  if (bytes >= 0) {
    move(to, from, bytes)
    return
  }
  const count = min<u32>(load<u32>(from), -bytes)
  store<u64>(to, load<u64>(from))
  // Not one more: what lies behind them in the ring may be left from an event that was refused.
  move(to + 16, from + 16, <usize>count << 2)
  move(valuesOf(to, -bytes), valuesOf(from, -bytes), <usize>count * sizeof<T>())
}

/** memory.copy for blocks of whole words; small ones without a call. */
@inline function move(to: usize, from: usize, bytes: usize): void {
  if (bytes > 512) {
    memory.copy(to, from, bytes)
    return
  }
  const end = to + bytes
  for (; to + 16 <= end; to += 16, from += 16) v128.store(to, v128.load(from))
  for (; to < end; to += 4, from += 4) store<u32>(to, load<u32>(from))
}
