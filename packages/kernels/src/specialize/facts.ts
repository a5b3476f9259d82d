import { f32, f64 } from './instructions.ts'
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

/**
 * What the specialised program has stored or loaded at fixed addresses, as far as it still holds, and what it has
 * computed.
 */
export class Facts {
  #known = new Map<number, Fact>()
  #computed = new Map<string, Value>()
  #isShared = false

  /** The same facts, to be changed apart from these. */
  copy(): Facts {
    const copy = new Facts()
    copy.#known = this.#known
    copy.#computed = this.#computed
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

  /** What is known of parts of the vector at an address; nothing when a part does not lie in it as a lane. */
  parts(address: number): readonly { readonly at: number; readonly fact: Fact }[] {
    const parts: { at: number; fact: Fact }[] = []
    for (let at = 1 - widest; at < widest; at++) {
      const fact = this.#known.get(address + at)
      if (fact === undefined || at + fact.bytes <= 0) continue
      const fits = at >= 0 && at % fact.bytes === 0 && (fact.type === f32 || fact.type === f64) && fact.bytes < widest
      if (!fits) return []
      parts.push({ at, fact })
    }
    return parts
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
    this.#own()
    this.#known = new Map()
  }

  /** The result of an instruction on these values, when it is there already. */
  computed(key: string): Value | undefined {
    return this.#computed.get(key)
  }

  compute(key: string, value: Value): void {
    this.#own()
    this.#computed.set(key, value)
  }

  /** What holds both here and there. */
  meet(other: Facts): void {
    if (this.#known === other.#known && this.#computed === other.#computed) return
    for (const [address, fact] of this.#own()) if (!other.has(address, fact)) this.#known.delete(address)
    for (const [key, value] of this.#computed) if (other.#computed.get(key) !== value) this.#computed.delete(key)
  }

  #own(): Map<number, Fact> {
    if (this.#isShared) {
      this.#known = new Map(this.#known)
      this.#computed = new Map(this.#computed)
    }
    this.#isShared = false
    return this.#known
  }
}

export function isSame(a: Value, b: Value): boolean {
  return a === b || (a.local === b.local && a.known === b.known)
}
