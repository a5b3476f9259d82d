import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { unflat } from './flatness.ts'
import type { Sample, Soaked } from './sample.ts'

const runner = fileURLToPath(new URL('run-soak.ts', import.meta.url))

export interface Plan {
  readonly name: 'W1' | 'W6' | 'W6 kept in memory' | 'W6 kept in files'
  readonly events: number
  readonly samples: number
}

/**
 * Lets a stream run in a process of its own and looks at its memory now and then.
 * @throws Error when the process fails.
 */
export async function soak(plan: Plan, progress: (sample: Sample) => void): Promise<Soaked> {
  const words = [
    '--expose-gc', '--import', 'tsx', runner, plan.name, String(plan.events), String(plan.samples),
  ]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  let soaked: Soaked | null = null
  for await (const line of createInterface({ input: child.stdout })) {
    const value = JSON.parse(line) as Sample | Soaked
    if ('samples' in value) soaked = value
    else progress(value)
  }
  const code = await ended
  if (soaked === null || code !== 0) throw new Error(`${plan.name}: the process ended with code ${code}`)
  return soaked
}

/** Everything that is wrong with what a plan ended with, line by line; nothing when it is as it should be. */
export function problemsOf({ name, events }: Plan, { samples, learned, meanLoss }: Soaked): readonly string[] {
  return [
    ...(learned === events ? [] : [`learned from ${learned} events, wanted ${events}`]),
    ...(Number.isFinite(meanLoss) ? [] : [`the mean loss is ${meanLoss}`]),
    ...unflat(samples),
  ].map((problem) => `${name}: ${problem}`)
}
