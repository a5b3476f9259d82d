import { rng } from '@eddy/tensor'

/** Bytes with one to three of these: a byte changed, a bit flipped, the end cut off, a byte put in, a stretch moved. */
export function mutated(base: Uint8Array, seed: number, run: number): Uint8Array {
  const random = rng(seed, `mutation ${run}`)
  const edits = 1 + random.integer(0, 3)
  let bytes = base
  for (let k = 0; k < edits; k++) {
    const [kind, at, value, to] = [5, bytes.length, 256, bytes.length].map((range, j) => (
      random.integer(1 + 4 * k + j, Math.max(1, range))
    )) as [number, number, number, number]
    if (kind === 2) bytes = bytes.slice(0, at)
    else if (kind === 3) {
      const longer = new Uint8Array(bytes.length + 1)
      longer.set(bytes.subarray(0, at))
      longer[at] = value
      longer.set(bytes.subarray(at), at + 1)
      bytes = longer
    } else {
      bytes = bytes.slice()
      if (kind === 0) bytes[at] = value
      else if (kind === 1) bytes[at]! ^= 1 << (value & 7)
      else bytes.copyWithin(to, at, at + value)
    }
  }
  return bytes
}
