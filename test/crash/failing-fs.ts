import * as fs from 'node:fs'
import type { FileSystem } from '@eddy/store'

/** What goes wrong. 'short': a write takes half of what it was given and says so, which is no error. */
export type Trouble = 'ENOSPC' | 'EIO' | 'short' | 'torn'

/** Calls that change something, or make it durable; each counts. */
const counted = [
  'fdatasync', 'fdatasyncSync', 'fsync', 'fsyncSync', 'ftruncateSync', 'linkSync', 'mkdirSync', 'openSync', 'rename',
  'renameSync', 'unlink', 'unlinkSync', 'writeFileSync', 'writeSync', 'closeSync', 'readSync', 'readdirSync',
  'statSync', 'readFileSync',
] as const

/** A file system whose calls can be made to fail. */
export class FailingFs {
  /** Calls so far. */
  calls = 0
  /** The first call that fails, and whether those after it do. */
  from = Infinity
  isForGood = false
  trouble: Trouble = 'EIO'
  /** Failures so far. */
  failures = 0
  readonly fs: FileSystem

  constructor() {
    const wrapped: Record<string, unknown> = { ...fs }
    for (const name of counted) {
      const real = fs[name] as (...given: unknown[]) => unknown
      wrapped[name] = (...given: unknown[]) => {
        const fails = this.#fails()
        if (!fails) return real(...given)
        this.failures++
        if (name === 'writeSync') return this.#write(given as Parameters<typeof fs.writeSync>)
        const error = this.#error(name)
        if (name.endsWith('Sync')) throw error
        return void setImmediate(given.at(-1) as (error: Error) => void, error)
      }
    }
    this.fs = wrapped as unknown as FileSystem
  }

  heal(): void {
    this.from = Infinity
  }

  #fails(): boolean {
    const call = this.calls++
    return this.isForGood ? call >= this.from : call === this.from
  }

  #write(given: readonly unknown[]): number {
    const [file, bytes, offset, length, place] = given as [number, Uint8Array, number, number, number | null]
    const half = Math.floor(length / 2)
    if (this.trouble === 'short' || this.trouble === 'torn') {
      const count = fs.writeSync(file, bytes, offset, half > 0 ? half : length, place)
      if (this.trouble === 'short') return count
    }
    throw this.#error('write')
  }

  #error(call: string): NodeJS.ErrnoException {
    const code = this.trouble === 'ENOSPC' ? 'ENOSPC' : 'EIO'
    return Object.assign(new Error(`${code}: made to fail, ${call}`), { code, syscall: call })
  }
}
