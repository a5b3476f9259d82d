import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const compiler = join(dirname(createRequire(import.meta.url).resolve('assemblyscript/package.json')), 'bin', 'asc.js')
/** Those of all modules. What they compute must not depend on checks that only some builds have. */
const usual = ['-O3', '--noAssert', '--enable', 'simd']

/** The WebAssembly module of `assembly/index.ts` in a package's folder. @throws Error when it does not compile. */
export function compile(root: string, flags: readonly string[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'eddy-wasm-'))
  try {
    const out = join(folder, 'module.wasm')
    const options = [compiler, join('assembly', 'index.ts'), ...usual, ...flags, '--outFile', out]
    execFileSync(process.execPath, options, { cwd: root, stdio: 'inherit' })
    return readFileSync(out)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
