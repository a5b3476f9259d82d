import { EddyError } from '@eddy/tensor'

/**
 * E_IO: the medium failed. E_CORRUPT: bytes are not those that were written. E_FORMAT: a version or kind that this
 * release does not know. E_ENCODE: a value that cannot be kept. E_LOCKED: somebody else writes here. E_CLOSED: the
 * store was closed. E_GAP: events that are needed are not in the log. E_STATE: what was asked for is not there. E_DUP:
 * an event was learned before.
 */
export type StoreErrorCode =
  'E_IO' | 'E_CORRUPT' | 'E_FORMAT' | 'E_ENCODE' | 'E_LOCKED' | 'E_CLOSED' | 'E_GAP' | 'E_STATE' | 'E_DUP'

/** The parts of a store's error, in the order in which they are told. */
export interface StoreErrorParts {
  readonly code: StoreErrorCode
  /** What failed, as a clause without a full stop. */
  readonly what: string
  /** A file, or a part of a value. */
  readonly where: string
  /** Byte offset in the file; null when there is none. */
  readonly offset?: number | null
  /** What to do about it, as a sentence. */
  readonly hint: string
}

/** Whatever goes wrong in keeping and finding states and events. */
export class StoreError extends EddyError {
  override readonly name = 'StoreError'
  declare readonly code: StoreErrorCode
  readonly where: string
  readonly offset: number | null
  readonly hint: string

  constructor({ code, what, where, offset = null, hint }: StoreErrorParts, options?: ErrorOptions) {
    super(code, `${where}${offset === null ? '' : `, at byte ${offset}`}: ${what}. ${hint}`, options)
    this.where = where
    this.offset = offset
    this.hint = hint
  }
}

/** A failure of the medium, as a StoreError that says where and what to do; `isFinal`: nobody tries it again. */
export function asStoreError(error: unknown, what: string, where: string, isFinal = false): StoreError {
  if (error instanceof StoreError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const reason = error instanceof Error ? error.message : String(error)
  const hint = hints.get(code) ?? 'Look at the cause; what was written before is safe'
  const end = !isFinal && passing.has(code) ? '; it is tried again at the next checkpoint.' : '.'
  return new StoreError({ code: 'E_IO', what: `${what}: ${reason}`, where, hint: hint + end }, { cause: error })
}

const hints: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ['ENOSPC', 'Make room on the disk'],
  ['EDQUOT', 'Make room within the quota'],
  ['EIO', 'The device failed: look at the disk'],
  ['EROFS', 'Make the file system writable, or name another folder'],
  ['EACCES', 'Ask for permission to read and write there, or name another folder'],
  ['ENOTDIR', 'Name a folder'],
  ['EEXIST', 'Name a folder: what has this name is none'],
  ['ENOENT', 'Look at its name: it is not there, or not any more'],
  ['EMFILE', 'Close other files, or raise the limit of open files'],
])

/** What may pass by itself, or be mended meanwhile. */
const passing: ReadonlySet<string> = /* @__PURE__ */ new Set(['ENOSPC', 'EDQUOT', 'EIO'])
