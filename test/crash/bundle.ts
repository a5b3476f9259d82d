import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** Packages that are not written as modules ask for others in Node's own way. */
const require = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)"

/** A program of this folder as one file in another folder, so that a process starts quickly; where that is. */
export async function bundled(name: string, folder: string): Promise<string> {
  const outfile = join(folder, name.replace(/\.ts$/, '.mjs'))
  await build({
    entryPoints: [fileURLToPath(new URL(name, import.meta.url))], outfile, bundle: true, format: 'esm',
    platform: 'node', target: 'node20', logLevel: 'error', banner: { js: require },
  })
  return outfile
}
