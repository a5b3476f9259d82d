import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Book } from './hostile-book.ts'
import { type Entrance, outside } from './hostile-entrances.ts'
import { Dice } from './hostile-events.ts'
import { inside } from './hostile-learners.ts'
import { prototypeNames } from './prototypes.ts'
import { type Finding, Tally } from './trouble.ts'

/** Parts of all events that come through each entrance; the slow ones get fewer. */
const shares: Readonly<Record<string, number>> = {
  'CSV file': 10, 'CSV bytes': 5, 'NDJSON file': 20, 'NDJSON bytes': 10, 'standard input': 5,
  'Node stream of bytes': 5, 'Node stream of objects': 5, 'async iterable': 5, 'Observable': 5,
  'server-sent events': 3, 'WebSocket': 3, 'learner.train': 40, 'learner.learnOne': 15, 'keyedLearner': 15,
  'ensemble': 5, 'autoModel': 1, 'delayed labels': 10, 'persist': 3,
}
const round = 20_000

/**
 * P10: mutated events through every entrance there is. Nothing crashes, no promise is left rejected, every number that
 * was learned is finite, and every record ends in one way: learned, predicted only, duplicate, expired, quarantined.
 */
export async function hostile(events: number, seed: number, say: (line: string) => void = () => {}): Promise<Finding> {
  const tally = new Tally('P10', 'hostile events')
  const where = `--only hostile --seed ${seed}`
  const folder = mkdtempSync(join(tmpdir(), 'eddy-hostile-'))
  const unhandled = (error: unknown): void => tally.violated(`${where}: unhandled: ${String(error)}`)
  process.on('unhandledRejection', unhandled)
  process.on('uncaughtException', unhandled)
  const names = prototypeNames()
  const total = Object.values(shares).reduce((a, b) => a + b)
  const entrances: readonly (readonly [string, () => Entrance])[] = Object.entries({ ...outside, ...inside })
  for (const [name, make] of entrances) {
    const book = new Book(name, tally, seed)
    const wanted = Math.ceil(events * shares[name]! / total)
    const enter = make()
    const began = performance.now()
    for (let from = 0, turn = 0; from < wanted; from += round, turn++) {
      const dice = new Dice(seed * 65_537 + entrances.findIndex(([other]) => other === name) * 4099 + turn)
      try {
        await enter({ book, dice, seed, folder, from, count: Math.min(round, wanted - from) })
      } catch (error) {
        book.violated(`round ${turn} threw ${String(error)}`)
      }
    }
    await new Promise((resolve) => setImmediate(resolve))
    book.close()
    const ends = Object.entries(book.ends).filter(([, count]) => count > 0).map(([end, count]) => `${count} ${end}`)
    const seconds = (performance.now() - began) / 1000
    say(`  ${name}: received ${book.received} in ${seconds.toFixed(1)} s = ${ends.join(' + ')}`)
  }
  if (prototypeNames() !== names) tally.violated(`${where}: prototypes have changed`)
  process.off('unhandledRejection', unhandled)
  process.off('uncaughtException', unhandled)
  rmSync(folder, { recursive: true, force: true })
  return tally.finding
}
