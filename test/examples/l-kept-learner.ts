// #region kept
import { adam, categorical, dense, features, learner, numeric, relu, squaredError } from 'eddy'
import { keeping, nodeFiles, openStore } from '@eddy/store'
// #endregion
import { digest, rng, standardNormal } from 'eddy'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { from } from 'rxjs'
import { isProgram, type Show, silently } from './is-program.ts'

interface Trip {
  readonly id: string
  readonly carrier: string
  readonly distance: number
  readonly delay: number
}

/** Made-up trips; one of them says what cannot be. */
function madeUpTrips(count: number, broken: number): Trip[] {
  const draws = rng(1, 'trips')
  return Array.from({ length: count }, (_, k): Trip => {
    const distance = 100 + draws.integer(3 * k, 2000)
    const carrier = ['ACE', 'BEE', 'SEA'][draws.integer(3 * k + 1, 3)]!
    const delay = distance / 200 + (carrier === 'SEA' ? 10 : 0) + standardNormal(draws, 3 * k + 2)
    return { id: `trip-${k}`, carrier, distance, delay: k === broken ? 10_000 : delay }
  })
}

/** A learner that survives the end of its program, and forgets. */
export async function main(show: Show = silently) {
  const folder = mkdtempSync(join(tmpdir(), 'eddy-example-'))
  /** One life of the program. */
  const live = () => {
    // #region kept
    const store = keeping(openStore(nodeFiles(folder)), { every: 500, log: true, id: (trip: Trip) => trip.id })

    const trips = learner({
      features: features({ distance: numeric(), carrier: categorical() }),
      target: (trip: Trip) => trip.delay,
      model: (m) => m.pipe(dense(16), relu(), dense(1)),
      loss: squaredError(), optimizer: adam(), seed: 1,
      store, // what was learned in this folder before is there again
    })
    // #endregion
    return trips
  }

  const stream = madeUpTrips(3000, 1234)
  try {
    const first = live()
    from(stream.slice(0, 2000)).pipe(first.train()).subscribe()
    await first.close()

    const second = live()
    const resumed = second.sequence
    from(stream.slice(resumed)).pipe(second.train()).subscribe()
    const learned = digest(second.learner.snapshot())

    // #region forget
    await second.forget('trip-1234') // as if it had never been: the same bits as a stream without it
    // #endregion
    const forgotten = digest(second.learner.snapshot())
    await second.close()
    show(`resumed after ${resumed} trips; state of all ${learned.slice(0, 8)}, without one ${forgotten.slice(0, 8)}`)
    return { resumed, learned, forgotten, stream }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (isProgram(import.meta.url)) await main(console.log)
