import { memoryMedium, type MemoryFiles } from '@eddy/store'
import { type Finding, randomOf, Tally } from './trouble.ts'
import { readings, Session, truth } from './victim.ts'

/** P3: a flipped bit, or a file cut off, is never learned from: an older state is found, and all ends in equal bits. */
export async function flip(flips: number, truncations: number, seed: number): Promise<Finding> {
  const tally = new Tally('P3', 'bit flips and truncations')
  const events = readings(160, seed)
  const digests = truth(events)
  const bases = await Promise.all([true, false].map((log) => writtenBy(events, log)))
  for (const [k, files] of bases.entries()) {
    const { kept, digest } = new Session(memoryMedium(files), events, { log: k === 0 })
    if (kept.sequence !== events.length || digest !== digests.at(-1)) tally.violated('what is not damaged is not found')
  }
  for (let run = 0; run < flips + truncations; run++) {
    const random = randomOf(seed, `flip ${run}`)
    const log = run % 2 === 0
    const files = new Map(bases[run % 2])
    const sizes = [...files].filter(([name]) => name.endsWith('.eddy'))
    const total = sizes.reduce((sum, [, { length }]) => sum + length, 0)
    let at = Math.floor(total * random())
    const [name, bytes] = sizes.find(([, { length }]) => (at -= length) < 0)!
    at += bytes.length
    if (run < flips) {
      const flipped = bytes.slice()
      flipped[at]! ^= 1 << Math.floor(8 * random())
      files.set(name, flipped)
    } else files.set(name, bytes.slice(0, at))
    const where = `--only flip --seed ${seed}: run ${run}, ${name}, byte ${at}`
    try {
      const again = new Session(memoryMedium(files), events, { every: 10, log })
      const { sequence } = again.kept
      if (again.digest !== digests[sequence]) tally.violated(`${where}: loaded silently, after ${sequence} events`)
      const isWhole = sequence === events.length
      while (again.hasMore) again.step()
      if (again.digest !== digests.at(-1)) tally.violated(`${where}: ends in other bits`)
      tally.ended(isWhole ? 'nothing lost' : 'fell back and learned again')
    } catch (error) {
      tally.violated(`${where}: ${String(error)}`)
      tally.ended('not opened')
    }
  }
  return tally.finding
}

/** The files of two sessions. */
async function writtenBy(events: ReturnType<typeof readings>, log: boolean): Promise<MemoryFiles> {
  let files: MemoryFiles = new Map()
  for (const end of [90, events.length]) {
    const medium = memoryMedium(files)
    const session = new Session(medium, events, { every: 10, log, logEvery: 5 }, { keep: 4 })
    while (session.at < end) session.step()
    await session.kept.flush()
    ;({ files } = medium)
  }
  return files
}
