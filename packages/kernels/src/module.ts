import { packed, sizes } from './wasm.ts'
import { join } from './streams.ts'
import { unpack } from './unpack.ts'

/** What the compiled kernels export; see assembly/index.ts. */
export interface KernelExports {
  readonly memory: WebAssembly.Memory
  readonly control: WebAssembly.Global
  /** What `burst` calls for each event, instead of interpreting its tape, when the header names a place in here. */
  readonly table: WebAssembly.Table
  alloc(bytes: number): number
  free(at: number): void
  room(bytes: number): void
  run32(from: number, to: number): number
  run64(from: number, to: number): number
  frame32(header: number): number
  frame64(header: number): number
  burst32(header: number, first: number, count: number): number
  burst64(header: number, first: number, count: number): number
  firstNonFinite32(at: number, n: number): number
  firstNonFinite64(at: number, n: number): number
  maxAbs32(at: number, n: number): number
  maxAbs64(at: number, n: number): number
  exp(x: number): number
  expm1(x: number): number
  log(x: number): number
  log1p(x: number): number
  tanh(x: number): number
  erf(x: number): number
  sin(x: number): number
  cos(x: number): number
  atan(x: number): number
  pow(x: number, y: number): number
}

let compiled: WebAssembly.Module | undefined
let unpacked: Uint8Array<ArrayBuffer> | undefined

/** The compiled kernels, as a module. */
export function moduleBytes(): Uint8Array<ArrayBuffer> {
  return (unpacked ??= join(unpack(packed, sizes), sizes))
}

/** A fresh instance of the kernels with its own memory; the module is compiled once per process. */
export function instantiate(call: (id: number) => void): KernelExports {
  compiled ??= new WebAssembly.Module(moduleBytes())
  return new WebAssembly.Instance(compiled, { env: { call } }).exports as unknown as KernelExports
}
