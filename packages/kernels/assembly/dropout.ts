// DROPOUT with a mask that is a pure function of (control.seed, key, control.step, element): backward and replay draw
// the same one, and f32 and f64 programs too. Identity unless control.training.
import { control, step, training } from './memory'

export function dropout<T>(x: usize, y: usize, n: i32, p: f64, key: i32): void {
  if (!training()) {
    memory.copy(y, x, <usize>n * sizeof<T>())
    return
  }
  const scale = <T>(p < 1 ? 1 / (1 - p) : 0)
  const threshold = <u32>(p * 16777216 + 0.5)
  for (let i = 0; i < n; i += 4) {
    philox(i >>> 2, key)
    const left = min<i32>(4, n - i)
    for (let j = 0; j < left; j++) {
      const at = <usize>(i + j) * sizeof<T>()
      const kept = (word(j) >>> 8) >= threshold
      store<T>(y + at, kept ? load<T>(x + at) * scale : <T>0)
    }
  }
}

let r0: u32 = 0
let r1: u32 = 0
let r2: u32 = 0
let r3: u32 = 0

@inline function word(j: i32): u32 { return j == 0 ? r0 : j == 1 ? r1 : j == 2 ? r2 : r3 }

/**
 * Philox4x32-10 (Salmon et al. 2011) of the counter (block, step low, step high, key) under control.seed, into r0..r3.
 */
function philox(block: u32, key: u32): void {
  const count = <u64>step()
  let k0 = load<u32>(control, 8)
  let k1 = load<u32>(control, 12)
  let c0 = block
  let c1 = <u32>count
  let c2 = <u32>(count >> 32)
  let c3 = key
  for (let round = 0; round < 10; round++) {
    const a = <u64>c0 * 0xd2511f53
    const b = <u64>c2 * 0xcd9e8d57
    c0 = <u32>(b >> 32) ^ c1 ^ k0
    c1 = <u32>b
    c2 = <u32>(a >> 32) ^ c3 ^ k1
    c3 = <u32>a
    k0 += 0x9e3779b9
    k1 += 0xbb67ae85
  }
  r0 = c0
  r1 = c1
  r2 = c2
  r3 = c3
}
