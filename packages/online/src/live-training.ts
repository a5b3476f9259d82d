import { ancestors, Leaf, type Run, type Training, type TrainingState } from '@eddy/graph'
import type { Tensor } from '@eddy/tensor'

type Store = ReturnType<Run['storeOf']>

/**
 * The state of a training, to be written down at once, without making anything anew: as long as nothing has moved, its
 * tensors are the same views of memory, in the same frozen records.
 */
export class LiveTraining {
  readonly #training: Training
  readonly #store: Store
  #state: { -readonly [Name in keyof TrainingState]: TrainingState[Name] } | null = null
  /** What the tensors are views of, and how it was laid out. */
  #buffer: ArrayBufferLike | null = null
  #layout = -1
  #growing: readonly Leaf[] | null = null
  #rows: readonly number[] = []

  constructor(training: Training, run: Run) {
    this.#training = training
    // At once, so that whoever asks for a node before the first event finds its seed and dtype.
    this.#store = run.storeOf([training.loss], training.options)
  }

  /** The state now; the tensors are good until the next event. */
  get state(): TrainingState {
    const store = this.#store
    const state = this.#state
    if (state === null || !this.#isAsBefore(store)) return this.#read(store)
    state.step = this.#training.progress.step
    state.schedule = this.#training.progress.schedule
    state.seed = store.seed
    return state
  }

  #isAsBefore(store: Store): boolean {
    if (store.layoutVersion !== this.#layout || store.arena.i32.buffer !== this.#buffer) return false
    const growing = this.#growing!
    for (let k = 0; k < growing.length; k++) if (store.rowsOf(growing[k]!) !== this.#rows[k]) return false
    return true
  }

  #read(store: Store): TrainingState {
    const before = store.arena.i32.buffer
    let state = this.#training.peek()
    // What is read for the first time is drawn, which may move memory under the views taken before it.
    if (store.arena.i32.buffer !== before) state = this.#training.peek()
    const { parameters, slots, buffers } = state
    const { buffer } = store.arena.i32
    const areLive = (tensors: Readonly<Record<string, Tensor>>): boolean => (
      Object.values(tensors).every(({ data }) => data.buffer === buffer)
    )
    // Matrices that are stored by column are copies.
    this.#state = null
    if (!areLive(parameters) || !areLive(buffers) || !Object.values(slots).every(areLive)) return state
    this.#growing ??= ancestors([this.#training.loss]).filter((node) => node instanceof Leaf)
      .filter(({ growing }) => growing !== null)
    this.#rows = this.#growing.map((leaf) => store.rowsOf(leaf))
    this.#layout = store.layoutVersion
    this.#buffer = buffer
    for (const each of Object.values(slots)) Object.freeze(each)
    for (const record of [parameters, slots, buffers]) Object.freeze(record)
    this.#state = { ...state }
    return this.#state
  }
}
