import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CSource, Workload } from './workload.ts'

const sources = fileURLToPath(new URL('c', import.meta.url))
const flags = ['-O3', '-march=native', '-ffast-math', '-std=gnu11']

/** Where this machine's C compiler puts the baselines: a folder of its own, gone after `close`. */
export class Toolchain {
  readonly compiler: string
  readonly #folder = mkdtempSync(join(tmpdir(), 'eddy-bench-'))
  readonly #programs = new Map<string, string>()
  readonly #files = new Map<string, readonly [weights: string, events: string]>()

  private constructor(compiler: string) {
    this.compiler = compiler
  }

  /** Null when there is no compiler, or none that can build a program with our flags. */
  static find(): Toolchain | null {
    const compiler = ['gcc', 'cc', 'clang'].find((name) => (
      spawnSync(name, [...flags, '-E', '-x', 'c', '-'], { input: '' }).status === 0
    ))
    return compiler === undefined ? null : new Toolchain(compiler)
  }

  get description(): string {
    return [this.compiler, ...flags].join(' ')
  }

  /** Path of the compiled program. */
  program({ file, defines = [] }: CSource): string {
    const key = [file, ...defines].join(' ')
    let path = this.#programs.get(key)
    if (path === undefined) {
      path = join(this.#folder, `program-${this.#programs.size}`)
      const options = [...flags, ...defines.map((name) => `-D${name}`), '-o', path, join(sources, file), '-lm']
      execFileSync(this.compiler, options, { stdio: ['ignore', 'ignore', 'inherit'] })
      this.#programs.set(key, path)
    }
    return path
  }

  /** Paths of a workload's initial weights and events. */
  files(workload: Workload): readonly [weights: string, events: string] {
    let paths = this.#files.get(workload.id)
    if (paths === undefined) {
      const { events, weights } = workload.data()
      paths = [join(this.#folder, `${workload.id}-weights`), join(this.#folder, `${workload.id}-events`)]
      writeFileSync(paths[0], Buffer.concat(weights.map(bytes)))
      writeFileSync(paths[1], Buffer.concat(events.map((event) => row(workload.encode(event)))))
      this.#files.set(workload.id, paths)
    }
    return paths
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function bytes(values: Float32Array | Int32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength)
}

/** Events begin at multiples of 64 bytes. */
function row(parts: readonly (Float32Array | Int32Array)[]): Buffer {
  const whole = Buffer.concat(parts.map(bytes))
  return Buffer.concat([whole], Math.ceil(whole.length / 64) * 64)
}
