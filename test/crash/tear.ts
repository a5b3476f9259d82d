import { memoryMedium } from '@eddy/store'
import { TornMedium } from './torn-medium.ts'
import { type Finding, randomOf, Tally } from './trouble.ts'
import { readings, Session, truth } from './victim.ts'

/** P2: what was not synced may vanish or tear; what is found again is a state there was, no older than promised. */
export async function tear(states: number, seed: number): Promise<Finding> {
  const tally = new Tally('P2', 'torn and reordered writes')
  const events = readings(160, seed)
  const digests = truth(events)
  for (let trace = 0; tally.finding.runs < states; trace++) {
    const random = randomOf(seed, `trace ${trace}`)
    const medium = new TornMedium(random, trace % 3 === 2 ? 0.15 : 0)
    const isEach = trace % 2 === 0
    const isOver = trace % 8 < 4
    // How often syncs that are under way may come to an end; seldom: files are begun and dropped before any sync.
    const turns = isOver && random() < 0.5 ? 0.04 : 0.3
    const promised: { at: number; sequence: number }[] = []
    const session = new Session(
      medium, events,
      { every: isOver ? 1 + Math.floor(2 * random()) : 2 + Math.floor(15 * random()), log: trace % 4 < 2, logEvery: 5 },
      { durability: isEach ? 'each' : 'background', keep: 3, ...(isOver ? { fileBytes: 1 } : {}) },
    )
    session.kept.durable$.subscribe(({ sequence }) => promised.push({ at: medium.acts.length, sequence }))
    while (session.hasMore) {
      session.step()
      if (random() < turns) await new Promise<void>((resolve) => void setImmediate(resolve))
    }
    for (let k = 0; k < 100 && tally.finding.runs < states; k++) {
      const cut = 1 + Math.floor(medium.acts.length * random())
      const least = promised.filter(({ at }) => at <= cut).at(-1)?.sequence ?? 0
      const where = `--only tear --seed ${seed}: trace ${trace}, state ${k}, after ${cut} acts`
      try {
        const again = new Session(memoryMedium(medium.crashed(cut, random)), events, { every: 10, log: trace % 4 < 2 })
        const { sequence } = again.kept
        if (again.digest !== digests[sequence]) tally.violated(`${where}: a mix, after ${sequence} events`)
        else if (sequence < least) tally.violated(`${where}: ${sequence} events, ${least} were promised`)
        else if (again.at !== sequence) tally.violated(`${where}: position ${again.at} with ${sequence} events`)
        let logged = 0
        for (const { operations } of again.kept.store.operations()) logged = operations.at(-1)!.sequence
        if (trace % 4 < 2 && logged < least) tally.violated(`${where}: the log has ${logged} of ${least} operations`)
        tally.ended(sequence === least ? 'the last promised' : 'newer')
      } catch (error) {
        tally.violated(`${where}: ${String(error)}`)
        tally.ended('not opened')
      }
    }
  }
  return tally.finding
}
