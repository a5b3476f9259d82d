/** To be imported before anything that makes a WebAssembly instance: remembers the memory of each. */
const memories: WebAssembly.Memory[] = []

WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
    super(module, imports)
    memories.push(...Object.values(this.exports).filter((value) => value instanceof WebAssembly.Memory))
  }
}

/** Bytes of all memories that instances have exported so far. */
export function wasmBytes(): number {
  return memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0)
}
