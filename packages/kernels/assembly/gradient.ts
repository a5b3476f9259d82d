// The gradient of a parameter [n, m], whatever its layout, as a sequence of blocks of at most `blockSize` elements:
// computed into scratch memory, then handed to a consumer together with the place they belong to.
//
// A block of an outer product holds whole rows where several fit. Rows that appear more than once among the indices of
// a sparse or lookup gradient are summed in order, and visited once, where they appear first.
import { add, all, allOf, loadUpTo, mul, one } from './lanes'
import { at, blockSize, indexOf, scratch, valuesOf } from './memory'
import { Layout } from './opcodes'

/** The elements are in scratch, `offset` is their byte offset in [n, m]. */
type Consumer = (context: usize, offset: isize, bytes: isize) => void

/**
 * Consumer C: `block<T>(context, offset, bytes)`. It is called through a table, so that all share one set of loops, but
 * for an outer product of one block: such calls would show in the time of a small layer.
 */
export function eachBlock<C, T>(layout: i32, n: i32, m: i32, a: usize, b: usize, extra: i32, context: usize): void {
  if (layout == Layout.outer && n * m <= blockSize) {
    const row = <isize>m * sizeof<T>()
    products<T>(a, b, n, row)
    return changetype<C>(0).block<T>(context, 0, n * row)
  }
  each<T>(layout, n, m, a, b, extra, context, (context: usize, offset: isize, bytes: isize): void => {
    changetype<C>(0).block<T>(context, offset, bytes)
  })
}

function each<T>(
  layout: i32, n: i32, m: i32, a: usize, b: usize, extra: i32, context: usize, consumer: Consumer,
): void {
  if (layout == Layout.dense) eachDense<T>(n * m, a, context, consumer)
  else if (layout == Layout.outer) eachOuter<T>(n, m, a, b, context, consumer)
  else if (layout == Layout.touched) eachTouched<T>(n, m, a, context, consumer)
  else eachRow<T>(layout, n, m, a, b, extra, context, consumer)
}

function eachDense<T>(count: i32, g: usize, context: usize, consumer: Consumer): void {
  const total = <isize>count * sizeof<T>()
  const most = <isize>blockSize * sizeof<T>()
  for (let i: isize = 0; i < total; i += most) {
    const bytes = min<isize>(most, total - i)
    memory.copy(scratch, g + i, bytes)
    consumer(context, i, bytes)
  }
}

/** The rows of g that have an element other than zero. */
function eachTouched<T>(n: i32, m: i32, g: usize, context: usize, consumer: Consumer): void {
  const row = <isize>m * sizeof<T>()
  const most = <isize>blockSize * sizeof<T>()
  for (let base: isize = 0, end = n * row; base < end; base += row) {
    if (!anyNonZero<T>(g + base, row)) continue
    for (let i: isize = 0; i < row; i += most) {
      const bytes = min<isize>(most, row - i)
      memory.copy(scratch, g + base + i, bytes)
      consumer(context, base + i, bytes)
    }
  }
}

function anyNonZero<T>(at: usize, bytes: isize): bool {
  const zero = all<T>(0)
  for (let i: isize = 0; i < bytes; i += 16) {
    if (v128.any_true(v128.ne<T>(loadUpTo<T>(at + i, bytes - i), zero))) return true
  }
  return false
}

function eachOuter<T>(n: i32, m: i32, a: usize, b: usize, context: usize, consumer: Consumer): void {
  const row = <isize>m * sizeof<T>()
  const most = <isize>blockSize * sizeof<T>()
  if (m > blockSize) {
    for (let r = 0; r < n; r++) {
      for (let i: isize = 0; i < row; i += most) {
        const bytes = min<isize>(most, row - i)
        product<T>(scratch, a + <usize>r * sizeof<T>(), b + i, bytes)
        consumer(context, r * row + i, bytes)
      }
    }
    return
  }
  const group = m > 0 ? blockSize / m : n + 1
  for (let r = 0; r < n; r += group) {
    const rows = min<i32>(group, n - r)
    products<T>(a + <usize>r * sizeof<T>(), b, rows, row)
    consumer(context, r * row, rows * row)
  }
}

/** The rows a_0 * b, a_1 * b, ... in scratch; rows of two f32 are made two at a time. */
function products<T>(a: usize, b: usize, rows: i32, row: isize): void {
  if (sizeof<T>() == 4 && row == 8) {
    const pair = v128.load64_splat(b)
    for (let j = 0; j < rows; j += 2) v128.store(scratch + (<usize>j << 3), mul<T>(twice(a + (<usize>j << 2)), pair))
    return
  }
  for (let j = 0; j < rows; j++) product<T>(scratch + j * row, a + <usize>j * sizeof<T>(), b, row)
}

