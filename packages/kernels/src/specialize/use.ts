/**
 * `import '@eddy/kernels/specialize'`: programs that run for long are specialised, see specialize.ts. Package `eddy`
 * does so; a page that counts its kilobytes and imports only what it needs is interpreted.
 */
import { useSpecializer } from '../arena.ts'
import { last, type Limits, specialize } from './specialize.ts'

useSpecializer(specialize)

export { last, type Limits, specialize, useSpecializer }
