import { digest } from '@eddy/optim'
import { type Medium, type MemoryFiles, memoryMedium, openStore, persist } from '@eddy/store'
import { from } from 'rxjs'
import type { Random } from './torn-medium.ts'
import { type Finding, randomOf, Tally } from './trouble.ts'
import { makeLateVictim, type Reading, readings, Session, truth } from './victim.ts'

const events = 160
const every = 9
const decade = 10 * 365.25 * 86_400_000
/** Longer than anything here takes, in milliseconds. */
const patience = 20_000

const mostlyRight = 'ten years on and back now and then'

/** What clocks say, given what the right one says. */
const clocks: Readonly<Record<string, (random: Random) => (now: number) => number>> = {
  'stuck': () => {
    let first = NaN
    return (now) => (first = Number.isNaN(first) ? now : first)
  },
  'ten years on or back at every look': (random) => (now) => now + (random() < 0.5 ? decade : -decade),
  'backwards': () => {
    let last = 0
    return (now) => now - 1000 * ++last
  },
  [mostlyRight]: (random) => {
    let shift = 0
    return (now) => {
      if (random() < 0.05) shift = [decade, -decade, 0][Math.floor(3 * random())]!
      return now + shift
    }
  },
}

/** Does something while every clock of the process is wrong. */
async function under<T>(clock: (now: number) => number, action: () => Promise<T>): Promise<T> {
  const [dateNow, perfNow] = [Date.now, performance.now.bind(performance)]
  try {
    Date.now = () => clock(dateNow())
    performance.now = () => clock(perfNow())
    return await action()
  } finally {
    Date.now = dateNow
    delete (performance as { now?: unknown }).now
  }
}

/** A medium some of whose appends fail, so that what waits has to be written again later. */
function failing(files: MemoryFiles, random: Random): Medium & { isHealed: boolean } {
  const memory = memoryMedium(files)
  const append = memory.append.bind(memory)
  const medium = Object.assign(memory, { isHealed: false })
  medium.append = (name, bytes) => {
    if (!medium.isHealed && random() < 0.1) throw Object.assign(new Error('EIO: made to fail'), { code: 'EIO' })
    append(name, bytes)
  }
  return medium
}

/** Learns all events with a stop in the midst of them; the bits at the end, and how many checkpoints were made. */
async function learn(all: readonly Reading[], random: Random): Promise<readonly [bits: string, checkpoints: number]> {
  let files: MemoryFiles = new Map()
  let checkpoints = 0
  for (const until of [Math.floor(all.length * random()), all.length]) {
    const medium = failing(files, random)
    medium.isHealed = true
    const session = new Session(medium, all, { every, share: 0.2, log: true, logEvery: 4, retryAfter: 5 })
    medium.isHealed = false
    while (session.hasMore && session.at < until) session.step()
    medium.isHealed = true
    await session.kept.flush()
    checkpoints += session.kept.store.counters.checkpoints
    if (until === all.length) return [session.digest, checkpoints]
    await session.kept.close()
    files = (medium as unknown as { files: MemoryFiles }).files
  }
  throw new Error('there were no events')
}

/** Labels that come ten events later, some of them too late: time is that of the events. */
async function learnLate(all: readonly Reading[]): Promise<string> {
  const at = new Map(all.map(({ id }, k) => [id, k]))
  const kept = persist(makeLateVictim(), openStore(memoryMedium(), { rest: 0 }), {
    every, share: 0.2, delayed: {
      requests: { key: (e: Reading) => e.id, time: (e: Reading) => at.get(e.id)! },
      labels: {
        key: (e: Reading) => e.id, label: (e: Reading) => e.demand > 20,
        time: (e: Reading) => at.get(e.id)! + (at.get(e.id)! % 7 === 0 ? 30 : 10), within: 20, capacity: 50,
      },
    },
  })
  all.forEach((event, k) => {
    from([event]).pipe(kept.predict<Reading>()).subscribe()
    if (k >= 10) from([all[k - 10]!]).pipe(kept.learn<Reading>()).subscribe()
  })
  await kept.close()
  return `${digest(kept.learner.snapshot())} ${JSON.stringify(kept.learner.labelCounters)}`
}

/**
 * P25: with clocks that stand still, go backwards, or jump ten years to and fro, the bits are those of a run under a
 * right one, labels expire by the time of events, checkpoints go on being made, and nothing waits for ever.
 */
export async function clock(runs: number, seed: number): Promise<Finding> {
  const tally = new Tally('P25', 'clocks that lie')
  const all = readings(events, seed)
  const wanted = truth(all).at(-1)!
  const late = await learnLate(all)
  const names = Object.keys(clocks)
  for (let run = 0; run < runs; run++) {
    const name = names[run % names.length]!
    const where = `--only clock --seed ${seed}: run ${run}, ${name}`
    const random = randomOf(seed, `clock ${run}`)
    try {
      const [bits, checkpoints] = await soon(under(clocks[name]!(random), () => learn(all, random)))
      if (bits !== wanted) tally.violated(`${where}: other bits`)
      // One at the beginning and one at the end are made anyway. A clock that is right in between lets them wait.
      if (checkpoints < (name === mostlyRight ? 2 : 4)) tally.violated(`${where}: ${checkpoints} checkpoints`)
      const lateBits = await soon(under(clocks[name]!(random), () => learnLate(all)))
      if (lateBits !== late) tally.violated(`${where}: labels that come later end otherwise`)
    } catch (error) {
      tally.violated(`${where}: ${String(error)}`)
    }
    tally.ended(name)
  }
  return tally.finding
}

/** @throws Error when it takes too long. */
function soon<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | null = null
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing has come of it after ${patience} ms`)), patience)
  })
  return Promise.race([promise, tooLong]).finally(() => clearTimeout(timer!))
}
