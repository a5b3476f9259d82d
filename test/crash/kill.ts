import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeFiles, openStore } from '@eddy/store'
import { bundled } from './bundle.ts'
import { type Finding, randomOf, Tally } from './trouble.ts'
import { type Reading, readings, truth } from './victim.ts'

const events = 400

/** What a child says when it has come to its end. */
interface End {
  readonly digest: string
  readonly sequence: number
  readonly from: number
  readonly rejected: readonly string[]
  readonly calls: number
}

/**
 * P1: processes are killed, half of them at a chosen writing call, the others at any time, and started again, up to
 * five times in a row and while they recover. In the end every bit is that of a run that was never stopped, and the log
 * has each event once.
 */
export async function kill(kills: number, seed: number): Promise<Finding> {
  const tally = new Tally('P1', 'kill -9, start again')
  const scratch = mkdtempSync(join(tmpdir(), 'eddy-kill-'))
  const program = await bundled('child.ts', scratch)
  const all = readings(events, seed)
  const wanted = truth(all).at(-1)!
  const life = { program, folder: join(scratch, 'whole'), seed, log: true, fileBytes: 1 }
  const whole = (await run(life, 0, 'before', Infinity)).end!
  if (whole.digest !== wanted) tally.violated(`--only kill --seed ${seed}: the run that is never stopped differs`)
  let chain = 0
  let done = 0
  const lane = async (): Promise<void> => {
    while (done < kills) {
      const number = chain++
      const folder = join(scratch, `chain-${number}`)
      const where = `--only kill --seed ${seed}: chain ${number}`
      try {
        const count = await oneChain({ program, folder, number, seed, calls: whole.calls, all, wanted, tally, where })
        done += count
      } catch (error) {
        tally.violated(`${where}: ${String(error)}`)
        done++
      }
      rmSync(folder, { recursive: true, force: true })
    }
  }
  await Promise.all([lane(), lane()])
  rmSync(scratch, { recursive: true, force: true })
  return tally.finding
}

interface Chain {
  readonly program: string
  readonly folder: string
  readonly number: number
  readonly seed: number
  readonly calls: number
  readonly all: readonly Reading[]
  readonly wanted: string
  readonly tally: Tally
  readonly where: string
}

/** How a child lives. */
interface Life {
  readonly program: string
  readonly folder: string
  readonly seed: number
  readonly log: boolean
  /** A new file of checkpoints after so many bytes; some have many, which are written over older ones. */
  readonly fileBytes: number
}

/** A life with one to five violent ends and a peaceful one. Returns how many were violent. */
async function oneChain({ program, folder, number, seed, calls, all, wanted, tally, where }: Chain): Promise<number> {
  const random = randomOf(seed, `chain ${number}`)
  const log = number % 2 === 0
  const life = { program, folder, seed, log, fileBytes: number % 4 < 2 ? 1 : 2 ** 23 }
  let kills = 0
  for (let left = 1 + Math.floor(5 * random()); left > 0; left--) {
    const isChosen = random() < 0.5
    // One in five falls into the first calls, which recover.
    const at = 1 + Math.floor(random() * (random() < 0.2 ? 12 : calls))
    const moment = (['before', 'within', 'after'] as const)[Math.floor(3 * random())]!
    const { end, code } = isChosen
      ? await run(life, at, moment, Infinity)
      : await run(life, 0, moment, 40 + 260 * random())
    if (end === null && code !== 'SIGKILL') tally.violated(`${where}: ended by ${code}`)
    if (end !== null) break
    kills++
    tally.ended(isChosen ? `killed ${moment} a call` : 'killed at any time')
  }
  const { end, code } = await run(life, 0, 'before', Infinity)
  if (end === null) tally.violated(`${where}: the last run ended by ${code}`)
  else if (end.digest !== wanted) tally.violated(`${where}: other bits, from event ${end.from}`)
  else if (end.sequence !== all.length) tally.violated(`${where}: ${end.sequence} events of ${all.length}`)
  const bad = all.filter(({ warmth }) => Number.isNaN(warmth)).map(({ id }) => id)
  if (end !== null && end.rejected.join() !== bad.join()) tally.violated(`${where}: another quarantine`)
  if (log) checkLedger(folder, all, tally, where)
  return kills
}

/** The log has every event once, in order. */
function checkLedger(folder: string, all: readonly Reading[], tally: Tally, where: string): void {
  const ids: string[] = []
  const store = openStore(nodeFiles(folder), { readOnly: true })
  for (const { operations } of store.operations()) for (const { value } of operations) ids.push((value as Reading).id)
  if (ids.join() !== all.map(({ id }) => id).join()) tally.violated(`${where}: the log has ${ids.length} events`)
}

/** Runs a child; kills it after so many milliseconds. */
function run(
  { program, folder, seed, log, fileBytes }: Life, at: number, moment: string, after: number,
): Promise<{ end: End | null; code: string }> {
  return new Promise((resolve) => {
    const words = [folder, `${events}`, `${seed}`, log ? 'log' : 'none', `${at}`, moment, `${fileBytes}`]
    const child = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    let complained = ''
    child.stdout.on('data', (text: Buffer) => void (said += text.toString()))
    child.stderr.on('data', (text: Buffer) => void (complained += text.toString()))
    const timer = after === Infinity ? null : setTimeout(() => child.kill('SIGKILL'), after)
    child.on('close', (code, signal) => {
      if (timer !== null) clearTimeout(timer)
      const last = said.trim().split('\n').at(-1) ?? ''
      resolve({
        end: last.startsWith('{') ? JSON.parse(last) as End : null,
        code: signal ?? `code ${code}: ${complained.slice(-600)}`,
      })
    })
  })
}
