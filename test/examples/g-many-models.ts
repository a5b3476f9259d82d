import {
  adam, dense, ensemble, features, grid, keyedLearner, numeric, relu, rng, squaredError, standardNormal,
} from 'eddy'
import { from } from 'rxjs'
import { isProgram, type Show, silently } from './is-program.ts'

interface Reading {
  readonly machine: string
  readonly load: number
  readonly temperature: number
}

/** Machines that warm up with their load, each in its own way. */
function madeUpReadings(count: number): Reading[] {
  const draws = rng(1, 'readings')
  return Array.from({ length: count }, (_, k) => {
    const machine = draws.integer(3 * k, 20)
    const load = draws.uniform(3 * k + 1)
    const temperature = 30 + machine + (machine % 2 === 0 ? 40 : -10) * load + standardNormal(draws, 3 * k + 2)
    return { machine: `m${machine}`, load, temperature }
  })
}

const shared = {
  features: features({ load: numeric() }), target: (reading: Reading) => reading.temperature,
  model: (m: Parameters<Parameters<typeof keyedLearner>[0]['model']>[0]) => m.pipe(dense(8), relu(), dense(1)),
  loss: squaredError(), optimizer: adam({ learningRate: 0.05 }), seed: 1,
}

/** One model for each machine beside one for all, and a choice among learning rates as the stream goes. */
export function main(show: Show = silently) {
  const readings = madeUpReadings(6000)
  const machines = keyedLearner({ ...shared, key: (reading: Reading) => reading.machine, capacity: 15 })
  const evicted = new Map<string, number>()
  machines.evicted$.subscribe(({ key, state }) => evicted.set(key, state.training.step))
  const roomy = keyedLearner({ ...shared, key: 'machine' })
  const rates = ensemble({
    ...shared, combine: 'best',
    members: grid({ learningRate: [1e-4, 1e-2, 1, 100] }, ({ learningRate }) => (
      { optimizer: adam({ learningRate }) }
    )),
  })

  from(readings).pipe(machines.train()).subscribe()
  from(readings).pipe(roomy.train()).subscribe()
  from(readings).pipe(rates.train()).subscribe()

  const answers = ['m4', 'm5'].map((machine) => roomy.predictOne({ machine, load: 1 }))
  show('a model for each machine:', roomy.metrics.mae.toFixed(1), 'degrees, one for all:', rates.metrics.mae.toFixed(1))
  show('under full load:', answers.map((value) => value.toFixed(0)).join(' and '), 'degrees')
  show('learning rates:', rates.members.map(({ name, loss }) => `${name} ${loss.toFixed(0)}`).join(', '))
  show('room for 15 of 20 machines:', machines.counters.evicted, 'models were forgotten')
  return {
    answers, evicted, best: rates.best, counters: machines.counters,
    errors: { each: roomy.metrics.mae, few: machines.metrics.mae, one: rates.metrics.mae }, members: rates.members,
  }
}

if (isProgram(import.meta.url)) main(console.log)
