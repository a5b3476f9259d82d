// The transform cocob over a block in scratch; see Rule in opcodes.ts. It has more slots than rules.ts provides for.
import { abs, add, all, allOf, atLeast, div, eq, gt, mul, one, select, storeUpTo, sub } from './lanes'
import { scratch } from './memory'

/** The coefficient as T; it goes through memory as in update.ts. */
const converted: usize = memory.data(16, 16)

/**
 * Slots: first weight, top, sum, reward, theta. Cells: alpha. Orabona and Tommasi 2017, algorithm 2. Quotients are
 * taken before products, so that nothing underflows that need not.
 */
export function cocob<T>(transform: usize, w: usize, offset: isize, bytes: isize): void {
  const s0 = <usize>load<u32>(transform, 8) + offset
  const s1 = <usize>load<u32>(transform, 12) + offset
  const s2 = <usize>load<u32>(transform, 16) + offset
  const s3 = <usize>load<u32>(transform, 20) + offset
  const s4 = <usize>load<u32>(transform, 24) + offset
  store<T>(converted, <T>load<f64>(<usize>load<u32>(transform, 28)))
  const alpha = allOf<T>(converted)
  const zero = all<T>(0)
  for (let i: isize = 0; i < bytes; i += 16) {
    const left = bytes - i
    const u = v128.load(scratch + i)
    const size = abs<T>(u)
    const weight = v128.load(w + i)
    const before = v128.load(s1 + i)
    const start = select(gt<T>(before, zero), v128.load(s0 + i), weight)
    const top = atLeast<T>(before, size)
    const sum = add<T>(v128.load(s2 + i), size)
    const reward = atLeast<T>(sub<T>(v128.load(s3 + i), mul<T>(sub<T>(weight, start), u)), zero)
    const theta = sub<T>(v128.load(s4 + i), u)
    const fraction = div<T>(theta, atLeast<T>(add<T>(sum, top), mul<T>(alpha, top)))
    const bet = mul<T>(fraction, add<T>(one<T>(), div<T>(reward, top)))
    storeUpTo<T>(s0 + i, start, left)
    storeUpTo<T>(s1 + i, top, left)
    storeUpTo<T>(s2 + i, sum, left)
    storeUpTo<T>(s3 + i, reward, left)
    storeUpTo<T>(s4 + i, theta, left)
    v128.store(scratch + i, v128.andnot(sub<T>(weight, add<T>(start, bet)), eq<T>(u, zero)))
  }
}
