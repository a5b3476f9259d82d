import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** The program as one file that every engine runs as it is. */
export interface Bundle {
  readonly path: string
  readonly remove: () => Promise<void>
}

/** Bundles `main.ts` with everything it needs, as a person's build tool would. */
export async function bundleProgram(): Promise<Bundle> {
  const folder = await mkdtemp(join(tmpdir(), 'eddy-everywhere-'))
  const path = join(folder, 'program.mjs')
  await build({
    entryPoints: [fileURLToPath(new URL('main.ts', import.meta.url))], outfile: path, bundle: true, format: 'iife',
    target: 'es2022', logLevel: 'error',
  })
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  return { path, remove }
}
