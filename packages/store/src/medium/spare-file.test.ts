import * as fs from 'node:fs'
import {
  copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digest } from '@eddy/optim'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { endFrame } from '../format/frame.ts'
import type { StoreOptions } from '../journal/store-options.ts'
import { openStore, type Store } from '../journal/store.ts'
import { persist } from '../learning/persist.ts'
import { models, sales } from '../testing/models.ts'
import { nodeFiles } from './node-files.ts'

let scratch: string
let folder: string
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'eddy-spare-'))
  folder = join(scratch, 'store')
})
afterEach(() => rmSync(scratch, { recursive: true, force: true }))

const events = sales(400).filter(({ sold }) => !Number.isNaN(sold))
const make = () => models['two classes, FTRL']!()
/** Files are begun after a few checkpoints. */
const often: StoreOptions = { fileBytes: 1, keep: 2, rest: 0 }

/** Counts how often an old file became a new one. */
function countingFiles() {
  const counted = { reused: 0 }
  const system = {
    ...fs,
    renameSync(from: fs.PathLike, to: fs.PathLike) {
      if (String(from).endsWith('spare')) counted.reused++
      fs.renameSync(from, to)
    },
  }
  return { counted, files: nodeFiles(folder, { fs: system }) }
}

/** What a process finds that comes after this moment's end of the present one. */
function foundLater(): { sequence: number; state: string; damage: Store['damage'] } {
  const copy = join(scratch, 'copy')
  rmSync(copy, { recursive: true, force: true })
  mkdirSync(copy)
  for (const name of readdirSync(folder)) {
    try {
      copyFileSync(join(folder, name), join(copy, name))
    } catch (error) {
      // Files get other names beside the program.
      if (existsSync(join(folder, name))) throw error
    }
  }
  const store = openStore(nodeFiles(copy), { readOnly: true })
  const { sequence, state } = store.newest()!
  return { sequence, state: digest(state as object), damage: store.damage }
}

describe('a file of checkpoints that is no longer needed', () => {
  it('becomes a new one; whatever it held is never found again, and is no damage', async () => {
    const { counted, files } = countingFiles()
    const kept = persist(make(), openStore(files, often), { every: 1 })
    for (const [k, event] of events.entries()) {
      kept.learnOne(event)
      if (k % 3 === 0) await kept.flush()
      const { state, ...rest } = foundLater()
      expect(rest).toEqual({ sequence: k + 1, damage: [] })
      if (k % 10 === 0) expect(state).toBe(digest(kept.learner.snapshot() as object))
    }
    expect(counted.reused).toBeGreaterThan(4)
    expect(readdirSync(folder).filter((name) => name.startsWith('checkpoints')).length).toBeLessThan(5)
    await kept.close()
  })

  it('may be one that was never durable; the durable one stays until a newer one is', async () => {
    const { counted, files } = countingFiles()
    const kept = persist(make(), openStore(files, { ...often, rest: 2 ** 30 }), { every: 1 })
    const names = (): string[] => readdirSync(folder).filter((name) => name.startsWith('checkpoints')).sort()
    for (const event of events.slice(0, 50)) kept.learnOne(event)
    await kept.flush()
    const [durable] = names().slice(-1)
    expect(kept.store.durable.sequence).toBe(50)
    for (const event of events.slice(50)) {
      kept.learnOne(event)
      await new Promise((resolve) => void setImmediate(resolve))
    }
    expect(kept.store.durable.sequence).toBe(50)
    expect(names()).toContain(durable)
    expect(names().length).toBeLessThan(8)
    expect(counted.reused).toBeGreaterThan(4)
    expect(foundLater()).toMatchObject({ sequence: events.length, damage: [] })
    // A machine that ends now may leave nothing of the others.
    for (const name of names()) if (name > durable!) rmSync(join(folder, name))
    expect(foundLater().sequence).toBeGreaterThanOrEqual(50)
    await kept.close().catch(() => undefined)
  })

  it('is at most half older bytes, and gone when the store is closed', async () => {
    const { counted, files } = countingFiles()
    const kept = persist(make(), openStore(files, often), { every: 1 })
    for (const event of events) {
      kept.learnOne(event)
      await kept.flush()
    }
    await kept.close()
    expect(counted.reused).toBeGreaterThan(4)
    const names = readdirSync(folder)
    expect(names).not.toContain('spare')
    for (const name of names.filter((one) => one.startsWith('checkpoints'))) {
      const bytes = readFileSync(join(folder, name))
      const mark = endFrame(Number(/\d+/.exec(name)![0]))
      expect(bytes.lastIndexOf(mark) + mark.length).toBeGreaterThanOrEqual(bytes.length / 2)
    }
  })

  it('is used by the next process when this one was killed; one that only looks lets it be', async () => {
    fs.mkdirSync(folder)
    writeFileSync(join(folder, 'spare'), new Uint8Array(100_000).fill(69))
    await openStore(nodeFiles(folder), { readOnly: true }).close()
    expect(statSync(join(folder, 'spare')).size).toBe(100_000)
    const { counted, files } = countingFiles()
    const kept = persist(make(), openStore(files), { every: 1 })
    kept.learnOne(events[0]!)
    expect([counted.reused, readdirSync(folder).includes('spare')]).toEqual([1, false])
    expect(foundLater()).toMatchObject({ sequence: 1, damage: [] })
    await kept.close()
    expect(Math.max(...readdirSync(folder).map((name) => statSync(join(folder, name)).size))).toBeLessThan(100_000)
  })

  it('that has lost the mark of its end is told of as damaged, and read up to there', async () => {
    const { files } = countingFiles()
    const kept = persist(make(), openStore(files, often), { every: 1 })
    for (const event of events.slice(0, 50)) {
      kept.learnOne(event)
      await kept.flush()
    }
    const name = readdirSync(folder).filter((one) => one.startsWith('checkpoints')).sort().at(-1)!
    const mark = endFrame(Number(/\d+/.exec(name)![0]))
    const path = join(folder, name)
    const bytes = readFileSync(path)
    bytes[bytes.indexOf(mark) + 3]! ^= 1
    await kept.close()
    writeFileSync(path, bytes)
    const { sequence, damage } = foundLater()
    expect(sequence).toBe(kept.sequence)
    expect(damage.map(({ file }) => file)).toContain(name)
  })
})
