import { anomaly, categorical, features, numeric, rng, standardNormal } from 'eddy'
import { from } from 'rxjs'
import { isProgram, type Show, silently } from './is-program.ts'

interface Reading {
  readonly load: number
  readonly heat?: number
  readonly current: number
  readonly mode: 'eco' | 'full'
  readonly isLeaking: boolean
}

/** A pump: heat and current follow the load. When it leaks, the current is that of another load; heat may miss. */
function madeUpReadings(count: number): Reading[] {
  const draws = rng(1, 'pump')
  return Array.from({ length: count }, (_, k): Reading => {
    const load = 50 + 30 * draws.uniform(6 * k)
    const isLeaking = k > 1000 && draws.uniform(6 * k + 1) < 0.01
    const felt = isLeaking ? 50 + 30 * draws.uniform(6 * k + 2) : load
    const mode = load < 70 ? 'eco' : 'full'
    const current = 0.4 * felt + (mode === 'eco' ? 0 : 5) + 0.5 * standardNormal(draws, 6 * k + 3)
    const heat = 20 + 0.7 * load + standardNormal(draws, 6 * k + 4)
    return { load, current, mode, isLeaking, ...(draws.uniform(6 * k + 5) < 0.1 ? {} : { heat }) }
  })
}

/** Readings that are usual each by itself, and do not fit together. */
export function main(show: Show = silently) {
  const readings = madeUpReadings(8000)
  const found: { readonly leaking: boolean; readonly score: number; readonly isAnomaly: boolean }[] = []

  // #region anomaly
  const pump = anomaly({
    features: features({ load: numeric(), heat: numeric(), current: numeric(), mode: categorical() }),
    hidden: 2, rate: 0.01, seed: 1,
  })

  from(readings).pipe(pump.train()).subscribe(({ event, score, isAnomaly }) => { // scored first, then learned from
    found.push({ leaking: event.isLeaking, score, isAnomaly })
  })
  // #endregion

  const late = found.slice(2000)
  const leaks = late.filter(({ leaking }) => leaking)
  const median = leaks.map(({ score }) => score).sort((a, b) => a - b)[leaks.length >> 1]!
  const called = late.filter(({ isAnomaly }) => isAnomaly)
  const right = called.filter(({ leaking }) => leaking).length
  show('called', called.length, 'of', late.length, 'readings, leaks among them', right, 'of', leaks.length)
  show('half of the leaks score above', median.toFixed(4))
  return { events: late.length, called: called.length, right, leaks: leaks.length, median, counters: pump.counters }
}

if (isProgram(import.meta.url)) main(console.log)
