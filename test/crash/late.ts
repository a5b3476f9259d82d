import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundled } from './bundle.ts'
import { type LateEnd, wantedOf, within } from './late-acts.ts'
import { type Finding, randomOf, Tally } from './trouble.ts'

/** Predictions in one life; further ones are further lives with other seeds. */
const lifeMost = 50_000

/**
 * P17: labels come later, twice, too late, never, in another order, for nobody, and processes are killed between. Each
 * prediction is learned from at most once, with the features that it was made from; what waits is bounded; every label
 * and every prediction that got none is counted by what became of it.
 */
export async function late(predictions: number, seed: number): Promise<Finding> {
  const tally = new Tally('P17', 'labels that come later, and kills')
  const scratch = mkdtempSync(join(tmpdir(), 'eddy-late-'))
  const program = await bundled('late-child.ts', scratch)
  for (let from = 0, life = 0; from < predictions; from += lifeMost, life++) {
    const count = Math.min(lifeMost, predictions - from)
    const where = `--only late --seed ${seed} --runs ${predictions}: life ${life}`
    const folder = join(scratch, `life-${life}`)
    await oneLife({ program, folder, count, seed: seed + 1000 * life, log: life % 2 === 0, tally, where })
    rmSync(folder, { recursive: true, force: true })
  }
  rmSync(scratch, { recursive: true, force: true })
  return tally.finding
}

interface Life {
  readonly program: string
  readonly folder: string
  readonly count: number
  readonly seed: number
  readonly log: boolean
  readonly tally: Tally
  readonly where: string
}

async function oneLife({ program, folder, count, seed, log, tally, where }: Life): Promise<void> {
  const random = randomOf(seed, 'kills')
  const { learned, fates } = wantedOf(count, seed)
  const words = [program, folder, `${count}`, `${seed}`, log ? 'log' : 'none']
  let end: LateEnd | null = null
  for (let kills = 0; end === null; kills++) {
    // Soon enough for the fastest machine; in the end it is let live, else a slow one would never come to it.
    const after = kills < 8 ? 5 + (count / 50) * random() : Infinity
    const { said, code, complained } = await run(words, after)
    if (said.startsWith('{')) end = JSON.parse(said) as LateEnd
    else if (code === 'SIGKILL') tally.ended('kills')
    else return tally.violated(`${where}: ended by ${code}: ${complained}`)
  }
  for (const [fate, wanted] of Object.entries(fates.counts)) {
    const got = end.counters[fate as keyof typeof fates.counts]
    if (got !== wanted) tally.violated(`${where}: ${got} ${fate}, wanted ${wanted}`)
    if (fate !== 'kept') tally.ended(fate === 'learned' ? 'learned once' : fate, got)
  }
  const { orphaned, evicted, replaced, rejected, pending, waiting } = end.counters
  if (orphaned + evicted + replaced + rejected + pending + waiting > 0) {
    tally.violated(`${where}: others are left: ${JSON.stringify(end.counters)}`)
  }
  if (end.learned !== learned) tally.violated(`${where}: other bits than each pair once, with the features of then`)
  if (end.most > within + 1) tally.violated(`${where}: ${end.most} predictions waited, wanted at most ${within + 1}`)
}

function run(
  words: readonly string[], after: number,
): Promise<{ readonly said: string; readonly code: string; readonly complained: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    let complained = ''
    let timer: ReturnType<typeof setTimeout> | undefined
    child.stdout.on('data', (text: Buffer) => {
      // Its clock begins when it has found what it had kept.
      if (after < Infinity) timer ??= setTimeout(() => child.kill('SIGKILL'), after)
      said += text.toString()
    })
    child.stderr.on('data', (text: Buffer) => void (complained += text.toString()))
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      const last = said.trim().split('\n').at(-1)!
      resolve({ said: last, code: signal ?? `code ${code}`, complained: complained.slice(-600) })
    })
  })
}
