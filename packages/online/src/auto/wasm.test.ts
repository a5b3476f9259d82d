import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { sourceHash } from '../../scripts/source-hash.ts'
import { source } from './wasm.ts'

it('wasm.ts was compiled from the assembly sources as they are', () => {
  const current = sourceHash(fileURLToPath(new URL('../../assembly', import.meta.url)))
  expect(source, 'the assembly sources changed: run pnpm build:wasm').toBe(current)
})
