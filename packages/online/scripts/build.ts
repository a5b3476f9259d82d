/** Compiles `assembly/` and writes `src/auto/wasm.ts`. Run by `pnpm build:wasm`. */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeSmallModule } from '../../kernels/scripts/small-module.ts'

// 16 MiB, of which only what is touched is backed: the first time memory grows, all typed arrays become slower.
writeSmallModule(dirname(dirname(fileURLToPath(import.meta.url))), 'src/auto/wasm.ts', 256)
