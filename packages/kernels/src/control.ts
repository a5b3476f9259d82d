/**
 * The control block: the few words of an arena that the host and the machine share.
 *
 *     byte  0        8      12     16        20     24       28         32
 *           step f64 seed0  seed1  training  error  errorAt  errorInfo  careful      (i32 from byte 8 on)
 */
export class ControlBlock {
  /** Where in the block the careful flag stands. */
  static readonly carefulAt = 32
  readonly #at: number
  readonly #memory: { readonly f64: Float64Array; readonly i32: Int32Array }

  constructor(at: number, memory: { readonly f64: Float64Array; readonly i32: Int32Array }) {
    this.#at = at
    this.#memory = memory
  }

  /** Byte address of the block; the same in every arena. */
  get at(): number {
    return this.#at
  }

  /** Committed updates so far; STEP adds one. Drives dropout masks and sweeps. */
  get step(): number {
    return this.#memory.f64[this.#at >> 3]!
  }
  set step(value: number) {
    this.#memory.f64[this.#at >> 3] = value
  }

  /** Two u32 words: the key of every dropout mask. */
  get seed(): readonly [number, number] {
    return [this.#get(2) >>> 0, this.#get(3) >>> 0]
  }
  set seed(words: readonly [number, number]) {
    this.#set(2, words[0])
    this.#set(3, words[1])
  }

  /** Whether DROPOUT drops. */
  get training(): boolean {
    return this.#get(4) !== 0
  }
  set training(value: boolean) {
    this.#set(4, value ? 1 : 0)
  }

  /** Why the machine stopped last: a value of `fault`. */
  get error(): number {
    return this.#get(5)
  }
  /** Byte address of the instruction that stopped. */
  get errorAt(): number {
    return this.#get(6) >>> 0
  }
  /** The offending index, label, count or element position. */
  get errorInfo(): number {
    return this.#get(7)
  }

  /** Set by a guard that saw a finite gradient above 2^40: back up, update, and check before committing. */
  get careful(): boolean {
    return this.#get(8) !== 0
  }
  set careful(value: boolean) {
    this.#set(8, value ? 1 : 0)
  }

  /** All that a frame needs to find: its step and seed, whether it learns, and a lowered careful flag. */
  enter(step: number, seed: readonly [number, number], training: boolean): void {
    this.step = step
    this.seed = seed
    this.training = training
    this.careful = false
  }

  #get(word: number): number {
    return this.#memory.i32[(this.#at >> 2) + word]!
  }
  #set(word: number, value: number): void {
    this.#memory.i32[(this.#at >> 2) + word] = value
  }
}
