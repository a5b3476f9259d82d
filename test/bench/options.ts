import { parseArgs } from 'node:util'
import type { Workload } from './workload.ts'

export interface Options {
  readonly json: boolean
  readonly rounds: number
  readonly workloads: readonly Workload[]
}

/** @throws Error with one line that says what is wrong. */
export function parseOptions(words: readonly string[], all: readonly Workload[]): Options {
  const { values } = parseArgs({
    args: [...words],
    options: { json: { type: 'boolean' }, only: { type: 'string' }, rounds: { type: 'string' } },
  })
  const rounds = Number(values.rounds ?? 9)
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1000) {
    throw new Error(`--rounds is ${values.rounds}, wanted a whole number from 1 to 1000`)
  }
  return { json: values.json === true, rounds, workloads: chosen(values.only, all) }
}

/** `W2` stands for every workload whose name begins with W2. */
function chosen(only: string | undefined, all: readonly Workload[]): readonly Workload[] {
  if (only === undefined) return all
  const names = only.split(',').map((name) => name.trim().toLowerCase())
  const matches = (workload: Workload, name: string): boolean => `${workload.id}-`.toLowerCase().startsWith(`${name}-`)
  for (const name of names) {
    if (!all.some((workload) => matches(workload, name))) {
      throw new Error(`--only names '${name}', there are ${all.map(({ id }) => id).join(', ')}`)
    }
  }
  return all.filter((workload) => names.some((name) => matches(workload, name)))
}
