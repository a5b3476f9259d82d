import { ValueError } from '@eddy/tensor'

/**
 * The 32-bit hash of a feature and one of its values: FNV-1a over UTF-16 units, a mark between the two that no unit can
 * equal, then the finalizer of MurmurHash3. Chained by `absorb`, so that a feature's part can be computed once.
 * Formula: h = seed xor 0x811c9dc5; for each unit and the mark 0x10000: h = (h xor unit) * 0x01000193; then `mix`.
 * Source: Fowler, Noll and Vo (FNV-1a); Appleby, MurmurHash3 (fmix32). Not for secrets: collisions can be made.
 * @throws ValueError when the seed is no whole number, or the others are no text.
 * @example hashText(0, 'carrier', 'AA')
 */
export function hashText(seed: number, feature: string, value: string): number {
  if (!Number.isInteger(seed) || typeof feature !== 'string' || typeof value !== 'string') {
    throw new ValueError({
      what: 'this cannot be hashed', where: 'hashText', got: [seed, feature, value],
      wanted: 'a whole number as the seed, then two texts',
      hint: "For example hashText(0, 'carrier', String(carrier)).",
    })
  }
  return mix(absorb(absorb(startHash(seed), feature), value))
}

export function startHash(seed: number): number {
  return (seed ^ 0x811c9dc5) | 0
}

/** The hash after one more text and its end mark. */
export function absorb(hash: number, text: string): number {
  let h = hash
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return Math.imul(h ^ 0x10000, 0x01000193)
}

/** Spreads every input bit over all 32; unsigned. */
export function mix(hash: number): number {
  let h = hash
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
