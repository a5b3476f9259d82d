import { Subject } from 'rxjs'
import { type Trip, trips } from '../flights/flights.ts'
import { PlainEncoder, plainTrips, rows } from '../flights/plain-trips.ts'
import { outputWeights, tableWeights, tripLearner } from '../flights/trip-model.ts'
import type { CInput } from '../toolchain.ts'
import type { Variant } from '../variant.ts'
import { compiled } from '../variants/compiled.ts'
import { stepwise } from '../variants/stepwise.ts'
import type { Workload } from '../workload.ts'

const count = 65_536
const eventsPerRound = 20_000

/** The rows that names have at last, and the numbers as they came. */
function encoded(events: readonly Trip[]): CInput {
  const encoder = new PlainEncoder()
  return {
    weights: [tableWeights(rows), outputWeights()],
    events,
    encode(event) {
      const trip = event as Trip
      const slots = new Int32Array(6)
      encoder.encode(trip, slots)
      return [slots, Float32Array.of(trip.distance, trip.time, trip.delay)]
    },
  }
}

function eddy(name: string, events: readonly Trip[], metrics: 'usual' | 'none'): Variant {
  return stepwise(name, () => events, () => {
    const source = new Subject<Trip>()
    let last = NaN
    const subscription = source.pipe(tripLearner(metrics).train()).subscribe(({ prediction, loss }) => {
      last = Number.isFinite(prediction) ? loss : NaN
    })
    return {
      step(trip) {
        source.next(trip)
        return last
      },
      close: () => subscription.unsubscribe(),
    }
  })
}

/** The learner with named features, from parsed records of a real stream. */
export const w6: Workload = {
  id: 'W6', title: 'learner on flights: 2 numbers, 4 categories, 16 hidden units, Adagrad, from objects',
  eventsPerRound,
  async variants({ toolchain }) {
    const events = await trips(count)
    const input = (): CInput => encoded(events)
    const c = toolchain === null
      ? [] : [compiled('C, encoded rows', { file: 'w6.c' }, toolchain, input, eventsPerRound)]
    return [
      stepwise('plain', () => events, () => ({ step: plainTrips() })), ...c,
      eddy('eddy', events, 'usual'), eddy('eddy, no metrics', events, 'none'),
    ]
  },
}
