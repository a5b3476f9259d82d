/** Memory after a garbage collection, in bytes, when so many events had been learned. */
export interface Sample {
  readonly events: number
  /** Objects of JavaScript. */
  readonly heap: number
  /** Array buffers; the memory of WebAssembly is not among them. */
  readonly buffers: number
  /** All memories of WebAssembly. */
  readonly wasm: number
  /** Timers, connections and whatever else keeps a process alive, but for calls of the file system under way. */
  readonly handles: number
  /** Files of the store, where there is one. */
  readonly files: number
}

/** What a soaked stream ended with. */
export interface Soaked {
  readonly name: string
  readonly samples: readonly Sample[]
  readonly learned: number
  readonly meanLoss: number
  readonly seconds: number
}
