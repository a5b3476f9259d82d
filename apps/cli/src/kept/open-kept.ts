import { readdirSync } from 'node:fs'
import { type Damage, nodeFiles, openStore, replay, type Store, StoreError } from '@eddy/store'
import type { Session } from '../learn/session.ts'
import { Misuse } from '../misuse.ts'
import { type KeptParts, KeptSession } from './kept-session.ts'
import type { Setting } from './setting.ts'

/** Tenths of a second to wait for another process that has the folder: one that was just killed is still ending. */
const lockPatience = 20
const storeFile = /^(checkpoints|events|edits|rejected)-\d+\.eddy$/

/** What was learned, as it was kept. */
export interface Loaded {
  readonly store: Store
  readonly kept: KeptSession
  readonly session: Session
  readonly setting: Setting
  /** The last thing that happened. */
  readonly sequence: number
}

/** Whether there are files of a checkpoint folder. */
export function hasFiles(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => storeFile.test(name))
  } catch {
    return false
  }
}

/** @throws Misuse when the folder is none that eddy learn wrote. */
export function checkFiles(folder: string): void {
  if (hasFiles(folder)) return
  throw new Misuse(`${folder} holds no checkpoint. Name the folder that eddy learn --checkpoint wrote.`)
}

/** To write there; `option` is what named the folder. @throws Misuse when that cannot be. */
export function openToWrite(folder: string, option: string): Store {
  for (let patience = lockPatience; ; patience--) {
    try {
      return openStore(nodeFiles(folder))
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      if (error.code === 'E_IO') {
        throw new Misuse(`${option} ${folder} cannot be used: ${error.message}`, { cause: error })
      }
      if (error.code !== 'E_LOCKED' || patience === 0) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
    }
  }
}

/**
 * What was learned, as --resume would find it; the folder stays as it is.
 * @throws Misuse when there is no such folder, or nothing was learned; StoreError when nothing intact is left.
 */
export function loadKept(folder: string, parts: KeptParts = {}): Loaded {
  checkFiles(folder)
  const store = openStore(nodeFiles(folder), { readOnly: true })
  const kept = new KeptSession(parts)
  const { sequence } = replay(store, kept)
  return { store, kept, sequence, ...begun(kept, folder) }
}

/** What was found damaged, each place once. */
export function damageOf({ damage }: Store): readonly Damage[] {
  return [...new Map(damage.map((each) => [`${each.file} ${each.at}`, each])).values()]
}

/** @throws Misuse when nothing was learned. */
export function begun({ session, setting }: KeptSession, folder: string): { session: Session; setting: Setting } {
  if (session !== null && setting !== null) return { session, setting }
  throw new Misuse(`${folder} holds nothing that was learned. Learn first: eddy learn FILE --checkpoint ${folder}`)
}
