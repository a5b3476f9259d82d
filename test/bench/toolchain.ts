import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const sources = fileURLToPath(new URL('c', import.meta.url))
const common = ['-O3', '-ffast-math', '-fopenmp-simd', '-std=gnu11']
const flags = ['-march=native', ...common]
/** As free with arithmetic, on such instructions as WebAssembly has: 128 bits, no fused multiplication. */
const narrowFlags = ['-mtune=native', '-ffp-contract=off', ...common]

/** Vector widths in bits that a program is built for; null is what the compiler thinks best. */
export const widths = [null, 256, 512] as const

/** A program in `c/`, and how it is compiled. */
export interface CSource {
  readonly file: string
  readonly defines?: readonly string[]
  /** Only with instructions such as WebAssembly has, which is as fast as anything in it could be. */
  readonly isNarrow?: boolean
}

/** What a program reads: weights, and events as it wants them. */
export interface CInput {
  readonly weights: readonly Float32Array[]
  readonly events: readonly unknown[]
  encode(event: unknown): readonly (Float32Array | Int32Array)[]
}

/** Where this machine's C compiler puts the baselines: a folder of its own, gone after `close`. */
export class Toolchain {
  readonly compiler: string
  readonly #folder = mkdtempSync(join(tmpdir(), 'eddy-bench-'))
  readonly #programs = new Map<string, string>()
  readonly #files = new Map<() => CInput, readonly [weights: string, events: string]>()
  readonly #canWiden: boolean
  /** Where 128 bits and their usual operations have to be asked for. */
  readonly #narrow: readonly string[]

  private constructor(compiler: string) {
    this.compiler = compiler
    this.#canWiden = accepts(compiler, [...flags, '-mprefer-vector-width=512'])
    this.#narrow = accepts(compiler, ['-msse4.2']) ? ['-msse4.2', ...narrowFlags] : narrowFlags
  }

  /** Null when there is no compiler, or none that can build a program with our flags. */
  static find(): Toolchain | null {
    const compiler = ['gcc', 'cc', 'clang'].find((name) => accepts(name, flags))
    return compiler === undefined ? null : new Toolchain(compiler)
  }

  get description(): string {
    return [this.compiler, ...flags].join(' ') + (this.#canWiden ? ', the fastest of three vector widths' : '')
  }

  /** Path of the compiled program. */
  program({ file, defines = [], isNarrow = false }: CSource, width: number | null = null): string {
    const chosen = width === null || isNarrow || !this.#canWiden ? [] : [`-mprefer-vector-width=${width}`]
    const set = isNarrow ? this.#narrow : flags
    const key = [file, ...defines, ...chosen, ...set].join(' ')
    let path = this.#programs.get(key)
    if (path === undefined) {
      path = join(this.#folder, `program-${this.#programs.size}`)
      const own = [...chosen, ...defines.map((name) => `-D${name}`), '-o', path, join(sources, file), '-lm']
      execFileSync(this.compiler, [...set, ...own], { stdio: ['ignore', 'ignore', 'inherit'] })
      this.#programs.set(key, path)
    }
    return path
  }

  /** Paths of weights and events, written at the first call. */
  files(input: () => CInput): readonly [weights: string, events: string] {
    let paths = this.#files.get(input)
    if (paths === undefined) {
      const { events, weights, encode } = input()
      const number = this.#files.size
      paths = [join(this.#folder, `weights-${number}`), join(this.#folder, `events-${number}`)]
      writeFileSync(paths[0], Buffer.concat(weights.map(bytes)))
      writeFileSync(paths[1], Buffer.concat(events.map((event) => row(encode(event)))))
      this.#files.set(input, paths)
    }
    return paths
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function accepts(compiler: string, options: readonly string[]): boolean {
  return spawnSync(compiler, [...options, '-E', '-x', 'c', '-'], { input: '' }).status === 0
}

function bytes(values: Float32Array | Int32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength)
}

/** Events begin at multiples of 64 bytes. */
function row(parts: readonly (Float32Array | Int32Array)[]): Buffer {
  const whole = Buffer.concat(parts.map(bytes))
  return Buffer.concat([whole], Math.ceil(whole.length / 64) * 64)
}
