/** Compiles `assembly/` and writes `src/format/wasm.ts`. Run by `pnpm build:wasm`. */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeSmallModule } from '../../kernels/scripts/small-module.ts'

writeSmallModule(dirname(dirname(fileURLToPath(import.meta.url))), 'src/format/wasm.ts', 4)
