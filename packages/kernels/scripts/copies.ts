/** Copies are no longer than this. */
const limit = 300

/** For each position: the nearest earlier place for every length that it has, the shortest first. */
export type Copies = readonly (readonly { readonly distance: number; readonly most: number }[])[]

/** Everything in `bytes` that stood there before, found by comparing all places that begin with the same two bytes. */
export function copiesIn(bytes: Uint8Array): Copies {
  const latest = new Int32Array(65_536).fill(-1)
  const earlier = new Int32Array(bytes.length)
  return Array.from(bytes, (first, at) => {
    const found: { distance: number; most: number }[] = []
    if (at + 1 === bytes.length) return found
    const key = 256 * first + bytes[at + 1]!
    let best = 1
    for (let place = latest[key]!; place >= 0 && best < limit; place = earlier[place]!) {
      if (bytes[place + best] !== bytes[at + best]) continue
      const most = longest(bytes, at, at - place)
      if (most > best) found.push({ distance: at - place, most: best = most })
    }
    earlier[at] = latest[key]!
    latest[key] = at
    return found
  })
}

/** How many bytes from `at` on equal those `distance` before. */
export function longest(bytes: Uint8Array, at: number, distance: number): number {
  if (distance > at) return 0
  let length = 0
  while (length < limit && at + length < bytes.length && bytes[at + length] === bytes[at + length - distance]) length++
  return length
}
