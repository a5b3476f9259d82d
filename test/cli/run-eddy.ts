import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'eddy-command-'))
const main = join(folder, 'eddy.mjs')

// One file starts five times faster than its hundreds of sources.
await build({
  entryPoints: [fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url))], outfile: main, bundle: true,
  platform: 'node', format: 'esm', target: 'es2022', logLevel: 'error',
  banner: { js: "import { createRequire as __of } from 'node:module'; const require = __of(import.meta.url)" },
})
afterAll(() => rmSync(folder, { recursive: true }))

/** How a command ended. */
export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The JSON line at the end. */
export interface ParsedReport {
  readonly events: number
  readonly learned: number
  readonly rejected: number
  readonly expired: number
  readonly metrics: Readonly<Record<string, number>>
  readonly baselines: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly digest: string
  readonly eventsPerSecond: number
  readonly seconds: number
}

/** Path of a fixture. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url))
}

/** What a program is run with: an executable and what stands before the program. */
export type Runtime = readonly [string, ...string[]]

const thisNode: Runtime = [process.execPath]

/** Starts the command in a process of its own. Where `stdio` gives a file, that stream of the process is null. */
export function startEddy(
  argv: readonly string[], [runtime, ...first] = thisNode, stdio: readonly ('pipe' | number)[] = [],
): ChildProcessWithoutNullStreams {
  return spawn(runtime, [...first, main, ...argv], { stdio: [...stdio] }) as ChildProcessWithoutNullStreams
}

/** Runs the command as a person would. */
export function runEddy(
  argv: readonly string[], input: Uint8Array | string = '', runtime = thisNode,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = startEddy(argv, runtime)
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()))
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
    // A command that ends before it has read everything closes its input.
    child.stdin.on('error', () => {})
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
    child.stdin.end(input)
  })
}

/** Learns quietly, and gives the report without its times. @throws Error when the command does not end well. */
export async function learn(
  argv: readonly string[], input?: Uint8Array | string, runtime = thisNode,
): Promise<Omit<ParsedReport, 'seconds' | 'eventsPerSecond'>> {
  const { code, stdout, stderr } = await runEddy(['learn', ...argv, '--report', 'json', '--quiet'], input, runtime)
  if (code !== 0 || stderr !== '') throw new Error(`eddy learn ${argv.join(' ')} ended with ${code}: ${stderr}`)
  const { seconds: _, eventsPerSecond: __, ...report } = JSON.parse(stdout) as ParsedReport
  return report
}
