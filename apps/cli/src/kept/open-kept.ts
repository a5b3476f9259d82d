import { readdirSync } from 'node:fs'
import { type Damage, nodeFiles, openStore, replay, type Store, type StoreOptions } from '@eddy/store'
import type { Session } from '../learn/session.ts'
import { Misuse } from '../misuse.ts'
import { type KeptParts, KeptSession } from './kept-session.ts'
import type { Setting } from './setting.ts'

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
export function openFolder(folder: string, options: StoreOptions = { readOnly: true }): Store {
  if (!hasFiles(folder)) {
    throw new Misuse(`${folder} holds no checkpoint. Name the folder that eddy learn --checkpoint wrote.`)
  }
  return openStore(nodeFiles(folder), options)
}

/**
 * What was learned, as --resume would find it; the folder stays as it is.
 * @throws Misuse when there is no such folder, or nothing was learned; StoreError when nothing intact is left.
 */
export function loadKept(folder: string, parts: KeptParts = {}): Loaded {
  const store = openFolder(folder)
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
