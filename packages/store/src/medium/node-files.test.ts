import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StoreError } from '../errors.ts'
import { digest } from '@eddy/optim'
import { persist } from '../learning/persist.ts'
import { models, sales } from '../testing/models.ts'
import { openStore } from '../journal/store.ts'
import { nodeFiles } from './node-files.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eddy-files-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('nodeFiles(folder)', () => {
  it('appends, reads from anywhere, and removes', async () => {
    const files = nodeFiles(join(folder, 'made', 'on', 'the', 'way'))
    files.append('a', Uint8Array.of(1, 2, 3))
    files.append('a', Uint8Array.of(4))
    await files.sync('a')
    expect([...files.read('a', 1, 2)]).toEqual([2, 3])
    expect([...files.read('a', 2, 1e15)]).toEqual([3, 4])
    expect([files.size('a'), files.size('b'), files.list()]).toEqual([4, 0, ['a']])
    files.remove('a')
    files.remove('a')
    expect(files.list()).toEqual([])
    await files.close()
  })

  it('says what failed, where, and what to do', () => {
    writeFileSync(join(folder, 'file'), '')
    expect(() => openStore(nodeFiles(join(folder, 'file', 'inside')))).toThrow(StoreError)
    const files = nodeFiles(folder)
    expect(() => files.read('none', 0, 1)).toThrow(/none: it cannot be read: ENOENT/)
  })

  it.runIf(existsSync('/proc/self'))('refuses a place where no folder can be made', () => {
    expect(() => openStore(nodeFiles('/proc/kept/here'))).toThrow(/here: the folder cannot be made: ENOENT/)
  })

  it('makes no folder where somebody only looks', () => {
    expect(() => openStore(nodeFiles(join(folder, 'misspelt')), { readOnly: true })).toThrow(
      /misspelt: the folder cannot be read: ENOENT.* Look at its name/,
    )
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('files that somebody removes while they are written', () => {
  const ways = ['background', 'each'] as const
  it.each(ways)('are told of, and what is needed is written to others: %s', async (durability) => {
    const kept = persist(models['two classes, FTRL']!(), openStore(nodeFiles(folder), { durability, rest: 0 }))
    const told: string[] = []
    kept.store.failure$.subscribe(({ message }) => void told.push(message))
    const events = sales(40).filter(({ sold }) => !Number.isNaN(sold))
    for (const event of events.slice(0, 10)) kept.learnOne(event)
    expect((await kept.flush()).sequence).toBe(10)
    for (const name of readdirSync(folder)) rmSync(join(folder, name))
    for (const event of events.slice(10, 20)) kept.learnOne(event)
    const late = kept.flush()
    await expect(late).rejects.toThrow(/eddy: it was removed while it was written\. Let nobody remove/)
    expect([told.length, kept.store.durable.sequence]).toEqual([1, 10])
    expect((await kept.flush()).sequence).toBe(20)
    await kept.close()
    const again = persist(models['two classes, FTRL']!(), openStore(nodeFiles(folder)))
    expect([again.sequence, digest(again.learner.snapshot() as object)])
      .toEqual([20, digest(kept.learner.snapshot() as object)])
    await again.close()
  })
})

describe('the lock of a folder', () => {
  it('is held by one store; closing gives it back', async () => {
    const first = openStore(nodeFiles(folder))
    expect(() => openStore(nodeFiles(folder))).toThrow(/another store of this process writes here\. Close it first/)
    openStore(nodeFiles(folder), { readOnly: true })
    await first.close()
    await openStore(nodeFiles(folder)).close()
    expect(readdirSync(folder)).toEqual([])
  })

  it('of a process that has ended is taken over, by one of many', async () => {
    const child = spawn(process.execPath, ['-e', ''])
    await new Promise((ended) => child.on('exit', ended))
    const stale = { pid: child.pid, began: '1', host: (await import('node:os')).hostname(), nonce: 1 }
    writeFileSync(join(folder, 'lock'), JSON.stringify(stale))
    const opened = Array.from({ length: 5 }, () => {
      try {
        return openStore(nodeFiles(folder))
      } catch {
        return null
      }
    }).filter((store) => store !== null)
    expect(opened).toHaveLength(1)
    expect(JSON.parse(readFileSync(join(folder, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid })
    await opened[0]!.close()
  })

  it('of a process that was killed and whose parent takes no note of it is stale', async () => {
    if (process.platform !== 'linux') return
    // The shell becomes a program that never asks how its child has ended.
    const shell = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'])
    const pid = await new Promise<number>((told) => shell.stdout.once('data', (text) => told(Number(text))))
    const stat = (): readonly string[] => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
    const { hostname } = await import('node:os')
    const lock = JSON.stringify({ pid, began: stat()[19], host: hostname(), nonce: 1 })
    writeFileSync(join(folder, 'lock'), lock)
    try {
      expect(() => openStore(nodeFiles(folder))).toThrow(/another process writes here/)
      // Until then the shell is one that asks.
      const program = (): string => readFileSync(`/proc/${shell.pid}/comm`, 'utf8')
      while (program() !== 'sleep\n') await new Promise((soon) => setTimeout(soon, 2))
      process.kill(pid, 'SIGKILL')
      while (stat()[0] !== 'Z') await new Promise((soon) => setTimeout(soon, 2))
      await openStore(nodeFiles(folder)).close()
    } finally {
      shell.kill()
    }
  })

  it('is that of a thread: a worker finds it held, and of one that has ended it is stale', async () => {
    // A lock of another thread, as a worker leaves it; the kernel knows this one, and one that there is not.
    const first = openStore(nodeFiles(folder))
    const path = join(folder, 'lock')
    const mine = JSON.parse(readFileSync(path, 'utf8')) as { thread: number; task: [string, string] | null }
    await first.close()
    writeFileSync(path, JSON.stringify({ ...mine, thread: mine.thread + 1000 }))
    expect(() => openStore(nodeFiles(folder))).toThrow(/another thread of this process writes here.*or end that thread/)
    if (mine.task !== null) {
      for (const task of [[mine.task[0], '1'], [`${process.pid}/task/1`, mine.task[1]]]) {
        writeFileSync(path, JSON.stringify({ ...mine, thread: mine.thread + 1000, task }))
        await openStore(nodeFiles(folder)).close()
      }
    }
    writeFileSync(path, JSON.stringify(mine))
    await openStore(nodeFiles(folder)).close()
  })

  it('of a process number that is in use again, by another one, is stale; torn ones are, too', async () => {
    const { hostname } = await import('node:os')
    if (process.platform === 'linux') {
      writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: process.ppid, began: '1', host: hostname(), nonce: 1 }))
      await openStore(nodeFiles(folder)).close()
    }
    writeFileSync(join(folder, 'lock'), '{"pid":')
    await openStore(nodeFiles(folder)).close()
    writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: 1, began: null, host: 'elsewhere', nonce: 1 }))
    expect(() => openStore(nodeFiles(folder))).toThrow(/has ended, or this folder is a copy, remove this file/)
  })
})
