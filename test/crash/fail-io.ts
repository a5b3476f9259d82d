import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeFiles, StoreError } from '@eddy/store'
import { FailingFs, type Trouble } from './failing-fs.ts'
import { type Finding, Tally } from './trouble.ts'
import { type Reading, readings, Session, truth } from './victim.ts'

const troubles: readonly Trouble[] = ['ENOSPC', 'EIO', 'short', 'torn']

/**
 * P4: every I/O call fails, once and for good. Nothing crashes, predictions are served all the time, learning goes on
 * or pauses and is counted, and when the disk is well again everything is kept.
 */
export async function failIo(seed: number, stride = 1): Promise<Finding> {
  const tally = new Tally('P4', 'every I/O call fails, once and for good')
  const events = readings(60, seed)
  const digests = truth(events)
  const unhandled: unknown[] = []
  const note = (error: unknown): void => void unhandled.push(error)
  process.on('unhandledRejection', note)
  const [background, each] = [{ durability: 'background' }, { durability: 'each' }] as const
  for (const store of [background, each, { ...background, fileBytes: 1 }]) {
    // Up to the call that fails, every life is the same.
    const well = { from: Infinity, isForGood: false, trouble: 'EIO' } as const
    const calls = await attempt({ events, digests, tally, store, ...well })
    for (const isForGood of [false, true]) {
      for (const trouble of troubles) {
        if (trouble === 'short' && isForGood) continue
        for (let from = 0; from < calls; from += stride) {
          await attempt({ events, digests, tally, store, from, isForGood, trouble })
        }
      }
    }
  }
  await new Promise<void>((resolve) => void setTimeout(resolve, 20))
  process.off('unhandledRejection', note)
  for (const error of unhandled) tally.violated(`an unhandled rejection: ${String(error)}`)
  return tally.finding
}

interface Attempt {
  readonly events: readonly Reading[]
  readonly digests: readonly string[]
  readonly tally: Tally
  readonly store: { readonly durability: 'background' | 'each'; readonly fileBytes?: number }
  readonly from: number
  readonly isForGood: boolean
  readonly trouble: Trouble
}

/** One life with a failing disk, then one with a well one. Returns the number of calls that could fail. */
async function attempt(
  { events, digests, tally, store, from, isForGood, trouble }: Attempt,
): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'eddy-io-'))
  const disk = new FailingFs()
  Object.assign(disk, { from, isForGood, trouble })
  const where = `--only io: ${trouble} ${isForGood ? 'from' : 'at'} call ${from}, ${Object.values(store).join(', ')}`
  try {
    let session: Session | null = null
    let calls = 0
    try {
      session = new Session(
        nodeFiles(folder, { fs: disk.fs }), events, { every: 7, log: true, logEvery: 3 }, store,
      )
    } catch (error) {
      if (!(error instanceof StoreError)) tally.violated(`${where}: opening threw ${String(error)}`)
      tally.ended('not opened, by a typed error')
    }
    if (session !== null) {
      while (session.at < 40) {
        session.step()
        const served = session.kept.learner.predictOne({ place: 'p1', hour: 3 })
        if (!Number.isFinite(served)) tally.violated(`${where}: no prediction`)
        // Syncs in the background come to their end here, so that calls are the same ones every time.
        if (session.at % 4 === 0) await session.kept.store.flush().catch(() => null)
      }
      // Those after it cannot fail.
      calls = disk.calls
      disk.heal()
      const began = performance.now()
      // Nothing new arrives: it is written again all the same.
      while (disk.failures > 0 && performance.now() - began < 2000) {
        if ((await session.kept.flush().catch(() => null)) !== null) break
      }
      while (session.hasMore) session.step()
      await session.kept.flush()
      if (session.digest !== digests.at(-1)) tally.violated(`${where}: learned something else`)
      await session.kept.close()
    }
    const again = new Session(nodeFiles(folder), events, { log: true })
    if (again.digest !== digests[again.kept.sequence]) tally.violated(`${where}: a mix was found again`)
    if (session !== null && again.kept.sequence !== events.length) {
      tally.violated(`${where}: ${again.kept.sequence} of ${events.length} events were kept`)
    }
    while (again.hasMore) again.step()
    if (again.digest !== digests.at(-1)) tally.violated(`${where}: goes on with other bits`)
    await again.kept.close()
    if (session !== null) tally.ended(disk.failures > 0 ? 'survived' : 'the call did not come')
    return calls
  } catch (error) {
    tally.violated(`${where}: ${String((error as Error).stack ?? error)}`)
    tally.ended('crashed')
    return 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
