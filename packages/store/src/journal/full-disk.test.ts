import * as fs from 'node:fs'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { digest } from '@eddy/optim'
import { persist } from '../learning/persist.ts'
import { type FileSystem, nodeFiles } from '../medium/node-files.ts'
import { models, sales } from '../testing/models.ts'
import { openStore } from './store.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eddy-full-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const full = (): Error => Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })

/** A disk that can be full, and that counts the files that are open. */
class Disk {
  isFull = false
  readonly open = new Set<number>()
  readonly fs: FileSystem = {
    ...fs,
    openSync: ((...given: Parameters<typeof fs.openSync>) => {
      const descriptor = fs.openSync(...given)
      this.open.add(descriptor)
      return descriptor
    }) as typeof fs.openSync,
    closeSync: (descriptor) => {
      this.open.delete(descriptor)
      fs.closeSync(descriptor)
    },
    writeFileSync: ((...given: Parameters<typeof fs.writeFileSync>) => {
      if (this.isFull) throw full()
      fs.writeFileSync(...given)
    }) as typeof fs.writeFileSync,
    writeSync: ((...given: Parameters<typeof fs.writeSync>) => {
      if (this.isFull) throw full()
      return fs.writeSync(...given)
    }) as typeof fs.writeSync,
  }
}

const make = models['two classes, FTRL']!
const events = sales(4000, 2)

function learn(model: { learnOne(event: never): unknown }, from: number, to: number): void {
  for (const event of events.slice(from, to)) {
    try {
      model.learnOne(event as never)
    } catch {
      // Rejected ones are kept, too.
    }
  }
}

describe('a full disk', () => {
  it('leaves no trace once there is room: no file that holds nothing, none open, and equal bits', async () => {
    const disk = new Disk()
    const kept = persist(make(), openStore(nodeFiles(folder, { fs: disk.fs }), { rest: 0 }), {
      every: 200, log: true, logEvery: 20,
    })
    learn(kept, 0, 500)
    await kept.flush()
    const open = disk.open.size
    disk.isFull = true
    learn(kept, 500, 3000)
    await expect(kept.flush()).rejects.toThrow(/ENOSPC.* Make room on the disk/)
    expect(disk.open.size).toBeLessThanOrEqual(open)
    // It is tried at every checkpoint, for every rejected event, and when twice as much waits; not with every event.
    const rejected = events.slice(500, 3000).filter(({ sold }) => Number.isNaN(sold)).length
    expect(kept.counters.failures - rejected).toBeLessThan(2500 / 200 + 16)
    disk.isFull = false
    learn(kept, 3000, 4000)
    await kept.flush()
    for (const name of readdirSync(folder)) expect(fs.statSync(join(folder, name)).size, name).toBeGreaterThan(0)
    await kept.close()
    const again = persist(make(), openStore(nodeFiles(folder)), { log: true })
    expect([again.sequence, again.store.damage, digest(again.learner.snapshot() as object)])
      .toEqual([4000, [], digest(kept.learner.snapshot() as object)])
    expect(await again.forget(1234)).toBe(1)
    await again.close()
  })

  it('says so when a store is opened, which nobody tries again', () => {
    const disk = new Disk()
    disk.isFull = true
    expect(() => openStore(nodeFiles(folder, { fs: disk.fs }))).toThrow(
      /: it cannot be locked: ENOSPC: no space left on device\. Make room on the disk\.$/,
    )
  })
})
