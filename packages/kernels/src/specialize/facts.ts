import type { Value } from './residual.ts'

/** What is known to stand at an address. */
export interface Fact {
  readonly bytes: number
  /** Type of the value; of a vector of which one lane is meant, that of the lane. */
  readonly type: number
  /** Lane of the value that is meant; null: all of it. */
  readonly lane: number | null
  readonly value: Value
}

const widest = 16

/** What the specialised program has stored or loaded at fixed addresses, as far as it still holds. */
export class Facts {
  #known = new Map<number, Fact>()
  #isShared = false

  /** The same facts, to be changed apart from these. */
  copy(): Facts {
    const copy = new Facts()
    copy.#known = this.#known
    copy.#isShared = this.#isShared = true
    return copy
  }

  at(address: number): Fact | undefined {
    return this.#known.get(address)
  }

  has(address: number, { bytes, type, lane, value }: Fact): boolean {
    const fact = this.#known.get(address)
    return fact !== undefined && fact.bytes === bytes && fact.type === type && fact.lane === lane
      && isSame(fact.value, value)
  }

  /** The vector of which some bytes are a lane. */
  lane(address: number, bytes: number): { readonly value: Value; readonly lane: number } | null {
    for (let lane = 0; lane < widest / bytes; lane++) {
      const fact = this.#known.get(address - lane * bytes)
      if (fact?.lane === null && fact.bytes === widest) return { value: fact.value, lane }
    }
    return null
  }

  learn(address: number, fact: Fact): void {
    this.#own().set(address, fact)
  }

  /** Bytes that were overwritten with something. */
  forget(address: number, bytes: number): void {
    for (let at = address - widest + 1; at < address + bytes; at++) {
      const fact = this.#known.get(at)
      if (fact !== undefined && at + fact.bytes > address) this.#own().delete(at)
    }
  }

  /** So many bytes from an address on were overwritten with something, as far as is known. */
  overwritten(at: Value, bytes: Value): void {
    if (at.known === null || bytes.known === null) this.forgetAll()
    else this.forget(at.known >>> 0, bytes.known >>> 0)
  }

  forgetAll(): void {
    this.#known = new Map()
    this.#isShared = false
  }

  /** What holds both here and there. */
  meet(other: Facts): void {
    if (this.#known === other.#known) return
    for (const [address, fact] of this.#own()) if (!other.has(address, fact)) this.#known.delete(address)
  }

  #own(): Map<number, Fact> {
    if (this.#isShared) this.#known = new Map(this.#known)
    this.#isShared = false
    return this.#known
  }
}

export function isSame(a: Value, b: Value): boolean {
  return a === b || (a.local === b.local && a.known === b.known)
}
