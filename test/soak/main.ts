/**
 * `pnpm soak [--short] [--events N] [--only NAME]`: does memory stay flat? 10^8 events through W1 of the bench and 10^7
 * through W6, alone and with a checkpoint after every thousand events, in memory and in files; each in a process of its
 * own whose garbage is collected before memory is read. `--short`: a fiftieth of it; `--events N`: N through W1 and a
 * tenth of that through W6. Exit code 1: memory grew; 2: misuse. The limits are in `flatness.ts`.
 */
import { parseArgs } from 'node:util'
import { driftOf, kib, limits, settled } from './flatness.ts'
import type { Sample } from './sample.ts'
import { type Plan, problemsOf, soak } from './soak.ts'

const usual = 1e8

/** @throws Error with one line that says what is wrong. */
function planned(words: readonly string[]): readonly Plan[] {
  const { values } = parseArgs({
    args: [...words], options: { short: { type: 'boolean' }, events: { type: 'string' }, only: { type: 'string' } },
  })
  const events = Number(values.events ?? (values.short === true ? usual / 50 : usual))
  if (!Number.isInteger(events) || events < 1e5) throw new Error(`--events is ${values.events}, wanted at least 100000`)
  const samples = 50
  const fewer = Math.round(events / 10)
  const all: readonly Plan[] = [
    { name: 'W1', events, samples }, { name: 'W6', events: fewer, samples },
    { name: 'W6 kept in memory', events: fewer, samples }, { name: 'W6 kept in files', events: fewer, samples },
  ]
  const wanted = all.filter(({ name }) => values.only === undefined || name === values.only)
  if (wanted.length > 0) return wanted
  throw new Error(`--only is ${values.only}, wanted one of ${all.map(({ name }) => name).join(', ')}`)
}

function progress({ events, heap, buffers, wasm, handles, files }: Sample): void {
  const count = events.toLocaleString('en-US').padStart(13)
  process.stderr.write(`${count} events   heap ${kib(heap)}   buffers ${kib(buffers)}   wasm ${kib(wasm)}   `
    + `handles ${handles}   files ${files}\n`)
}

async function run(plan: Plan): Promise<readonly string[]> {
  process.stderr.write(`${plan.name}: ${plan.events.toLocaleString('en-US')} events\n`)
  const soaked = await soak(plan, progress)
  const { learned, seconds, meanLoss, samples } = soaked
  const drifts = (['heap', 'buffers', 'wasm'] as const).map((of) => {
    const { trend, difference } = driftOf(settled(samples), of)
    return `${of} trend ${kib(trend)}, difference ${kib(difference)}`
  })
  console.log(`${plan.name}: ${learned.toLocaleString('en-US')} events in ${seconds.toFixed(1)} s, mean loss `
    + `${meanLoss.toPrecision(4)}; after the first ${100 * limits.warmUp} %: ${drifts.join('; ')}`)
  return problemsOf(plan, soaked)
}

async function main(): Promise<number> {
  let plans: readonly Plan[]
  try {
    plans = planned(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`soak: ${(error as Error).message.split('\n')[0]}\n`)
    return 2
  }
  const problems: string[] = []
  for (const plan of plans) problems.push(...await run(plan))
  for (const problem of problems) console.log(`not flat: ${problem}`)
  if (problems.length === 0) console.log(`flat: objects and buffers within ${kib(limits.drift)}, WebAssembly unchanged`)
  return problems.length === 0 ? 0 : 1
}

process.exitCode = await main()
