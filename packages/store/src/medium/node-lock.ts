import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { StoreError } from '../errors.ts'
import type { FileSystem } from './node-files.ts'

/** Who holds a lock. */
interface Holder {
  readonly pid: number
  /** When the process began, in the kernel's ticks, where the kernel says so: numbers of processes are used again. */
  readonly began: string | null
  readonly host: string
  /** Tells two stores of one thread apart. */
  readonly nonce: number
  /** Which thread of the process; no number is used again. */
  readonly thread: number
  /** What the kernel calls it, and when it began, where the kernel says so: workers end before their process does. */
  readonly task: readonly [path: string, began: string | null] | null
}

/** What this thread holds, whichever copy of this module took it. */
const own = ((globalThis as Record<symbol, unknown>)[Symbol.for('eddy.store.locks')]
  ??= { held: new Set<string>(), nonces: 0 }) as { readonly held: Set<string>; nonces: number }

/**
 * Claims a folder for this process: a file `lock` that says who has it, which appears whole or not at all (`link`). A
 * lock whose process has ended is taken over; of several that try, one succeeds. Returns how to give it back.
 * @throws StoreError (E_LOCKED) while its holder lives, or may live on another machine.
 */
export function takeLock(folder: string, fs: FileSystem): () => void {
  const path = join(folder, 'lock')
  const holder: Holder = {
    pid: process.pid, began: beganAt(process.pid), host: hostname(), nonce: ++own.nonces, thread: threadId,
    task: ownTask(),
  }
  const text = JSON.stringify(holder)
  const draft = join(folder, `lock.${process.pid}.${threadId}.${holder.nonce}`)
  fs.writeFileSync(draft, text)
  try {
    for (let attempt = 0; attempt < 100; attempt++) {
      if (linked(draft, path, fs)) {
        own.held.add(text)
        return () => {
          own.held.delete(text)
          giveBack(path, text, fs)
        }
      }
      const found = textOf(path, fs)
      if (found !== null) {
        if (lives(found)) throw locked(path, found)
        moveAway(path, found, `${draft}.stale`, fs)
      }
    }
    throw locked(path, 'a lock that comes and goes')
  } finally {
    removed(draft, fs)
  }
}

/** Moves a stale lock away; when it has become another one meanwhile, puts it back. */
function moveAway(path: string, found: string, aside: string, fs: FileSystem): void {
  try {
    fs.renameSync(path, aside)
  } catch {
    return
  }
  if (textOf(aside, fs) !== found) linked(aside, path, fs)
  removed(aside, fs)
}

/** What cannot be removed now is stale from now on: its text is no longer one of ours. */
function giveBack(path: string, text: string, fs: FileSystem): void {
  try {
    if (textOf(path, fs) === text) removed(path, fs)
  } catch {
    // As above.
  }
}

function holderOf(text: string): Partial<Holder> | null {
  try {
    return JSON.parse(text) as Partial<Holder> | null
  } catch {
    return null
  }
}

/** Whether the process that wrote this may still be at work. */
function lives(text: string): boolean {
  const holder = holderOf(text)
  if (typeof holder?.pid !== 'number') return false
  if (holder.host !== hostname()) return true
  if (isOfThisProcess(holder)) return own.held.has(text) || livesBeside(holder)
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return holder.began === beganAt(holder.pid)
}

function isOfThisProcess({ pid, began }: Partial<Holder>): boolean {
  return pid === process.pid && began === beganAt(pid)
}

/** Whether it is held by another thread; where the kernel does not say whether one has ended, it counts as alive. */
function livesBeside({ thread, task }: Partial<Holder>): boolean {
  if (thread === undefined || thread === threadId) return false
  return !Array.isArray(task) || beganAt(task[0] as string) === task[1]
}

function ownTask(): Holder['task'] {
  try {
    const path = readlinkSync('/proc/thread-self')
    return [path, beganAt(path)]
  } catch {
    return null
  }
}

/** Linux says when a process began; others do not, then a number that is in use counts as the same process. */
function beganAt(pid: number | string): string | null {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
    // One that has ended keeps its number until its parent has taken note: a zombie.
    return fields[0] === 'Z' || fields[0] === 'X' ? 'ended' : (fields[19] ?? null)
  } catch {
    return null
  }
}

function linked(from: string, to: string, fs: FileSystem): boolean {
  try {
    fs.linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function textOf(path: string, fs: FileSystem): string | null {
  try {
    return fs.readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

function removed(path: string, fs: FileSystem): void {
  try {
    fs.unlinkSync(path)
  } catch {
    // It is gone already, or says nothing to anyone once its holder has ended.
  }
}

function locked(path: string, found: string): StoreError {
  const code = 'E_LOCKED'
  if (own.held.has(found)) {
    const hint = 'Close it first: also one for which no learner could be made.'
    return new StoreError({ code, where: path, what: 'another store of this process writes here', hint })
  }
  const said = found.slice(0, 200)
  const holder = holderOf(found)
  if (holder !== null && holder.host === hostname() && isOfThisProcess(holder)) {
    const hint = 'Close its store first, or end that thread.'
    return new StoreError({ code, where: path, what: `another thread of this process writes here: ${said}`, hint })
  }
  return new StoreError({
    code, where: path, what: `another process writes here: ${said}`,
    hint: 'Stop it first. If it ran on another machine and has ended, or this folder is a copy, remove this file.',
  })
}
