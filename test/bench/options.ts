import { parseArgs } from 'node:util'

export interface Options<W> {
  readonly json: boolean
  /** Compare with the budgets. */
  readonly check: boolean
  /** Time other libraries beside. */
  readonly peers: boolean
  readonly rounds: number
  readonly workloads: readonly W[]
}

/** @throws Error with one line that says what is wrong. */
export function parseOptions<W extends { readonly id: string }>(
  words: readonly string[], all: readonly W[],
): Options<W> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      json: { type: 'boolean', default: false }, check: { type: 'boolean', default: false },
      peers: { type: 'boolean', default: false }, only: { type: 'string' }, rounds: { type: 'string' },
    },
  })
  const { json, check, peers } = values
  const rounds = Number(values.rounds ?? 9)
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1000) {
    throw new Error(`--rounds is ${values.rounds}, wanted a whole number from 1 to 1000`)
  }
  return { json, check, peers, rounds, workloads: chosen(values.only, all) }
}

/** `W2` stands for every workload whose name begins with W2. */
function chosen<W extends { readonly id: string }>(only: string | undefined, all: readonly W[]): readonly W[] {
  if (only === undefined) return all
  const names = only.split(',').map((name) => name.trim().toLowerCase())
  const matches = ({ id }: W, name: string): boolean => `${id}-`.toLowerCase().startsWith(`${name}-`)
  for (const name of names) {
    if (!all.some((workload) => matches(workload, name))) {
      throw new Error(`--only names '${name}', there are ${all.map(({ id }) => id).join(', ')}`)
    }
  }
  return all.filter((workload) => names.some((name) => matches(workload, name)))
}
