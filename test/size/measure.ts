import { SourceMap, type SourceMapPayload } from 'node:module'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import type { Page } from './pages.ts'

/** What one package adds to a page. */
export interface Part {
  readonly name: string
  /** Of the minified page. */
  readonly bytes: number
  /** By how much the page's gzip shrinks without it; these do not add up to the whole. */
  readonly gzip: number
}

export interface Size {
  readonly page: Page
  /** The bundle: an ES module. */
  readonly code: string
  readonly minified: number
  readonly gzip: number
  readonly brotli: number
  /** Largest first. */
  readonly parts: readonly Part[]
}

/** Bundles a page for production, all it needs included, and measures it as a server would send it. */
export async function measure(page: Page): Promise<Size> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`pages/${page.name}.ts`, import.meta.url))], outdir: '/', write: false,
    bundle: true, minify: true, format: 'esm', platform: 'browser', target: 'es2022', legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' }, sourcemap: 'external', logLevel: 'error',
  })
  const text = (ending: string): string => outputFiles.find(({ path }) => path.endsWith(ending))!.text
  const [code, map] = [text('.js'), JSON.parse(text('.js.map')) as SourceMapPayload]
  return {
    page, code, minified: Buffer.byteLength(code), gzip: gzipped(code), brotli: brotliCompressSync(code).length,
    parts: partsOf(code, map),
  }
}

function gzipped(text: string): number {
  return gzipSync(text, { level: 9 }).length
}

function partsOf(code: string, map: SourceMapPayload): readonly Part[] {
  const sources = new SourceMap(map)
  const owners = code.split('\n').map((line, row) => Array.from(line, (_, column) => {
    const entry = sources.findEntry(row, column)
    return 'originalSource' in entry ? packageOf(entry.originalSource) : 'the bundler'
  }))
  const lines = code.split('\n')
  const whole = gzipped(code)
  return [...new Set(owners.flat())].map((name) => {
    const others = lines.map((line, row) => {
      let kept = ''
      let from = 0
      for (let at = 0; at <= line.length; at++) {
        if (at < line.length && owners[row]![at] !== name) continue
        kept += line.slice(from, at)
        from = at + 1
      }
      return kept
    }).join('\n')
    return { name, bytes: code.length - others.length, gzip: whole - gzipped(others) }
  }).sort((a, b) => b.bytes - a.bytes)
}

/** The package of a source file; the WebAssembly counts for itself. */
function packageOf(source: string): string {
  if (source.endsWith('kernels/src/wasm.ts')) return 'kernels: WebAssembly'
  const outside = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)
  if (outside !== null) return outside[1]!
  return /packages\/([^/]+)/.exec(source)?.[1] ?? 'the page'
}
