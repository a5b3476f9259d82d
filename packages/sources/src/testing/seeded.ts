/** Small random integers from a seed, for tests that mutate bytes (Lehmer's generator, modulus 2^31 - 1). */
export function seeded(seed: number): (below: number) => number {
  let state = (seed % 2_147_483_646) + 1
  return (below) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
}