/** The lanes a0 a0 a1 a1 of two f32. */
@inline export function twice(a: usize): v128 {
  const v = v128.load64_zero(a)
  return i8x16.shuffle(v, v, 0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7)
}

/** u = a_i * b. */
@inline function product<T>(u: usize, a: usize, b: usize, bytes: isize): void {
  const g = allOf<T>(a)
  for (let i: isize = 0; i < bytes; i += 16) v128.store(u + i, mul<T>(g, v128.load(b + i)))
}

/** The row that entry k of a sparse (pairs) or lookup (T values) gradient belongs to. */
@inline export function rowOf<T>(layout: i32, source: usize, k: i32): i32 {
  return layout == Layout.rows ? indexOf(source, k) : <i32>at<T>(source, k)
}

@inline export function rowCount(layout: i32, source: usize, extra: i32): i32 {
  return layout == Layout.rows ? load<i32>(source) : extra
}

/** Rows of m elements, `apart` elements from each other. */
function eachRow<T>(
  layout: i32, apart: i32, m: i32, source: usize, dy: usize, extra: i32, context: usize, consumer: Consumer,
): void {
  const count = rowCount(layout, source, extra)
  const merging = anyRepeated<T>(layout, source, count)
  const row = <isize>m * sizeof<T>()
  const step = <isize>apart * sizeof<T>()
  const most = <isize>blockSize * sizeof<T>()
  for (let k = 0; k < count; k++) {
    const index = rowOf<T>(layout, source, k)
    if (merging && appearsBefore<T>(layout, source, k, index)) continue
    for (let i: isize = 0; i < row; i += most) {
      const bytes = min<isize>(most, row - i)
      const last = merging ? count : k + 1
      for (let j = k; j < last; j++) {
        if (rowOf<T>(layout, source, j) == index) addRow<T>(layout, source, extra, dy, row, i, j, bytes, j > k)
      }
      consumer(context, <isize>index * step + i, bytes)
    }
  }
}

/** u = or += v_j * dy (pairs) or dy[j] (lookup), for the columns from byte `i` on. */
@inline function addRow<T>(
  layout: i32, source: usize, extra: i32, dy: usize, row: isize, i: isize, j: i32, bytes: isize, adding: bool,
): void {
  const pairs = layout == Layout.rows
  const v = pairs ? allOf<T>(valuesOf(source, extra) + <usize>j * sizeof<T>()) : one<T>()
  const from = (pairs ? dy : dy + <usize>j * row) + i
  for (let c: isize = 0; c < bytes; c += 16) {
    const u = mul<T>(v, v128.load(from + c))
    v128.store(scratch + c, adding ? add<T>(v128.load(scratch + c), u) : u)
  }
}

function appearsBefore<T>(layout: i32, source: usize, k: i32, index: i32): bool {
  for (let j = 0; j < k; j++) if (rowOf<T>(layout, source, j) == index) return true
  return false
}

/** Whether the indices of pairs ascend strictly: then none appears twice. */
function ascending(pairs: usize, count: i32): bool {
  let ok = i32x4.splat(-1)
  let at = pairs + 16
  const end = at + ((<usize>count - 1) << 2)
  for (; at + 16 <= end; at += 16) ok = v128.and(ok, i32x4.lt_s(v128.load(at), v128.load(at, 4)))
  for (; at < end; at += 4) if (load<i32>(at) >= load<i32>(at, 4)) return false
  return i32x4.all_true(ok)
}

/** One bit for each value of an index's low 16 bits; all zero between calls. */
const marks: usize = memory.data(8192, 16)

/**
 * Whether an index appears twice, unless the pairs promise that none does: a bit not yet set proves that it is new, so
 * that only collisions are searched.
 */
export function anyRepeated<T>(layout: i32, source: usize, count: i32): bool {
  if (count < 2 || (layout == Layout.rows && (load<i32>(source, 4) != 0 || ascending(source, count)))) return false
  let found = false
  for (let k = 0; k < count && !found; k++) {
    const index = rowOf<T>(layout, source, k)
    const word = marks + (((<usize>index >>> 5) & 2047) << 2)
    const bit = 1 << (index & 31)
    const bits = load<i32>(word)
    if (bits & bit) found = appearsBefore<T>(layout, source, k, index)
    store<i32>(word, bits | bit)
  }
  for (let k = 0; k < count; k++) store<i32>(marks + (((<usize>rowOf<T>(layout, source, k) >>> 5) & 2047) << 2), 0)
  return found
}
