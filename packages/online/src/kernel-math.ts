import { Arena, type KernelMath } from '@eddy/kernels'

let math: KernelMath | null = null

/** exp and log with the same bits on every engine; one small WebAssembly instance per process, made at first use. */
export function kernelMath(): KernelMath {
  return (math ??= Arena.create().math)
}
