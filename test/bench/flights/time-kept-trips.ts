/** One way to keep W6's learner, in a process of its own: `time-kept-trips.ts WAY EVENTS` prints its `Timing`. */
import '@eddy/kernels/specialize'
import { timed } from '../clock.ts'
import { trips } from './flights.ts'
import { keptTrips, type Way } from './kept-trips.ts'

const count = 65_536
/** Until compilers have seen everything, and files are written over old ones. */
const warmUp = 400_000
/** After so many events a program looks after what else happens, as one does that reads a file piece by piece. */
const pieceEvents = 1000

const [way, wanted] = process.argv.slice(2) as [Way, string]
const events = await trips(count)
const own = keptTrips(way)
let next = 0
let sum = 0

async function learn(total: number): Promise<void> {
  for (let done = 0; done < total; done += pieceEvents) {
    const end = Math.min(total - done, pieceEvents)
    for (let k = 0; k < end; k++) sum += own.learn(events[next++ % count]!)
    await new Promise<void>((resolve) => void setImmediate(resolve))
  }
}

await learn(warmUp)
console.log(JSON.stringify(await timed(Number(wanted), learn, () => sum)))
await own.close()
